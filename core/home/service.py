"""Who looks at the Home tab, what of it they chose, and when it has to be shown anew."""

import uuid
from collections.abc import Callable, Sequence
from datetime import timedelta

from sqlalchemy import ColumnElement, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from core import outbox
from core.db import utc_now
from core.home.models import HomeVisit
from core.home.state import HomeState, dump, load
from core.notices import Topic
from core.outbox import Row
from core.tickets.models import Ticket
from core.users.permissions import Actor

#: Whoever opened it longer ago gets it when they open it again.
LATELY = timedelta(hours=4)


async def opened(session: AsyncSession, actor: Actor) -> None:
    """Somebody looks at it now, from the first page on."""
    await _change(session, actor, lambda state: HomeState(state.name, state.filters))


async def turn_to(
    session: AsyncSession, actor: Actor, change: Callable[[HomeState], HomeState]
) -> None:
    """Somebody chose what to see on it."""
    await _change(session, actor, change)


async def _change(
    session: AsyncSession, actor: Actor, change: Callable[[HomeState], HomeState]
) -> None:
    now = utc_now()
    first = insert(HomeVisit).values(user_id=actor.id, opened_at=now, shown={})
    await session.execute(first.on_conflict_do_nothing())
    visit = await session.scalar(
        select(HomeVisit)
        .where(HomeVisit.user_id == actor.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    assert visit is not None, "the row was just written"
    visit.opened_at, visit.shown = now, dump(change(load(visit.shown)))
    await session.flush()
    await outbox.add(session, _row(actor.id))


async def show_now(session: AsyncSession, user_ids: Sequence[uuid.UUID]) -> None:
    """To those who did something themselves and look at what became of it."""
    await _show_now(session, HomeVisit.user_id.in_(user_ids))


async def show_what_was_filed(session: AsyncSession, ticket_ids: Sequence[uuid.UUID]) -> None:
    """To those who filed them."""
    filed = select(Ticket.requestor_id).where(Ticket.id.in_(ticket_ids))
    await _show_now(session, HomeVisit.user_id.in_(filed))


async def _show_now(session: AsyncSession, who: ColumnElement[bool]) -> None:
    looking = await session.scalars(
        select(HomeVisit.user_id)
        .where(who, HomeVisit.opened_at > utc_now() - LATELY)
        .order_by(HomeVisit.user_id)
    )
    if rows := [_row(user_id) for user_id in looking]:
        await outbox.add(session, *rows)


def _row(user_id: uuid.UUID) -> Row:
    """In a lane of its own, so that nobody waits for what is being collected."""
    key = f"{Topic.HOME}:{user_id}"
    return Row(Topic.HOME, key, {"reader_id": str(user_id)}, fold_key=key)


async def remember(session: AsyncSession, user_id: uuid.UUID, view_hash: str) -> None:
    """What Slack shows them now."""
    await session.execute(
        update(HomeVisit).where(HomeVisit.user_id == user_id).values(view_hash=view_hash)
    )


async def refresh_people(session: AsyncSession, user_ids: Sequence[uuid.UUID]) -> None:
    """Something on their Home tab changed; the ones who did not look lately are left alone."""
    if user_ids:
        await session.execute(_REFRESH_PEOPLE, {"ids": list(user_ids), "lately": LATELY})


async def refresh_around(session: AsyncSession, ticket_ids: Sequence[uuid.UUID]) -> None:
    """The same, of everybody who sees one of the tickets, or did until it was moved."""
    if ticket_ids:
        await session.execute(_REFRESH_AROUND, {"ids": list(ticket_ids), "lately": LATELY})


# Collected for a while: Slack takes only so many of these from all of us together. In one order,
# so that two at once cannot wait for each other.
_INSERT = f"""
    INSERT INTO outbox_messages (topic, lane, fold_key, payload, available_at)
    SELECT '{Topic.HOME}', key, key, jsonb_build_object('reader_id', visit.user_id),
           now() + make_interval(secs => coalesce(
               (SELECT CAST(value AS float) FROM preferences WHERE name = 'home_fold'), 20))
      FROM home_visits AS visit
     CROSS JOIN LATERAL (SELECT '{Topic.HOME}:later:' || visit.user_id AS key) AS named
     WHERE visit.opened_at > now() - CAST(:lately AS interval) AND visit.user_id IN ({{people}})
     ORDER BY visit.user_id
        ON CONFLICT (fold_key) WHERE settled_at IS NULL AND attempts = 0
        DO UPDATE SET updated_at = now()
"""
_REFRESH_PEOPLE = text(_INSERT.format(people="SELECT unnest(CAST(:ids AS uuid[]))"))
_REFRESH_AROUND = text(
    _INSERT.format(
        people="""
        SELECT requestor_id FROM tickets WHERE id = ANY(CAST(:ids AS uuid[]))
         UNION ALL
        SELECT assignee_id FROM tickets WHERE id = ANY(CAST(:ids AS uuid[]))
         UNION ALL
        SELECT part.user_id FROM ticket_participants AS part
         WHERE part.ticket_id = ANY(CAST(:ids AS uuid[]))
         UNION ALL
        SELECT person.id FROM users AS person
          JOIN tickets ON tickets.department_id = person.department_id
         WHERE tickets.id = ANY(CAST(:ids AS uuid[]))
         UNION ALL
        SELECT assignee_id FROM sub_tickets WHERE parent_ticket_id = ANY(CAST(:ids AS uuid[]))
         UNION ALL
        SELECT person.id FROM users AS person
          JOIN sub_tickets AS piece ON piece.department_id = person.department_id
         WHERE piece.parent_ticket_id = ANY(CAST(:ids AS uuid[]))
         UNION ALL
        SELECT person.id FROM users AS person
          JOIN audit_logs AS moved
            ON CAST(person.department_id AS text) = moved.changes -> 'department_id' ->> 0
         WHERE moved.ticket_id = ANY(CAST(:ids AS uuid[])) AND moved.action = 'ticket.transfer'
           AND moved.created_at > now() - interval '10 minutes'
        """
    )
)
