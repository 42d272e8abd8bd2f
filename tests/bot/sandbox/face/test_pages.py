"""The pages over HTTP: who may load what, what is unread, what Slack saw, switches for faults."""

import asyncio

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox.face import drawer
from bot.sandbox.slack import SlackClient
from bot.sandbox.slack.client import Impossible
from tests.bot.sandbox.face.conftest import Do
from tests.bot.sandbox.slack.stub_app import TOKEN, StubApp
from tests.soon import PATIENCE

HOME = "/as/U0ANN"


async def page(web_client: aiohttp.ClientSession, path: str) -> str:
    async with web_client.get(path) as answer:
        assert answer.status == 200, path
        return await answer.text()


async def test_everybody_who_works_there_can_be_chosen(web_client: aiohttp.ClientSession) -> None:
    shown = await page(web_client, "/")
    assert "Ann Visser" in shown
    assert "IT support" in shown
    assert "Bea &lt;b&gt;Okafor" in shown
    assert "Old Timer" not in shown
    assert "It is not Slack" in " ".join(shown.split())
    assert "<code>/ticket</code>" in shown


async def test_one_lands_at_the_own_desk_and_sees_only_the_own_channels(
    web_client: aiohttp.ClientSession,
) -> None:
    async with web_client.get(HOME) as answer:
        assert answer.url.path == f"{HOME}/C0DESK"
    async with web_client.get("/as/U0BEA") as answer:
        assert answer.url.path == "/as/U0BEA/app/messages"
        assert "desk" not in (await answer.text()).split("<main")[0].split("Channels")[1]
    async with web_client.get("/as/U0BEA/C0DESK") as answer:
        assert answer.url.path == "/as/U0BEA/app/messages"
    async with web_client.get("/as/U0NOBODY/C0DESK") as answer:
        assert answer.url.path == "/"


async def test_pages_allow_no_scripts_but_their_own(web_client: aiohttp.ClientSession) -> None:
    async with web_client.get(f"{HOME}/C0DESK") as answer:
        assert "default-src 'self'" in answer.headers["Content-Security-Policy"]
        assert "unsafe-inline" not in answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Host": "evil.example"},
        {"Origin": "null"},
    ],
)
async def test_other_pages_of_the_web_get_nothing(
    web_client: aiohttp.ClientSession, headers: dict[str, str]
) -> None:
    for path in (f"{HOME}/do/read", "/admin/reset", "/admin/act/U0ANN/post"):
        async with web_client.post(path, json={"channel": "C0DESK"}, headers=headers) as answer:
            assert answer.status == 403, path


async def test_what_others_write_is_unread_until_it_is_looked_at(
    slack: SlackClient, web_client: aiohttp.ClientSession, do: Do
) -> None:
    bea = slack.acting("U0BEA")
    root = await bea.post("C0GENERAL", "Good morning")
    assert 'class="unread"' in await page(web_client, f"{HOME}/C0DESK")
    await do("read", channel="C0GENERAL")
    assert 'class="unread"' not in await page(web_client, f"{HOME}/C0DESK")
    # Replies in a thread that Ann does not follow leave her in peace; her own thread does not.
    await bea.post("C0GENERAL", "And again", thread_ts=root.ts)
    assert 'class="unread"' not in await page(web_client, f"{HOME}/C0DESK")
    await slack.acting("U0ANN").post("C0GENERAL", "Morning!", thread_ts=root.ts)
    await bea.post("C0GENERAL", "How are you?", thread_ts=root.ts)
    assert 'class="unread"' in await page(web_client, f"{HOME}/C0DESK")
    assert "2 new" in await page(web_client, f"{HOME}/C0GENERAL")
    await do("read", channel="C0GENERAL", thread_ts=root.ts)
    assert 'class="unread"' not in await page(web_client, f"{HOME}/C0DESK")


async def test_files_are_for_those_who_see_them_and_never_run(
    slack: SlackClient, web_client: aiohttp.ClientSession
) -> None:
    content = b"<script>alert(1)</script>"
    ann = slack.acting("U0ANN")
    posted = await ann.post("C0DESK", "look", files=[("page.html", content), ("a.png", b"png")])
    html, png = (each["id"] for each in posted.files)
    async with web_client.get(f"{HOME}/files/{html}") as answer:
        assert answer.content_type == "application/octet-stream"
        assert answer.headers["Content-Disposition"].startswith("attachment")
        assert await answer.read() == content
    async with web_client.get(f"{HOME}/files/{png}") as answer:
        assert answer.content_type == "image/png"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
    async with web_client.get(f"/as/U0BEA/files/{html}") as answer:
        assert answer.status == 404


