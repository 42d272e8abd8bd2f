"""Recomputing the chain of a ticket's approvals from its rows, and what the rows are about."""

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from core.tickets.approvals import chain
from core.tickets.approvals.facts import hash_of
from core.tickets.approvals.models import Approval, ApprovalRequest, ApprovalSeat
from core.tickets.approvals.states import SeatState
from core.tickets.models import AuditLog


@dataclass(frozen=True, slots=True)
class Broken:
    """The first link that does not hold. Without a row: something that no row tells of."""

    what: str
    audit_id: int | None = None
    #: Counts from one.
    position: int | None = None
    action: str | None = None
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ChainReport:
    links: int
    #: The hash of the last one: whoever noted it down can tell whether rows at the end are gone.
    head: str | None
    broken: Broken | None

    @property
    def is_whole(self) -> bool:
        return self.broken is None


async def verify(session: AsyncSession, ticket_id: uuid.UUID) -> ChainReport:
    """Asks nobody's permission: the caller has asked whether the actor may read the ticket."""
    rows = await chain.list_rows(session, ticket_id)
    broken = next(_broken_links(rows), None)
    if broken is None:
        broken = next(_broken_facts(rows, await _requests(session, ticket_id)), None)
    if broken is None:
        broken = next(_broken_seats(rows, await _seats(session, ticket_id)), None)
    return ChainReport(len(rows), rows[-1].hash if rows else None, broken)


def _at(row: AuditLog, position: int, what: str) -> Broken:
    return Broken(what, row.id, position, row.action, row.created_at)


def _broken_links(rows: Sequence[AuditLog]) -> Iterator[Broken]:
    previous: str | None = None
    for position, row in enumerate(rows, start=1):
        if row.hash is None:
            yield _at(row, position, "was added beside the chain")
        elif row.hash != hash_of(chain.link(row)):
            yield _at(row, position, "was changed after it was written")
        elif row.previous_hash != previous:
            yield _at(row, position, "does not follow the row before it: one is missing")
        elif str(row.ticket_id) != row.details.get("ticket"):
            yield _at(row, position, "belongs to another ticket")
        elif row.user_id is not None and str(row.user_id) != row.details.get("actor"):
            yield _at(row, position, "names another person than the one who acted")
        previous = row.hash


async def _requests(session: AsyncSession, ticket_id: uuid.UUID) -> list[ApprovalRequest]:
    found = await session.scalars(
        select(ApprovalRequest)
        .where(ApprovalRequest.ticket_id == ticket_id, ApprovalRequest.facts_hash != "")
        .order_by(ApprovalRequest.id)
        .execution_options(populate_existing=True)
    )
    return list(found)


def _broken_facts(
    rows: Sequence[AuditLog], requests: Sequence[ApprovalRequest]
) -> Iterator[Broken]:
    for request in requests:
        about = [
            (position, row)
            for position, row in enumerate(rows, start=1)
            if row.details.get("request_id") == request.id
        ]
        signed = [(position, row) for position, row in about if "facts" in row.details]
        name = f"request {request.number}"
        if not signed:
            yield Broken(f"{name} was asked, and no row tells of it")
            continue
        position, row = signed[-1]
        if row.details["facts"] != request.facts or _columns(request) != _shown(request.facts):
            yield _at(row, position, f"says other facts than {name} does now")
        if request.facts_hash != hash_of(request.facts):
            yield _at(row, position, f"hashes other facts than {name} does now")
        position, row = about[-1]
        if row.details.get("request_status") != request.status:
            yield _at(
                row,
                position,
                f"left {name} {row.details.get('request_status')}, which it "
                f"is not now: a row after it is missing, or the request was changed",
            )


def _columns(request: ApprovalRequest) -> dict[str, Any]:
    return {
        "amount": f"{request.amount:.2f}",
        "currency": request.currency,
        "payee": request.payee,
        "purpose": request.purpose,
    }


def _shown(facts: dict[str, Any]) -> dict[str, Any]:
    return {name: facts.get(name) for name in ("amount", "currency", "payee", "purpose")}


async def _seats(session: AsyncSession, ticket_id: uuid.UUID) -> list[ApprovalSeat]:
    found = await session.scalars(
        select(ApprovalSeat)
        .join(Approval, Approval.id == ApprovalSeat.approval_id)
        .where(ApprovalSeat.ticket_id == ticket_id)
        .order_by(ApprovalSeat.id)
        .execution_options(populate_existing=True)
    )
    return list(found)


_DECIDED = {"approve": SeatState.APPROVED, "reject": SeatState.REJECTED}


def _broken_seats(rows: Sequence[AuditLog], seats: Sequence[ApprovalSeat]) -> Iterator[Broken]:
    by_id = {seat.id: seat for seat in seats}
    told: dict[int, SeatState] = {}
    for position, row in enumerate(rows, start=1):
        choice, seat_id = row.action.removeprefix(chain.PREFIX), row.details.get("seat_id")
        if choice not in _DECIDED or seat_id is None:
            continue
        told[seat_id] = _DECIDED[choice]
        seat = by_id.get(seat_id)
        if seat is None or seat.state is not _DECIDED[choice] or seat.user_id != row.user_id:
            yield _at(row, position, "tells of a decision that its seat does not hold")
    for seat in seats:
        if seat.state in _DECIDED.values() and seat.id not in told:
            yield Broken(f"seat {seat.id} was {seat.state.value}, and no row tells of it")
