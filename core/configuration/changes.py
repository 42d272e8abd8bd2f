"""Saving only what differs, with an audit row and a line for whoever looks on."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from core.communication.models import CannedReply
from core.errors import Refused
from core.preferences import Preference
from core.tickets.calendars import Calendar
from core.tickets.changes import Turn
from core.tickets.models import AuditLog, SlaTemplate, Source
from core.tickets.sla.rehours import Moved
from core.tickets.triage.routing import RoutingRule
from core.users.models import Department, User

Row = Department | User | Calendar | SlaTemplate | Preference | RoutingRule | CannedReply


@dataclass(slots=True)
class Changes:
    """`by`: whoever changes it in Slack; without them it is a file that is applied."""

    session: AsyncSession
    by: Turn | None = None
    lines: list[str] = field(default_factory=list)
    #: What to call the rows that columns refer to.
    names: dict[str, str] = field(default_factory=dict)
    #: Clocks that run, and are due at another time by what was changed.
    moved: list[Moved] = field(default_factory=list)

    def save(self, row: Row, wanted: Mapping[str, Any], what: str) -> None:
        """What was deleted on purpose is not brought back by a file that is applied again."""
        if getattr(row, "is_deleted", False):
            if self.by is not None:
                raise Refused(f"A deleted {what} is in the way: restore it, or take another name.")
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
        self.session.add(row)
        self.record("configuration.add" if is_new else "configuration.change", what, changes)
        told = "added" if is_new else ", ".join(self._words(*each) for each in changes.items())
        self.lines.append(f"{what}: {told}")

    def record(self, action: str, what: str, changes: Mapping[str, Any], **details: Any) -> None:
        audit = AuditLog(
            user_id=self.by.actor.id if self.by else None,
            action=action,
            source=self.by.source if self.by else Source.CONFIGURATION,
            changes=dict(changes),
            details={"what": what, **details},
        )
        self.session.add(audit)

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
