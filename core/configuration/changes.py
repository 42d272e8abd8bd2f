"""Saving only what differs, with an audit row and a line for whoever looks on."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from core.preferences import Preference
from core.tickets.calendars import Calendar
from core.tickets.models import AuditLog, SlaTemplate, Source
from core.tickets.triage.routing import RoutingRule
from core.users.models import Department, User

Row = Department | User | Calendar | SlaTemplate | Preference | RoutingRule


@dataclass(slots=True)
class Changes:
    session: AsyncSession
    lines: list[str] = field(default_factory=list)
    #: What to call the rows that columns refer to.
    names: dict[str, str] = field(default_factory=dict)

    def save(self, row: Row, wanted: Mapping[str, Any], what: str) -> None:
        """What was deleted on purpose is not brought back by a file that is applied again."""
        if getattr(row, "is_deleted", False):
            self.lines.append(f"{what}: is deleted and stays so")
            return
        is_new = row not in self.session
        changes = {
            column: [_plain(getattr(row, column)), _plain(value)]
            for column, value in wanted.items()
            if is_new or getattr(row, column) != value
        }
        if not changes:
            return
        for column in changes:
            setattr(row, column, wanted[column])
        audit = AuditLog(
            action="configuration.add" if is_new else "configuration.change",
            source=Source.CONFIGURATION,
            changes=changes,
            details={"what": what},
        )
        self.session.add_all([row, audit])
        told = "added" if is_new else ", ".join(self._words(*each) for each in changes.items())
        self.lines.append(f"{what}: {told}")

    def _words(self, column: str, change: list[Any]) -> str:
        label = column.removesuffix("_id").replace("_", " ")
        if any(isinstance(each, list | dict) or "\n" in str(each) for each in change):
            return f"{label} changed"
        before, after = (self.names.get(str(each), _word(each)) for each in change)
        return f"{label} is now {after}, was {before}"


def _plain(value: Any) -> Any:
    """In JSON's own types."""
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, StrEnum | UUID):
        return str(value)
    return value


def _word(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:g} s"
    if isinstance(value, bool):
        return "true" if value else "false"
    return "nothing" if value is None else str(value)
