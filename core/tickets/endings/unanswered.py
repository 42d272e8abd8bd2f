"""Requesters whose answer is waited for: asked again once, and later, if wanted, let go."""

from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import select, text, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from core import outbox
from core.calendar import business_before, is_open
from core.communication.models import Audience
from core.communication.notify import Occasion, notify
from core.communication.ways import ASKED_AGAIN, Event
from core.errors import Refused
from core.notices import Place, Topic
from core.outbox import Row
from core.tickets.changes import Turn
from core.tickets.models import Ticket
from core.tickets.policy import BUSINESS_DAY, Desk, Policy
from core.tickets.service import resolve_locked
from core.tickets.states import ResolutionReason

#: Asked at once, in one transaction.
BATCH = 100
_GIVEN_UP_AFTER = 2
_BEGINNING = datetime(2000, 1, 1, tzinfo=UTC)
RESOLUTION = "There was no answer to our last question. If you still need help, reopen it."

# The status is a literal, so that the partial index serves a prepared statement too. The column is
# set under the row's lock, and so each is asked once in each wait.
_ASK = text(
    """
    WITH due AS MATERIALIZED (
        SELECT id FROM tickets
         WHERE department_id = :department_id AND status = 'waiting_requester'
           AND asked_again_at IS NULL AND is_deleted IS false AND waiting_since <= :since
         ORDER BY waiting_since
         LIMIT :most
           FOR UPDATE SKIP LOCKED
    )
    UPDATE tickets AS waiting
       SET asked_again_at = now(), updated_at = now()
      FROM due
     WHERE waiting.id = due.id
    RETURNING waiting.id, waiting.requestor_id, waiting.waiting_since
    """
).columns(Ticket.id, Ticket.requestor_id, Ticket.waiting_since)
_WAITS = text("tickets.status = 'waiting_requester'")


def unanswered_since(policy: Policy, desk: Desk, now: datetime, times: int = 1) -> datetime | None:
    """`times` as long as it takes until a requester is asked again. None while the desk is
    closed, or when nobody is asked."""
    days = policy.preferences.nudge_requester_days
    hours = policy.business_hours(desk)
    if not days or not is_open(now, hours):
        return None
    return business_before(now, times * days * BUSINESS_DAY, hours)


def given_up_since(policy: Policy, desk: Desk, now: datetime) -> datetime | None:
    if not policy.preferences.resolve_unanswered:
        return None
    return unanswered_since(policy, desk, now, _GIVEN_UP_AFTER)


async def ask_again(session: AsyncSession, desk: Desk, since: datetime) -> int:
    """How many were asked; as many as BATCH when there may be more."""
    values = {"department_id": desk.id, "since": since, "most": BATCH}
    asked = sorted(await session.execute(_ASK, values), key=lambda row: row.waiting_since)
    rows = []
    for row in asked:
        place = Place(row.id, Audience.REQUESTER)
        moment = int(row.waiting_since.timestamp())
        rows.append(Row(Topic.ASKED_AGAIN, place.lane, place.payload(since=moment)))
        shown_in = frozenset({Audience.REQUESTER})
        occasion = Occasion(Event.REPLY, ASKED_AGAIN, row.id, shown_in=shown_in)
        await notify(session, occasion, [row.requestor_id])
    if rows:
        await outbox.add(session, *rows)
    return len(asked)


async def resolve_unanswered(session: AsyncSession, turn: Turn, desk: Desk, since: datetime) -> int:
    """Those that were asked again and did not answer either. What is held up by something else
    stays, and keeps none that waits behind it. How many were resolved."""
    done, found, after = 0, BATCH, (_BEGINNING, UUID(int=0))
    while found == BATCH and not done:
        tickets = await _given_up(session, desk, since, after)
        found = len(tickets)
        for ticket in tickets:
            after = (ticket.waiting_since or since, ticket.id)
            done += await _resolve(session, turn, ticket)
    return done


async def _given_up(
    session: AsyncSession, desk: Desk, since: datetime, after: tuple[datetime, UUID]
) -> list[Ticket]:
    found = await session.scalars(
        select(Ticket)
        .where(
            Ticket.department_id == desk.id,
            _WAITS,
            Ticket.asked_again_at.is_not(None),
            Ticket.assignee_id.is_not(None),
            Ticket.waiting_since <= since,
            tuple_(Ticket.waiting_since, Ticket.id) > after,
        )
        .order_by(Ticket.waiting_since, Ticket.id)
        .limit(BATCH)
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    )
    return list(found)


async def _resolve(session: AsyncSession, turn: Turn, ticket: Ticket) -> bool:
    try:
        # The last word was an answer of ours, which asked for one.
        reason = ResolutionReason.ANSWERED
        await resolve_locked(session, turn, ticket, resolution=RESOLUTION, reason=reason)
    except Refused:
        return False
    return True
