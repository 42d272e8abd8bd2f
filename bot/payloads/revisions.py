"""A message that was edited or deleted, as Slack tells of it."""

import re
from dataclasses import dataclass
from typing import Any, TypeGuard

from core.communication.revisions import Original

Json = dict[str, Any]
_TS = re.compile(r"[0-9]{1,12}\.[0-9]{1,9}")


@dataclass(frozen=True, slots=True)
class Edited:
    """`event` is what Slack would have sent, had it been written so from the beginning."""

    original: Original
    text: Any
    edited_ts: str
    event: Json


@dataclass(frozen=True, slots=True)
class Deleted:
    """`event` is what Slack had sent before, as far as it says so."""

    original: Original
    event: Json


def read(event: Json) -> Edited | Deleted | None:
    """None for what people did not do: previews of links, counts of replies, our own updates."""
    message, former = _part(event, "message"), _part(event, "previous_message")
    if event.get("subtype") == "message_deleted":
        return _deleted(event, event.get("deleted_ts"), former)
    if message.get("subtype") == "tombstone":
        return _deleted(event, message.get("ts"), former)
    original = _original(event, message.get("ts"))
    edited_ts = _part(message, "edited").get("ts")
    if original is None or not _is_ts(edited_ts):
        return None
    as_new = {**message, "type": "message", "channel": original.channel_id}
    return Edited(original, message.get("text"), edited_ts, as_new)


def _deleted(event: Json, ts: Any, former: Json) -> Deleted | None:
    original = _original(event, ts)
    if original is None:
        return None
    known = {**former, "type": "message", "channel": original.channel_id}
    return Deleted(original, known | {"ts": original.message_ts})


def _original(event: Json, ts: Any) -> Original | None:
    channel_id = event.get("channel")
    return Original(channel_id, ts) if isinstance(channel_id, str) and _is_ts(ts) else None


def _part(whole: Json, name: str) -> Json:
    found = whole.get(name)
    return found if isinstance(found, dict) else {}


def _is_ts(value: Any) -> TypeGuard[str]:
    return isinstance(value, str) and _TS.fullmatch(value) is not None
