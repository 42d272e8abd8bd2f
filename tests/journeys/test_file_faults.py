"""Files while Slack, the network or a worker fails: none is lost, doubled, or somebody else's."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from bot.slack_files import FileInfo, SlackFiles, State
from core.engine import Sessions
from core.errors import Unavailable
from core.files.storage import Storage, Stored
from tests.journeys import elsewhere
from tests.journeys.company import TOKEN, Company, open_company
from tests.journeys.elsewhere import Elsewhere
from workers import file_errands

PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + b"\x00" * 200
LOGIN_PAGE = b"<!DOCTYPE html><html><head><title>Sign in | Slack</title></head></html>"
WAITING = "SELECT last_error FROM outbox_messages WHERE settled_at IS NULL"
ATTACHED = "SELECT count(*) FROM attachments"


@pytest.fixture
async def stranger() -> AsyncIterator[Elsewhere]:
    async with elsewhere.running() as server:
        yield server


@pytest.fixture
async def trusted() -> AsyncIterator[Elsewhere]:
    async with elsewhere.running() as server:
        yield server


@pytest.fixture
async def company(
    database_url: str,
    redis_url: str,
    fresh_sessions: Sessions,
    tmp_path: Path,
    trusted: Elsewhere,
) -> AsyncIterator[Company]:
    settings = {
        "HDMS_STORAGE_URL": f"file:{tmp_path}/files",
        "HDMS_SLACK_FILE_HOSTS": trusted.origin,
    }
    async with open_company(database_url, redis_url, fresh_sessions, **settings) as company:
        yield company


def kept(folder: Path) -> list[Path]:
    return [each for each in (folder / "files").rglob("*") if each.is_file()]


async def copies(company: Company) -> list[list[str]]:
    shown = await company.thread(await company.card())
    return [[file["name"] for file in each.files] for each in shown]


async def share(company: Company, content: bytes = PNG) -> None:
    await company.filed()
    receipt = await company.receipt()
    await company.bea.dm("", thread_ts=receipt.ts, files=[("a.png", content)])
    await company.deliver()


async def led_to(company: Company, url: str, times: int | None = 1) -> None:
    await company.slack.fault("download", kind="redirect", location=url, times=times)


async def test_the_token_is_never_sent_to_another_host(
    company: Company, stranger: Elsewhere
) -> None:
    """5.9"""
    stranger.body = PNG
    await led_to(company, stranger.url)
    await share(company)
    assert stranger.authorizations == []
    assert await company.value(ATTACHED) == 0
    assert await company.value(WAITING) == "download: led to a host that may not get our token"
    await company.deliver_late()
    assert await copies(company) == [["a.png"]]


async def test_an_allowed_host_cannot_lead_the_token_away_either(
    company: Company, trusted: Elsewhere, stranger: Elsewhere
) -> None:
    trusted.location = stranger.url
    await led_to(company, trusted.url)
    await share(company)
    assert trusted.authorizations == [f"Bearer {TOKEN}"]
    assert stranger.authorizations == []


async def test_leading_round_in_circles_ends(company: Company, trusted: Elsewhere) -> None:
    trusted.location = trusted.url
    await led_to(company, trusted.url)
    await share(company)
    assert len(trusted.authorizations) == 3
    assert await company.value(WAITING) == "download: too many redirects"


async def test_the_upload_gets_no_token(company: Company, trusted: Elsewhere) -> None:
    trusted.body = b"OK"
    await company.slack.fault("upload", kind="redirect", location=trusted.url, times=1)
    await share(company)
    assert trusted.authorizations == []
    await company.deliver_late()
    assert await copies(company) == [["a.png"]]


async def test_a_sign_in_page_is_not_kept_as_the_file(
    company: Company, trusted: Elsewhere, tmp_path: Path
) -> None:
    """5.8"""
    trusted.body, trusted.content_type = LOGIN_PAGE, "text/html"
    await led_to(company, trusted.url)
    await share(company)
    assert await company.value(WAITING) == "download: a web page came instead of the file"
    assert kept(tmp_path) == []
    assert await copies(company) == []
    await company.deliver_late()
    assert await copies(company) == [["a.png"]]
    assert [each.read_bytes() for each in kept(tmp_path)] == [PNG]


@pytest.mark.parametrize(
    ("body", "error"),
    [
        (PNG + bytes(3 * 1024**2), f"download: more than the {len(PNG)} bytes it should have"),
        (PNG[:50], f"download: 50 of {len(PNG)} bytes came"),
    ],
    ids=["more", "less"],
)
async def test_another_size_than_slack_said_is_not_kept(
    company: Company, trusted: Elsewhere, tmp_path: Path, body: bytes, error: str
) -> None:
    """5.12"""
    trusted.body = body
    await led_to(company, trusted.url)
    await share(company)
    assert await company.value(WAITING) == error
    assert kept(tmp_path) == []
    await company.deliver_late()
    assert await company.value("SELECT size_bytes FROM attachments") == len(PNG)


@pytest.mark.parametrize("kind", ["outage", "http_500", "http_429", "html_503"])
@pytest.mark.parametrize("step", ["files.info", "download", "upload", "files.getUploadURLExternal"])
async def test_every_step_is_tried_again(company: Company, step: str, kind: str) -> None:
    # Twice, since aiohttp itself asks again when a connection it kept was cut.
    await company.slack.fault(step, kind=kind, times=2)
    await share(company)
    assert await copies(company) == []
    for _ in range(2):
        company.runtime.gateway._paused_until.clear()
        await company.deliver_late()
    assert await copies(company) == [["a.png"]]
    assert await company.value(ATTACHED) == 1


@pytest.mark.parametrize("kind", ["drop_after", "http_500", "outage"])
async def test_whatever_became_of_the_last_step_there_is_one_copy(
    company: Company, kind: str
) -> None:
    """4.12: the answer got lost, or the worker was killed before it could write it down."""
    await company.slack.fault("files.completeUploadExternal", kind=kind, times=1)
    await share(company)
    await company.deliver_late()
    assert await copies(company) == [["a.png"]]
    assert await company.value("SELECT count(*) FROM file_copies") == 1


async def test_a_worker_killed_before_it_could_write_down_leaves_nothing_behind(
    company: Company, tmp_path: Path
) -> None:
    await company.filed()
    await company.bea.dm("", thread_ts=(await company.receipt()).ts, files=[("a.png", PNG)])
    await company.slack.settle()
    offered = "SELECT payload FROM outbox_messages WHERE topic = 'file.offered'"
    for _ in range(3):
        await file_errands.take_in(await company.value(offered), company.runtime)
    assert await company.value(ATTACHED) == 0
    await company.deliver()
    assert await company.value(ATTACHED) == 1
    assert len(kept(tmp_path)) == 1
    assert await copies(company) == [["a.png"]]


@dataclass
class Watched:
    """A storage that says how large the pieces are, and whether it is there."""

    inner: Storage
    pieces: list[int] = field(default_factory=list)
    is_away: bool = False

    async def put(self, key: str, chunks: AsyncIterator[bytes], *, most: int) -> Stored:
        if self.is_away:
            raise Unavailable("The store of files does not answer. Please try again.")
        return await self.inner.put(key, self._seen(chunks), most=most)

    async def read(self, key: str) -> AsyncIterator[bytes]:
        async for chunk in self._seen(self.inner.read(key)):
            yield chunk

    async def delete(self, key: str) -> None:
        await self.inner.delete(key)

    async def _seen(self, chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
        async for chunk in chunks:
            self.pieces.append(len(chunk))
            yield chunk


@pytest.fixture
def watched(company: Company) -> Watched:
    storage = Watched(company.runtime.storage)
    company.runtime = replace(company.runtime, storage=storage)
    return storage


async def test_a_large_file_goes_through_in_small_pieces(
    company: Company, watched: Watched
) -> None:
    large = PNG + bytes(6 * 1024**2)
    await share(company, large)
    [copy] = await company.thread(await company.card())
    assert await company.slack.file_content(copy.files[0]["id"]) == large
    assert sum(watched.pieces) == 2 * len(large)
    assert max(watched.pieces) <= 512 * 1024


async def test_a_store_that_is_away_for_a_while_loses_nothing(
    company: Company, watched: Watched
) -> None:
    watched.is_away = True
    await share(company)
    assert await company.value(ATTACHED) == 0
    watched.is_away = False
    await company.deliver_late()
    assert await copies(company) == [["a.png"]]


async def test_a_file_that_waits_holds_up_no_words(company: Company) -> None:
    await company.slack.fault("download", kind="outage")
    await share(company)
    await company.bea.dm("Did you get it?", thread_ts=(await company.receipt()).ts)
    await company.deliver()
    assert [each.plain for each in await company.thread(await company.card())] == [
        "Did you get it?"
    ]


class Saying(SlackFiles):
    """Slack's word on a file, whatever the file."""

    def __init__(self, info: FileInfo) -> None:
        self._info = info

    async def info(self, slack_file_id: str) -> FileInfo:
        return self._info


