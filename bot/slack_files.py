"""Files in Slack: what one is, its bytes, and uploading it again for others."""

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any

import aiohttp
from yarl import URL

from bot.gateway import Gateway, SlackFailure, Undeliverable, Unreachable

#: From the first byte to the last.
TRANSFER_MOST = timedelta(seconds=100)
_CHUNK = 256 * 1024
_REDIRECTS = 3
_REDIRECT = frozenset({301, 302, 303, 307, 308})
_GONE = frozenset({"file_not_found", "file_deleted"})
_SLACK = "slack.com"
_UNNAMED = "file"


class State(StrEnum):
    HERE = "here"
    #: Deleted, by whoever.
    GONE = "gone"
    #: Slack keeps only its address.
    EXTERNAL = "external"
    #: Older than the workspace's plan shows.
    HIDDEN = "hidden"


@dataclass(frozen=True, slots=True)
class FileInfo:
    """What Slack says of a file. None of it has to be true."""

    state: State
    name: str = _UNNAMED
    media_type: str = ""
    size: int | None = None
    url: str = ""
    channels: frozenset[str] = frozenset()


class Hosts:
    """Slack's own, the API's, and those named in the settings: nobody else gets our token, or an
    answer to a click."""

    def __init__(self, api_url: str, named: str = "") -> None:
        self._origins = {URL(api_url).origin()}
        for each in named.replace(",", " ").split():
            url = URL(each if "://" in each else f"https://{each}")
            self._origins.add(url.origin())

    def allow(self, url: URL) -> bool:
        if not url.is_absolute() or url.scheme not in ("http", "https") or not url.host:
            return False
        if url.origin() in self._origins:
            return True
        is_slack = url.host == _SLACK or url.host.endswith(f".{_SLACK}")
        return is_slack and url.scheme == "https" and url.is_default_port()


