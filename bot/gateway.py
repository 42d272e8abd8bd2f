"""The only sender to Slack: posts, updates and look-ups, and what each failure means."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import monotonic
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack_codes import LIMITED, PASSING, PERMANENT, UNINSTALLED

METADATA = "hdms_outbox"

_THEIR_FAULT = 500
_PAUSE_DEFAULT = timedelta(seconds=30)
_PAUSE_MOST = timedelta(minutes=10)


class SlackFailure(Exception):
    """A call did not succeed. `code` is Slack's word for it, or ours."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Undeliverable(SlackFailure):
    """Never try again."""


class Unreachable(SlackFailure):
    """Try again later. Slack may have done it all the same."""


class Puzzling(Unreachable):
    """An answer that we do not know: it may pass, or never."""


class Limited(SlackFailure):
    """Surely not done; try again after `retry_after`."""

    def __init__(self, code: str, retry_after: timedelta) -> None:
        super().__init__(code)
        self.retry_after = retry_after


class Uninstalled(SlackFailure):
    """Surely not done; the token is not accepted any more."""


@dataclass(frozen=True, slots=True)
class Post:
    """A new message. `channel` may be a user id: then it goes to their direct messages."""

    channel: str
    text: str
    blocks: list[dict[str, Any]]
    thread_ts: str | None = None
    username: str | None = None
    icon_url: str | None = None


@dataclass(frozen=True, slots=True)
class Update:
    channel: str
    ts: str
    text: str
    blocks: list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Whisper:
    """Shown to one member of the channel, if they are looking; nobody learns whether."""

    channel: str
    user: str
    text: str
    blocks: list[dict[str, Any]]
    thread_ts: str | None = None


@dataclass(frozen=True, slots=True)
class Sent:
    channel: str
    ts: str


def make_client(token: str, base_url: str, session: aiohttp.ClientSession) -> AsyncWebClient:
    """Without the SDK's own retries: they post a message again when the answer was lost."""
    return AsyncWebClient(token=token, base_url=base_url, session=session, retry_handlers=[])


def make_http_session(timeout: timedelta) -> aiohttp.ClientSession:
    """One for the process. The SDK applies its own timeout only to sessions it makes."""
    return aiohttp.ClientSession(
        timeout=aiohttp.ClientTimeout(total=timeout.total_seconds()),
        connector=aiohttp.TCPConnector(limit=100, keepalive_timeout=60),
    )


