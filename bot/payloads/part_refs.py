"""Which part a button or form is about, as it comes back to us."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from core.errors import Refused

_OLD = "This is no longer valid. Type /ticket with the part's number, like HD-12/1."
_START = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class PartRef:
    part_id: int

    def dump(self) -> str:
        return json.dumps({"p": self.part_id})

    @classmethod
    def load(cls, raw: Any) -> "PartRef":
        """Raises Refused for anything that `dump` did not write."""
        return cls(number_in(raw, "p"))


@dataclass(frozen=True, slots=True)
class ProposalRef:
    """The proposed time as it was when the buttons were made."""

    part_id: int
    proposed: datetime

    def dump(self) -> str:
        at = (self.proposed - _START) // _MICROSECOND
        return json.dumps({"p": self.part_id, "at": at})

    @classmethod
    def load(cls, raw: Any) -> "ProposalRef":
        """Raises Refused for anything that `dump` did not write."""
        part_id, at = number_in(raw, "p"), number_in(raw, "at")
        try:
            return cls(part_id, _START + at * _MICROSECOND)
        except OverflowError:
            raise Refused(_OLD) from None


def number_in(raw: Any, name: str) -> int:
    """What our JSON says under the name. Raises Refused."""
    try:
        found = json.loads(raw) if isinstance(raw, str) and len(raw) <= 2000 else None
    except (ValueError, RecursionError):
        raise Refused(_OLD) from None
    number = found.get(name) if isinstance(found, dict) else None
    # `type`, since True is an int as well.
    if type(number) is not int or not 0 <= number < 2**63:
        raise Refused(_OLD)
    return number
