"""Which export of which period somebody asks for."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from core.errors import Refused
from core.reports.asking import Export, Period

_OLD_MENU = "This menu is no longer valid. Ask for the report again with /ticket report."
# As far as a date can hold.
_MOMENT_MAX = 10**10


@dataclass(frozen=True, slots=True)
class ExportRef:
    kind: Export
    period: Period

    def dump(self) -> str:
        period = self.period
        until = int(period.until.timestamp())
        return json.dumps([self.kind.value, str(period.department_id), period.days, until])

    @classmethod
    def load(cls, raw: Any) -> "ExportRef":
        """Raises Refused for anything that `dump` did not write."""
        try:
            kind, department_id, days, until = json.loads(raw)
            if type(days) is not int or type(until) is not int or not 0 < until < _MOMENT_MAX:
                raise ValueError(raw)
            moment = datetime.fromtimestamp(until, UTC)
            return cls(Export(kind), Period(UUID(department_id), days, moment))
        except (TypeError, ValueError, AttributeError, RecursionError):
            raise Refused(_OLD_MENU) from None
