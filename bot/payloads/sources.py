"""The message a ticket is made from: as Slack sends it, and as forms and buttons carry it."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from bot.payloads import plain, shared_files
from bot.payloads.mentions import mentioned
from core.communication.sources import SourceMessage
from core.errors import Refused
from core.tickets.models import Source

#: What a button of Slack's can carry.
BUTTON_MAX = 2000
_HIDDEN_MAX = 3000

#: Everything else that arrives as a message is bookkeeping of Slack's.
CONTENT = frozenset({None, "file_share", "me_message", "thread_broadcast"})
_SLACKBOT = "USLACKBOT"
_CHANNEL = re.compile(r"[A-Za-z0-9]{1,40}")
_TS = re.compile(r"[0-9]{1,12}\.[0-9]{1,9}")
_PERSON = re.compile(r"[UW][A-Za-z0-9]{1,40}")
_WAYS = frozenset({Source.SHORTCUT, Source.REACTION, Source.MESSAGE})

_NAMED_MOST = 500
_NOBODY: Mapping[str, str] = {}

_NO_MESSAGE = "A ticket cannot be made from this message."
_OLD_FORM = "This form is no longer valid. Please open it again."
_OLD_BUTTON = "This button is no longer valid. Use “Create ticket” on the message instead."


@dataclass(frozen=True, slots=True)
class SourceRef:
    """Which message, who wrote it, and how somebody came to make a ticket of it."""

    channel_id: str
    root_ts: str
    message_ts: str
    #: A person of this workspace; None for apps and strangers.
    author: str | None
    way: Source

    @property
    def message(self) -> SourceMessage:
        is_direct = self.channel_id.startswith("D")
        return SourceMessage(self.channel_id, self.root_ts, self.message_ts, is_direct)

    def dump(self) -> str:
        return _json(self.parts())

    def parts(self) -> dict[str, Any]:
        return {
            "c": self.channel_id,
            "r": self.root_ts,
            "m": self.message_ts,
            "a": self.author,
            "w": self.way.value,
        }

    @classmethod
    def find(cls, raw: Any) -> "SourceRef | None":
        """From a form; None when that is made from something else, or from nothing. Raises
        Refused for what only begins like something that `dump` wrote."""
        if not isinstance(raw, str) or not raw.startswith('{"c":'):
            return None
        return _ref(_read(raw, _HIDDEN_MAX, _OLD_FORM), _OLD_FORM)


@dataclass(frozen=True, slots=True)
class Draft:
    """A ticket that may be made: from which message, and what that says."""

    ref: SourceRef
    text: str

    def dump(self) -> str:
        """Fits a button; the text is cut where it has to be."""
        text = _cut(self.text, BUTTON_MAX)
        while (over := _length(dumped := self._json(text)) - BUTTON_MAX) > 0:
            # A sign takes up to six in JSON; each round takes away as few as may do.
            text = _cut(text, len(text) - max(over // 6, 1))
        return dumped

    def _json(self, text: str) -> str:
        return _json({**self.ref.parts(), "t": text})

    @classmethod
    def load(cls, raw: Any) -> "Draft":
        """From a button. Raises Refused for anything that `dump` did not write."""
        found = _read(raw, BUTTON_MAX, _OLD_BUTTON)
        text = found.get("t")
        if not isinstance(text, str):
            raise Refused(_OLD_BUTTON)
        return cls(_ref(found, _OLD_BUTTON), text)


def read_shortcut(body: dict[str, Any], team_id: str) -> tuple[SourceRef, dict[str, Any]]:
    """The message it was used on. Raises Refused for what is no message."""
    message, channel = body.get("message"), body.get("channel")
    channel_id = channel.get("id") if isinstance(channel, dict) else None
    if not isinstance(message, dict):
        raise Refused(_NO_MESSAGE)
    ref = refer_to(message, channel_id, team_id, Source.SHORTCUT)
    if ref is None:
        raise Refused(_NO_MESSAGE)
    return ref, message


def refer_to(
    message: dict[str, Any], channel_id: Any, team_id: str, way: Source
) -> SourceRef | None:
    """None for what Slack would not send."""
    ts = message.get("ts")
    root = message.get("thread_ts") or ts
    if not (_is(_CHANNEL, channel_id) and _is(_TS, ts) and _is(_TS, root)):
        return None
    return SourceRef(channel_id, str(root), str(ts), author_of(message, team_id), way)


def place_of_reaction(event: dict[str, Any]) -> tuple[str, str] | None:
    """The channel and time stamp of the message; None for a reaction to anything else."""
    item = event.get("item")
    if not isinstance(item, dict) or item.get("type") != "message":
        return None
    channel_id, ts = item.get("channel"), item.get("ts")
    is_place = _is(_CHANNEL, channel_id) and _is(_TS, ts)
    return (str(channel_id), str(ts)) if is_place else None


def is_said_by_a_person(message: dict[str, Any]) -> bool:
    return (
        message.get("subtype") in CONTENT
        and _is(_PERSON, message.get("user"))
        and message.get("user") != _SLACKBOT
        and not message.get("bot_id")
    )


def author_of(message: dict[str, Any], team_id: str) -> str | None:
    if not is_said_by_a_person(message) or team_of(message, team_id) != team_id:
        return None
    return str(message["user"])


def team_of(message: dict[str, Any], own: str) -> str:
    """The workspace its author belongs to; in shared channels that may be another one."""
    return str(message.get("user_team") or message.get("team") or own)


def has_content(message: dict[str, Any]) -> bool:
    return bool(words_of(message) or shared_files.of_message(message))


def named_in(message: dict[str, Any]) -> tuple[str, ...]:
    return mentioned(message.get("text"), _NAMED_MOST)


def words_of(message: dict[str, Any], names: Mapping[str, str] = _NOBODY) -> str:
    """Apps often say what they say in attachments only. `names` are those of people we know."""
    text = plain(message.get("text"), names).strip()
    attached = message.get("attachments")
    if text or not isinstance(attached, list):
        return text
    parts = [each for each in attached if isinstance(each, dict)]
    said = [plain(each.get("text") or each.get("fallback")) for each in parts]
    return "\n".join(filter(None, said)).strip()


def moment_of(ts: str) -> datetime:
    return datetime.fromtimestamp(float(ts), UTC)


def _is(pattern: re.Pattern[str], value: Any) -> bool:
    return isinstance(value, str) and pattern.fullmatch(value) is not None


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def _length(text: str) -> int:
    """As JavaScript counts."""
    return len(text.encode("utf-16-le")) // 2


def _json(parts: dict[str, Any]) -> str:
    return json.dumps(parts, ensure_ascii=False, separators=(",", ":"))


def _read(raw: Any, most: int, refusal: str) -> dict[str, Any]:
    if not isinstance(raw, str) or len(raw) > most:
        raise Refused(refusal)
    try:
        found = json.loads(raw)
    except (ValueError, RecursionError):
        raise Refused(refusal) from None
    if not isinstance(found, dict):
        raise Refused(refusal)
    return found


def _ref(found: dict[str, Any], refusal: str) -> SourceRef:
    channel_id, root, ts, author, way = (found.get(name) for name in "crmaw")
    is_place = _is(_CHANNEL, channel_id) and _is(_TS, root) and _is(_TS, ts)
    is_way = isinstance(way, str) and way in _WAYS
    if not (is_place and is_way and (author is None or _is(_PERSON, author))):
        raise Refused(refusal)
    return SourceRef(str(channel_id), str(root), str(ts), author, Source(str(way)))
