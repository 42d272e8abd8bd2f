"""Asking for the evidence about approvals: it reaches whoever asked as files."""

import uuid
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from core import outbox
from core.communication import evidence
from core.db import utc_now
from core.errors import NotAllowed
from core.notices import Topic
from core.outbox import Row
from core.tickets.approvals.desks import may_export
from core.tickets.changes import Turn, record
from core.tickets.models import Ticket
from core.tickets.standing import load_readable
from core.users.permissions import Actor, check_member


def check_may_export(actor: Actor) -> None:
    """The approvals of a period, on those tickets that the actor may see."""
    check_member(actor)
    if not may_export(actor):
        raise NotAllowed("Only finance, the CEO and administrators can export approvals.")


async def ask_for_evidence(session: AsyncSession, turn: Turn, ticket_id: uuid.UUID) -> Ticket:
    """Presses within a moment are one."""
    ticket, standing = await load_readable(session, turn.actor, ticket_id)
    evidence.check(turn.actor, standing)
    await record(session, turn, ticket, "evidence.export", {})
    key = f"{Topic.APPROVAL_EVIDENCE}:{ticket.id}:{turn.actor.id}"
    payload = {"ticket_id": str(ticket.id)}
    await outbox.add(session, _row(turn, Topic.APPROVAL_EVIDENCE, key, payload))
    return ticket


async def ask_for_period(session: AsyncSession, turn: Turn, first: date, last: date) -> None:
    """Both days are part of it."""
    check_may_export(turn.actor)
    payload = {"first": first.isoformat(), "last": last.isoformat()}
    key = f"{Topic.APPROVALS_PERIOD}:{first}:{last}:{turn.actor.id}"
    await outbox.add(session, _row(turn, Topic.APPROVALS_PERIOD, key, payload))


def bounds(first: date, last: date) -> tuple[datetime, datetime]:
    """From the first moment of the first day, in UTC, and before the first after the last."""
    since, until = (datetime.combine(day, time(), UTC) for day in (first, last))
    return since, until + timedelta(days=1)


def _row(turn: Turn, topic: Topic, key: str, payload: dict[str, Any]) -> Row:
    """The moment names the files, which is how they are found again."""
    fold: timedelta = turn.policy.preferences.card_fold
    asked_at: datetime = utc_now()
    named = {"reader_id": str(turn.actor.id), "asked_at": int(asked_at.timestamp())}
    return Row(topic, key, payload | named, fold_key=key, delay=fold)


def refused(reader_id: uuid.UUID) -> Row:
    """Why there are none, to whoever asked."""
    return Row(Topic.EXPORT_REFUSED, f"person:{reader_id}", {"reader_id": str(reader_id)})