@pytest.mark.parametrize(
    ("state", "reason"),
    [
        (State.EXTERNAL, "it lies outside Slack. Write its link instead."),
        (State.HIDDEN, "Slack does not show it any more in this workspace."),
        (State.GONE, "it was deleted before we could fetch it."),
    ],
)
async def test_what_cannot_be_fetched_is_answered_with_a_sentence(
    company: Company, state: State, reason: str
) -> None:
    """5.10, 5.11"""
    saying = Saying(FileInfo(state, "Plan"))
    company.runtime = replace(company.runtime, files=saying)
    await share(company)
    told = (await company.thread(await company.receipt(), company.bea))[-1]
    assert told.plain == f"Plan was not passed on: {reason}"
    assert await company.value(ATTACHED) == 0


async def test_a_file_deleted_before_it_was_fetched_is_told_once(company: Company) -> None:
    await company.slack.fault("files.info", kind="error", error="file_deleted")
    await share(company)
    await company.deliver_late()
    told = [each.plain for each in await company.thread(await company.receipt(), company.bea)]
    assert told[1:] == ["file was not passed on: it was deleted before we could fetch it."]


async def test_a_missing_scope_is_waited_for(company: Company) -> None:
    await company.slack.fault("files.info", kind="error", error="missing_scope", times=1)
    await share(company)
    assert await company.value(WAITING) == "missing_scope"
    await company.deliver_late()
    assert await copies(company) == [["a.png"]]
