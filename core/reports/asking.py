"""Asking for a report or an export: it comes as a direct message."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy.ext.asyncio import AsyncSession

from core import outbox
from core.db import utc_now
from core.errors import Refused
from core.notices import Topic
from core.outbox import Row
from core.reports.digests import report
from core.reports.figures import PERIODS, desk_of
from core.tickets.changes import Turn
from core.tickets.policy import Desk, Policy
from core.users.permissions import Permission, authorize


class Export(StrEnum):
    TICKETS = "tickets"
    EVENTS = "events"
    APPROVALS = "approvals"
    SLA = "sla"


@dataclass(frozen=True, slots=True)
class Period:
    """Of one department; `until` is the end of it."""

    department_id: uuid.UUID
    days: int
    until: datetime


def find_desk(policy: Policy, name: str) -> Desk | None:
    """By name as people type it."""
    wanted = name.strip().casefold()
    return next((each for each in policy.desks.values() if each.name.casefold() == wanted), None)


async def ask_for_report(session: AsyncSession, turn: Turn, desk: Desk | None, days: int) -> Desk:
    """Of the actor's own department when none is named."""
    authorize(turn.actor, Permission.SEE_REPORT)
    found = desk_of(turn.policy, turn.actor, desk.id if desk else None)
    _check(days)
    await outbox.add(session, report(turn.actor.id, found.id, days, utc_now()))
    return found


async def ask_for_export(session: AsyncSession, turn: Turn, period: Period, kind: Export) -> Desk:
    """Asked twice while it waits, it comes once."""
    desk = desk_of(turn.policy, turn.actor, period.department_id)
    _check(period.days)
    until = int(period.until.timestamp())
    key = f"{Topic.EXPORT}:{turn.actor.id}:{kind}:{desk.id}:{period.days}:{until}"
    payload = {
        "reader_id": str(turn.actor.id),
        "department_id": str(desk.id),
        "kind": kind.value,
        "days": period.days,
        "until": until,
        "asked_at": int(utc_now().timestamp()),
    }
    await outbox.add(session, Row(Topic.EXPORT, key, payload, fold_key=key))
    return desk


def _check(days: int) -> None:
    if days not in PERIODS:
        raise Refused("A report looks back 7, 30 or 90 days.")