class Gateway:
    def __init__(self, client: AsyncWebClient) -> None:
        self._client = client
        self._paused_until: dict[str, float] = {}

    async def post(self, post: Post, mark: int) -> Sent:
        """`mark` is readable by every app of the workspace: an opaque number, nothing more."""
        answer = await self._call(
            self._client.chat_postMessage,
            pause_key=f"chat.postMessage {post.channel}",
            channel=post.channel,
            text=post.text,
            blocks=post.blocks,
            thread_ts=post.thread_ts,
            username=post.username,
            icon_url=post.icon_url,
            metadata={"event_type": METADATA, "event_payload": {"id": mark}},
            unfurl_links=False,
            unfurl_media=False,
        )
        return Sent(answer["channel"], answer["ts"])

    async def update(self, update: Update) -> Sent:
        answer = await self._call(
            self._client.chat_update,
            pause_key="chat.update",
            channel=update.channel,
            ts=update.ts,
            text=update.text,
            blocks=update.blocks,
        )
        return Sent(answer["channel"], answer["ts"])

    async def whisper(self, whisper: Whisper) -> Sent:
        answer = await self._call(
            self._client.chat_postEphemeral,
            pause_key="chat.postEphemeral",
            channel=whisper.channel,
            user=whisper.user,
            text=whisper.text,
            blocks=whisper.blocks,
            thread_ts=whisper.thread_ts,
        )
        return Sent(whisper.channel, answer["message_ts"])

    async def find_posted(self, post: Post, mark: int, since: datetime) -> Sent | None:
        """Our own message with this mark, when an earlier attempt did reach Slack."""
        channel = post.channel
        if channel.startswith(("U", "W")):
            opened = await self.ask("conversations.open", users=[channel])
            channel = opened["channel"]["id"]
        oldest = f"{since.timestamp() - 60:.6f}"
        wanted: dict[str, Any] = {"channel": channel, "oldest": oldest, "limit": 200}
        read = "conversations.history"
        if post.thread_ts:
            read, wanted["ts"] = "conversations.replies", post.thread_ts
        cursor = ""
        while True:
            page = await self.ask(read, include_all_metadata=True, cursor=cursor, **wanted)
            for message in page["messages"]:
                metadata = message.get("metadata") or {}
                if (
                    metadata.get("event_type") == METADATA
                    and metadata.get("event_payload", {}).get("id") == mark
                ):
                    return Sent(channel, message["ts"])
            cursor = (page.get("response_metadata") or {}).get("next_cursor") or ""
            if not cursor:
                return None

    async def open_view(self, trigger_id: str, view: dict[str, Any], *, on_top: bool) -> None:
        """`on_top`: of the form the person is in."""
        await self._call(
            self._client.views_push if on_top else self._client.views_open,
            pause_key="views.open",
            trigger_id=trigger_id,
            view=view,
        )

    async def update_view(
        self, view_id: str, view: dict[str, Any], view_hash: str | None = None
    ) -> None:
        """`view_hash`: of the view that is to be replaced, and nothing newer."""
        await self._call(
            self._client.views_update,
            pause_key="views.update",
            view_id=view_id,
            view=view,
            hash=view_hash,
        )

    async def user(self, slack_user_id: str) -> dict[str, Any]:
        """Slack's user object."""
        answer = await self.ask("users.info", user=slack_user_id)
        user: dict[str, Any] = answer["user"]
        return user

    async def ask(self, method: str, **arguments: Any) -> dict[str, Any]:
        """Any other method, by Slack's name for it."""
        call = getattr(self._client, method.replace(".", "_"))
        return await self._call(call, pause_key=method, **arguments)

    async def whoami(self) -> dict[str, Any]:
        """auth.test: team_id, user_id and bot_id of the token."""
        return await self.ask("auth.test")

    async def _call(
        self, method: Callable[..., Awaitable[Any]], *, pause_key: str, **arguments: Any
    ) -> dict[str, Any]:
        self._respect_pause(pause_key)
        try:
            answer = await method(**{k: v for k, v in arguments.items() if v is not None})
        except SlackApiError as error:
            raise self._failure(error, pause_key) from error
        except (aiohttp.ClientError, SlackClientError, TimeoutError, OSError) as error:
            raise Unreachable(type(error).__name__) from error
        data: dict[str, Any] = answer.data
        return data

    def _respect_pause(self, key: str) -> None:
        left = self._paused_until.get(key, 0.0) - monotonic()
        if left > 0:
            raise Limited("paused", timedelta(seconds=left))
        self._paused_until.pop(key, None)

    def _failure(self, error: SlackApiError, pause_key: str) -> SlackFailure:
        status, code, headers = _read(error)
        if status == 429 or code in LIMITED:
            pause = _retry_after(headers)
            self._paused_until[pause_key] = monotonic() + pause.total_seconds()
            return Limited(code, pause)
        if code in UNINSTALLED:
            return Uninstalled(code)
        if code in PERMANENT:
            return Undeliverable(code)
        if code in PASSING or status >= _THEIR_FAULT:
            return Unreachable(code)
        return Puzzling(code)


def _read(error: SlackApiError) -> tuple[int, str, dict[str, str]]:
    # After an answer that is no JSON the SDK leaves a string here instead of a response.
    response: Any = error.response
    if isinstance(response, str | None):
        return 0, "no_json", {}
    data = response.data if isinstance(response.data, dict) else {}
    return response.status_code, str(data.get("error") or "no_json"), dict(response.headers)


def _retry_after(headers: dict[str, str]) -> timedelta:
    by_name = {name.lower(): value for name, value in headers.items()}
    try:
        seconds = timedelta(seconds=float(by_name["retry-after"]))
    except (KeyError, ValueError, OverflowError):
        return _PAUSE_DEFAULT
    return min(max(seconds, timedelta(seconds=1)), _PAUSE_MOST)