class SlackFiles:
    def __init__(
        self, gateway: Gateway, http: aiohttp.ClientSession, token: str, hosts: Hosts
    ) -> None:
        self._gateway = gateway
        self._http = http
        self._token = token
        self._hosts = hosts
        self._timeout = aiohttp.ClientTimeout(total=TRANSFER_MOST.total_seconds(), sock_read=30)

    async def info(self, slack_file_id: str) -> FileInfo:
        """Events bring stubs now and then; this is the whole file."""
        try:
            answer = await self._gateway.ask("files.info", file=slack_file_id)
        except SlackFailure as failure:
            if failure.code in _GONE:
                return FileInfo(State.GONE)
            if isinstance(failure, Undeliverable):
                # A scope that is missing is added one day.
                raise Unreachable(failure.code) from failure
            raise
        return _read(answer["file"])

    async def is_shared(self, slack_file_id: str, channel: str, thread_ts: str | None) -> bool:
        """Whether people see it there. What was only uploaded does not exist for Slack, and what
        was shared a moment ago may not say so yet."""
        info = await self.info(slack_file_id)
        if info.state is State.GONE or channel in info.channels:
            return info.state is not State.GONE
        return await self._is_in(slack_file_id, channel, thread_ts)

    async def _is_in(self, slack_file_id: str, channel: str, thread_ts: str | None) -> bool:
        method = "conversations.replies" if thread_ts else "conversations.history"
        place = {"channel": channel} | ({"ts": thread_ts} if thread_ts else {})
        cursor = ""
        while True:
            page = await self._gateway.ask(method, limit=200, cursor=cursor, **place)
            files = [file for each in page["messages"] for file in each.get("files") or ()]
            if any(file.get("id") == slack_file_id for file in files):
                return True
            cursor = (page.get("response_metadata") or {}).get("next_cursor") or ""
            if not cursor:
                return False

    @asynccontextmanager
    async def download(self, info: FileInfo) -> AsyncIterator[AsyncIterator[bytes]]:
        """Its bytes in pieces: exactly as many as Slack said, or Unreachable while they are read.
        Raises Undeliverable when they are not there any more."""
        try:
            async with self._opened(info.url) as answer:
                _check(answer, info)
                yield _exactly(answer.content.iter_chunked(_CHUNK), info.size)
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise Unreachable(f"download: {type(error).__name__}") from error

    @asynccontextmanager
    async def _opened(self, address: str) -> AsyncIterator[aiohttp.ClientResponse]:
        """Redirects are followed to allowed hosts only: others would get the token with them."""
        for _ in range(_REDIRECTS + 1):
            url = _url(address)
            if url is None or not self._hosts.allow(url):
                raise Unreachable("download: led to a host that may not get our token")
            async with self._http.get(
                url,
                headers={"Authorization": f"Bearer {self._token}"},
                allow_redirects=False,
                timeout=self._timeout,
            ) as answer:
                if answer.status not in _REDIRECT:
                    yield answer
                    return
                address = str(url.join(URL(answer.headers.get("Location", ""))))
        raise Unreachable("download: too many redirects")

    async def upload_bytes(self, name: str, size: int, chunks: AsyncIterator[bytes]) -> str:
        """Its id. Nobody sees it before it is shared. The address is Slack's, and gets no token."""
        begun = await self._gateway.ask("files.getUploadURLExternal", filename=name, length=size)
        try:
            async with self._http.post(
                begun["upload_url"],
                data=chunks,
                headers={
                    "Content-Length": str(size),
                    "Content-Type": "application/octet-stream",
                },
                allow_redirects=False,
                timeout=self._timeout,
            ) as answer:
                if answer.status != 200:
                    raise Unreachable(f"upload: HTTP {answer.status}")
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise Unreachable(f"upload: {type(error).__name__}") from error
        slack_file_id: str = begun["file_id"]
        return slack_file_id

    async def share(
        self, slack_file_id: str, name: str, channel: str, thread_ts: str | None, comment: str
    ) -> None:
        await self._gateway.ask(
            "files.completeUploadExternal",
            files=[{"id": slack_file_id, "title": name}],
            channel_id=channel,
            thread_ts=thread_ts,
            initial_comment=comment,
        )

    async def direct_messages(self, slack_user_id: str) -> str:
        """The channel; files can be shared in no other name of it."""
        opened = await self._gateway.ask("conversations.open", users=[slack_user_id])
        channel: str = opened["channel"]["id"]
        return channel


def _read(file: dict[str, Any]) -> FileInfo:
    size = file.get("size")
    return FileInfo(
        state=_state(file),
        name=file.get("name") or file.get("title") or _UNNAMED,
        media_type=file.get("mimetype") or "",
        size=size if isinstance(size, int) else None,
        url=file.get("url_private_download") or file.get("url_private") or "",
        channels=frozenset(_shared_in(file.get("shares") or {})),
    )


def _state(file: dict[str, Any]) -> State:
    mode = file.get("mode")
    if mode == "tombstone":
        return State.GONE
    if mode == "hidden_by_limit":
        return State.HIDDEN
    return State.EXTERNAL if mode == "external" or file.get("is_external") else State.HERE


def _shared_in(shares: dict[str, Any]) -> Iterable[str]:
    return (channel for kind in shares.values() for channel in kind)


def _url(address: str) -> URL | None:
    try:
        return URL(address)
    except ValueError:
        return None


def _check(answer: aiohttp.ClientResponse, info: FileInfo) -> None:
    if answer.status in (404, 410):
        raise Undeliverable("file_deleted")
    if answer.status != 200:
        raise Unreachable(f"download: HTTP {answer.status}")
    if answer.content_type == "text/html" and info.media_type != "text/html":
        # Without the scope, or the token, Slack shows its sign-in page here.
        raise Unreachable("download: a web page came instead of the file")


async def _exactly(chunks: AsyncIterator[bytes], size: int | None) -> AsyncIterator[bytes]:
    came = 0
    async for chunk in chunks:
        came += len(chunk)
        if size is not None and came > size:
            raise Unreachable(f"download: more than the {size} bytes it should have")
        yield chunk
    if size is not None and came < size:
        raise Unreachable(f"download: {came} of {size} bytes came")
