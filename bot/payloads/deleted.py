"""Which deleted records a list shows, and which one is to be restored."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from core.configuration.deleted import Edge, Kind
from core.errors import Refused

_START = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_PLACE = re.compile(
    r"deleted (?P<kind>[a-z_]+)(?: (?P<at>\d{1,17}) (?P<id>[0-9a-f-]{1,36}))?", re.ASCII
)
_ONE = re.compile(r"(?P<kind>[a-z_]+) (?P<id>[0-9a-f-]{1,36})", re.ASCII)
_OLD = "This is no longer valid. Please open the settings again."


@dataclass(frozen=True, slots=True)
class DeletedRef:
    """A page of what was deleted: what was deleted before the edge, or the newest."""

    kind: Kind
    before: Edge | None = None

    def dump(self) -> str:
        if self.before is None:
            return f"deleted {self.kind}"
        at = (self.before.at - _START) // _MICROSECOND
        return f"deleted {self.kind} {at} {self.before.id}"

    @classmethod
    def load(cls, raw: Any) -> "DeletedRef":
        """Raises Refused for anything that `dump` did not write."""
        found = _PLACE.fullmatch(raw) if isinstance(raw, str) else None
        if found is None or found["kind"] not in set(Kind):
            raise Refused(_OLD)
        if found["at"] is None:
            return cls(Kind(found["kind"]))
        at = _START + int(found["at"]) * _MICROSECOND
        return cls(Kind(found["kind"]), Edge(at, found["id"]))


@dataclass(frozen=True, slots=True)
class RecordRef:
    kind: Kind
    id: str

    def dump(self) -> str:
        return f"{self.kind} {self.id}"

    @classmethod
    def load(cls, raw: Any) -> "RecordRef":
        """Raises Refused for anything that `dump` did not write."""
        found = _ONE.fullmatch(raw) if isinstance(raw, str) else None
        if found is None or found["kind"] not in set(Kind):
            raise Refused(_OLD)
        return cls(Kind(found["kind"]), found["id"])
