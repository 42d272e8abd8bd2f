"""Which request or absence a button or form is about, as it comes back to us."""

import json
from dataclasses import dataclass, replace
from typing import Any

from bot.payloads import storable
from core.errors import Refused

_OLD = "This is no longer valid. Type /ticket approvals to see what waits for you."
_MOST = 2000


@dataclass(frozen=True, slots=True)
class FactsRef:
    """A request, and the facts that were shown with the button, by their hash."""

    request_id: int
    facts: str
    #: Of the message, where a form was opened from one.
    channel_id: str = ""
    message_ts: str = ""

    def dump(self) -> str:
        found: dict[str, Any] = {"request": self.request_id, "facts": self.facts}
        if self.message_ts:
            found |= {"channel": self.channel_id, "ts": self.message_ts}
        return json.dumps(found)

    def opened_from(self, body: dict[str, Any]) -> "FactsRef":
        """With the message whose button was pressed."""
        held = body.get("container")
        container: dict[str, Any] = held if isinstance(held, dict) else {}
        channel_id, ts = (_word(container, each) for each in ("channel_id", "message_ts"))
        return replace(self, channel_id=channel_id, message_ts=ts)

    @classmethod
    def load(cls, raw: Any) -> "FactsRef":
        """Raises Refused for anything that `dump` did not write."""
        found = _object(raw)
        facts = _word(found, "facts")
        if not facts:
            raise Refused(_OLD)
        request_id = _number(found, "request")
        return cls(request_id, facts, _word(found, "channel"), _word(found, "ts"))


@dataclass(frozen=True, slots=True)
class RequestRef:
    request_id: int

    def dump(self) -> str:
        return json.dumps({"request": self.request_id})

    @classmethod
    def load(cls, raw: Any) -> "RequestRef":
        """Raises Refused for anything that `dump` did not write."""
        return cls(_number(_object(raw), "request"))


@dataclass(frozen=True, slots=True)
class AbsenceRef:
    absence_id: int

    def dump(self) -> str:
        return json.dumps({"absence": self.absence_id})

    @classmethod
    def load(cls, raw: Any) -> "AbsenceRef":
        """Raises Refused for anything that `dump` did not write."""
        return cls(_number(_object(raw), "absence"))


def _object(raw: Any) -> dict[str, Any]:
    try:
        found = json.loads(raw) if isinstance(raw, str) and len(raw) <= _MOST else None
    except (ValueError, RecursionError):
        raise Refused(_OLD) from None
    if not isinstance(found, dict):
        raise Refused(_OLD)
    return found


def _number(found: dict[str, Any], name: str) -> int:
    number = found.get(name)
    # `type`, since True is an int as well.
    if type(number) is not int or not 0 <= number < 2**63:
        raise Refused(_OLD)
    return number


def _word(found: dict[str, Any], name: str) -> str:
    word = found.get(name)
    return storable(word) if isinstance(word, str) else ""