async def test_a_command_that_comes_too_late_is_told_of_as_slack_tells_it(
    slack: SlackClient, app: StubApp, web_client: aiohttp.ClientSession, do: Do
) -> None:
    await slack.settings(answer_seconds=0.05)
    app.answer_late("command", 0.5)
    told = await do("command", command="/ticket", text="x", channel="C0DESK")
    assert told["notices"] == ["operation_timeout"]
    shown = await page(web_client, f"{HOME}/C0DESK?saw")
    assert "/ticket failed with the error “operation_timeout”" in shown
    assert "Only visible to you" in shown
    assert "no answer within 3 seconds" in shown
    # One broken rule, counted in red.
    assert 'class="badge red"' in shown
    assert "failed with the error" not in await page(web_client, "/as/U0BEA/C0GENERAL")


async def test_the_drawer_shows_both_directions_and_keeps_no_token(
    slack: SlackClient, web_client: aiohttp.ClientSession, do: Do
) -> None:
    form = {"token": TOKEN, "trigger_id": "1.2.3", "view": "{}"}
    async with web_client.post("/api/views.open", data=form) as answer:
        assert (await answer.json())["ok"] is False
    await slack.acting("U0ANN").command("/ticket", "my screen", channel="C0DESK")
    shown = await page(web_client, f"{HOME}/C0DESK?saw")
    assert "invalid_trigger_id" in shown
    assert "my screen" in shown
    assert TOKEN not in shown
    await do("forget")
    assert "invalid_trigger_id" not in await page(web_client, f"{HOME}/C0DESK?saw")


async def test_a_broken_rule_stays_to_be_found_however_much_comes_after_it(
    slack: SlackClient, web_client: aiohttp.ClientSession
) -> None:
    """It is counted on every page."""
    api = AsyncWebClient(token=TOKEN, base_url=f"{slack.base_url}/api/")
    with pytest.raises(SlackApiError):
        await api.views_open(trigger_id="1.2.nothing", view={"type": "modal"})
    for _ in range(drawer.MOST):
        await api.auth_test()
    shown = await page(web_client, f"{HOME}/C0DESK?saw")
    assert 'title="1 broken rules"' not in shown
    assert 'title="1 broken rule"' in shown
    assert shown.count('data-key="entry-') == drawer.MOST + 1
    assert 'class="broken"' in shown


async def test_a_view_that_somebody_else_changed_first_breaks_no_rule(
    slack: SlackClient, web_client: aiohttp.ClientSession
) -> None:
    api = AsyncWebClient(token=TOKEN, base_url=f"{slack.base_url}/api/")
    view = {"type": "home", "blocks": [{"type": "divider"}]}
    await api.views_publish(user_id="U0ANN", view=view)
    with pytest.raises(SlackApiError, match="hash_conflict"):
        await api.views_publish(user_id="U0ANN", view=view, hash="1.old")
    shown = await page(web_client, f"{HOME}/C0DESK?saw")
    assert "broken rule" not in shown
    assert "hash_conflict" in shown


async def test_switches_break_slack_and_mend_it(web_client: aiohttp.ClientSession, do: Do) -> None:
    async def call() -> int:
        try:
            async with web_client.post("/api/auth.test", data={"token": TOKEN}) as answer:
                return answer.status
        except aiohttp.ClientError:
            return 0

    assert await call() == 200
    await do("switch", name="outage", on=True)
    assert 'aria-checked="true" data-switch="outage"' in await page(
        web_client, f"{HOME}/C0DESK?saw"
    )
    assert await call() == 0
    await do("switch", name="outage", on=False)
    assert await call() == 200
    answer = await do("switch", name="earthquake", on=True)
    assert "earthquake" in answer["error"]


async def test_an_open_page_hears_of_news(
    slack: SlackClient, web_client: aiohttp.ClientSession
) -> None:
    async with web_client.get("/face/live") as stream:
        assert stream.content_type == "text/event-stream"
        assert (await stream.content.readline()).startswith(b"data: ")
        await stream.content.readline()
        await slack.acting("U0BEA").post("C0GENERAL", "news")
        async with asyncio.timeout(PATIENCE):
            assert (await stream.content.readline()).startswith(b"data: ")


async def test_a_private_message_can_be_put_away(
    slack: SlackClient, app: StubApp, web_client: aiohttp.ClientSession, do: Do
) -> None:
    app.answer("command", {"text": "For your eyes only"})
    await do("command", command="/ticket", text="", channel="C0DESK")
    [whisper] = await slack.acting("U0ANN").ephemerals()
    assert "For your eyes only" in await page(web_client, f"{HOME}/C0DESK")
    await do("dismiss", ts=whisper.ts)
    assert "For your eyes only" not in await page(web_client, f"{HOME}/C0DESK")


async def test_what_is_impossible_is_said_and_changes_nothing(
    slack: SlackClient, web_client: aiohttp.ClientSession, do: Do
) -> None:
    for verb, given in (
        ("fly", {}),
        ("submit", {"view_id": "V1", "entries": []}),
        ("click", {"message": {"channel": "C0DESK", "ts": "1.2"}, "place": {}}),
        ("post", {"channel": "C0NOWHERE", "text": "x"}),
        ("command", {}),
    ):
        assert "error" in await do(verb, **given), verb
    with pytest.raises(Impossible):
        await slack.acting("U0BEA").messages("C0DESK")
