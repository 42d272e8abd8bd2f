"""The approvals of a period as a table, for those who may read the tickets."""

from collections.abc import Sequence
from datetime import UTC, datetime

from sqlalchemy import and_
from sqlalchemy.ext.asyncio import AsyncSession

from core import spreadsheets
from core.tickets.approvals.card_rows import read_cards
from core.tickets.approvals.models import ApprovalRequest
from core.tickets.approvals.states import SeatState
from core.tickets.approvals.views import CardView, StepView
from core.tickets.queries import visible_to
from core.users.permissions import Actor

COLUMNS = (
    *("ticket", "request", "asked at", "asked by", "requester", "payee", "purpose"),
    *("amount", "currency", "amount in rules' currency", "rules' currency", "rate"),
    *("status", "ended at", "reason", "decisions", "rule version", "facts hash"),
)


async def list_csv(session: AsyncSession, actor: Actor, since: datetime, until: datetime) -> str:
    """What was asked from `since` on and before `until`, oldest first."""
    within = and_(ApprovalRequest.asked_at >= since, ApprovalRequest.asked_at < until)
    cards = await read_cards(session, actor, and_(within, visible_to(actor)))
    return spreadsheets.write([COLUMNS, *map(_row, reversed(cards))])


def _row(card: CardView) -> Sequence[str]:
    return (
        card.ticket_key,
        str(card.number),
        _moment(card.asked_at),
        card.asked_by.name,
        card.requester.name,
        card.payee,
        card.purpose,
        f"{card.amount:.2f}",
        card.currency,
        f"{card.amount_in_base:.2f}",
        card.base_currency,
        f"{card.rate.normalize():f}" if card.rate is not None else "",
        card.status.value,
        _moment(card.ended_at),
        card.end_reason or "",
        "; ".join(line for step in card.steps for line in _decisions(step)),
        str(card.rule_version),
        card.facts_hash,
    )


def _decisions(step: StepView) -> list[str]:
    did = {SeatState.APPROVED: "approved", SeatState.REJECTED: "rejected"}
    found = []
    for seat in step.seats:
        if seat.state in did:
            absent = f" for {seat.stands_in_for.name}" if seat.stands_in_for else ""
            at = _moment(seat.decided_at)
            found.append(f"{step.kind.words}: {did[seat.state]} by {seat.person.name}{absent} {at}")
    return found


def _moment(at: datetime | None) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds") if at else ""
