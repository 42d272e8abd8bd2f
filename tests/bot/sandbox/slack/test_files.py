"""Files: the three steps of an upload, downloads, what people share (section 5)."""

import copy
from typing import Any

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox.slack import SlackClient
from tests.bot.sandbox.slack.conftest import MANIFEST
from tests.bot.sandbox.slack.stub_app import TOKEN, StubApp

BEARER = {"Authorization": f"Bearer {TOKEN}"}


async def fetch(url: str, headers: dict[str, str]) -> tuple[int, str, bytes]:
    async with aiohttp.ClientSession() as http:
        answer = await http.get(url, headers=headers)
        return answer.status, answer.content_type, await answer.read()


async def test_a_file_is_uploaded_in_three_steps(slack: SlackClient, api: AsyncWebClient) -> None:
    """Rules 5.1, 5.3 and 5.5."""
    root = (await api.chat_postMessage(channel="C0ITDESK", text="root"))["ts"]
    answer = await api.files_upload_v2(
        content="content",
        filename="note.txt",
        title="A note",
        channel="C0ITDESK",
        thread_ts=root,
        initial_comment="here",
    )
    assert answer["files"][0]["title"] == "A note"
    thread = await slack.acting("U0HUGO").messages("C0ITDESK", thread_ts=root)
    assert thread[1].text == "here"
    assert thread[1].files[0]["name"] == "note.txt"
    assert await slack.file_content(thread[1].files[0]["id"]) == b"content"


async def test_the_length_must_be_true(api: AsyncWebClient, slack: SlackClient) -> None:
    """Rule 5.2."""
    begun = await api.files_getUploadURLExternal(filename="a.txt", length=5)
    async with aiohttp.ClientSession() as http:
        wrong = await http.post(begun["upload_url"], data=b"1234")
        right = await http.post(begun["upload_url"], data=b"12345")
        assert wrong.status == 400
        assert await right.text() == "OK - 5"


async def test_an_unfinished_file_is_not_found(
    slack: SlackClient, api: AsyncWebClient, refused: Any
) -> None:
    begun = await api.files_getUploadURLExternal(filename="a.txt", length=5)
    assert await refused("files.info", file=begun["file_id"]) == "file_not_found"
    finish = {"files": [{"id": begun["file_id"]}]}
    assert await refused("files.completeUploadExternal", **finish) == "file_not_found"


async def test_what_a_person_shares_can_be_fetched_with_the_token(
    slack: SlackClient, api: AsyncWebClient, app: StubApp
) -> None:
    """Rules 1.77, 5.6 and 5.7."""
    message = await slack.acting("U0ANN").post("C0GENERAL", "look", files=[("a.png", b"\x89PNG")])
    (file,) = message.files
    info = (await api.files_info(file=file["id"]))["file"]
    assert info["size"] == 4
    assert info["mimetype"] == "image/png"
    assert "C0GENERAL" in info["shares"]["public"]
    assert await fetch(info["url_private_download"], BEARER) == (200, "image/png", b"\x89PNG")


async def test_without_the_token_the_sign_in_page_comes(slack: SlackClient) -> None:
    """Rule 5.8."""
    message = await slack.acting("U0ANN").dm("look", files=[("a.png", b"\x89PNG")])
    status, kind, body = await fetch(message.files[0]["url_private"], {})
    assert (status, kind) == (200, "text/html")
    assert b"PNG" not in body


async def test_a_download_can_lead_elsewhere(slack: SlackClient) -> None:
    """Rules 5.8 and 9.18."""
    message = await slack.acting("U0ANN").dm("look", files=[("a.png", b"x")])
    await slack.fault("download", kind="redirect", times=1, location="http://other.invalid/")
    async with aiohttp.ClientSession() as http:
        url = message.files[0]["url_private"]
        answer = await http.get(url, headers=BEARER, allow_redirects=False)
    assert answer.status == 302
    assert answer.headers["Location"] == "http://other.invalid/"


async def test_the_app_deletes_only_its_own_files(
    slack: SlackClient, api: AsyncWebClient, refused: Any
) -> None:
    message = await slack.acting("U0ANN").dm("look", files=[("a.png", b"x")])
    assert await refused("files.delete", file=message.files[0]["id"]) == "cant_delete_file"
    mine = await api.files_upload_v2(content="x", filename="b.txt")
    await api.files_delete(file=mine["files"][0]["id"])
    assert await refused("files.info", file=mine["files"][0]["id"]) == "file_deleted"


class TestWithoutTheScope:
    @pytest.fixture
    def manifest(self) -> dict[str, Any]:
        narrow = copy.deepcopy(MANIFEST)
        narrow["oauth_config"]["scopes"]["bot"].remove("files:read")
        return narrow

    async def test_the_sign_in_page_comes(self, slack: SlackClient) -> None:
        """Rule 9.18."""
        message = await slack.acting("U0ANN").dm("look", files=[("a.png", b"x")])
        assert (await fetch(message.files[0]["url_private"], BEARER))[1] == "text/html"
