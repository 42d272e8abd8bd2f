"""What stands in one person's digest, as it is when it is sent."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, false, func, or_, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from core.communication import inbox
from core.communication.inbox import NewsPage
from core.communication.quiet import zone_of
from core.db import utc_now
from core.tickets.approvals import queries as approvals
from core.tickets.approvals.views import Waiting
from core.tickets.models import Ticket
from core.tickets.parts import queries as sub_queries
from core.tickets.parts.queries import PartView
from core.tickets.queries import IS_NEW, IS_OPEN, TicketView, list_views, visible_to
from core.tickets.states import SlaState
from core.users.models import User
from core.users.permissions import Actor
from core.users.queries import actor_of
from core.users.roles import Role

#: Of each kind.
MOST = 5


@dataclass(frozen=True, slots=True)
class Listed:
    """The first of them, and whether there are more."""

    tickets: Sequence[TicketView]
    has_more: bool


@dataclass(frozen=True, slots=True)
class Morning:
    slack_user_id: str
    name: str
    #: The reader's own.
    day: str
    at_risk: Listed
    due_today: Listed
    my_move: Listed
    #: What waits for the reader's decision, oldest first, up to a page and one more.
    approvals: Sequence[Waiting]
    unassigned: Listed
    news: NewsPage
    #: Parts of other desks' tickets that the reader has, and that wait for somebody at their desk.
    parts: Sequence[PartView] = ()
    free_parts: Sequence[PartView] = ()
    #: Whether what is at risk or due is all of a department's, which the reader leads.
    is_head: bool = False

    @property
    def is_empty(self) -> bool:
        lists = (self.at_risk, self.due_today, self.my_move, self.unassigned)
        parts = [*self.parts, *self.free_parts]
        has_more_to_say = bool(self.news.news or self.approvals or parts)
        return not has_more_to_say and not any(each.tickets for each in lists)


async def read_morning(session: AsyncSession, reader_id: uuid.UUID) -> Morning | None:
    """None for who has left. Each ticket stands in the first list that it belongs to."""
    user = await session.scalar(select(User).where(User.id == reader_id))
    if user is None or not user.is_active:
        return None
    actor, now = actor_of(user), utc_now()
    today = _end_of_day(now, user.time_zone)
    mine = _open(actor, Ticket.assignee_id == actor.id)
    is_head = actor.role is Role.DEPARTMENT_HEAD and actor.desk_id is not None
    watched = _open(actor, Ticket.department_id == actor.desk_id) if is_head else mine
    is_late = or_(Ticket.due_at <= now, _AT_RISK)
    at_risk = await _list(session, watched.where(is_late).order_by(Ticket.due_at))
    later = watched.where(~is_late, Ticket.due_at < today)
    due_today = await _list(session, later.order_by(Ticket.due_at))
    rest = mine.where(_MY_MOVE, or_(Ticket.due_at.is_(None), Ticket.due_at >= today), ~_AT_RISK)
    return Morning(
        slack_user_id=user.slack_user_id,
        name=user.name,
        day=now.astimezone(zone_of(user.time_zone)).date().isoformat(),
        at_risk=at_risk,
        due_today=due_today,
        my_move=await _list(session, rest.order_by(Ticket.created_at)),
        approvals=await approvals.asked_of(session, actor),
        unassigned=await _unassigned(session, actor, [*at_risk.tickets, *due_today.tickets]),
        news=await inbox.list_for_digest(session, actor),
        parts=await sub_queries.list_held(session, actor, most=MOST + 1),
        free_parts=await sub_queries.list_free(session, actor, most=MOST + 1),
        is_head=is_head,
    )


_AT_RISK = func.coalesce(
    Ticket.sla_state.in_([SlaState.AT_RISK, SlaState.ANSWER_OVERDUE, SlaState.BREACHED]), false()
)
#: Nobody else is waited for.
_MY_MOVE = text("tickets.status IN ('assigned', 'in_progress')")


def _open(actor: Actor, which: ColumnElement[bool]) -> Select[Any]:
    return select(Ticket.id).where(which, IS_OPEN, visible_to(actor))


async def _unassigned(session: AsyncSession, actor: Actor, shown: Sequence[TicketView]) -> Listed:
    if not actor.has_desk:
        return Listed((), has_more=False)
    waiting = (Ticket.department_id == actor.desk_id) & Ticket.assignee_id.is_(None)
    others = Ticket.id.not_in([each.id for each in shown])
    found = select(Ticket.id).where(waiting, others, IS_NEW, visible_to(actor))
    return await _list(session, found.order_by(Ticket.created_at, Ticket.id))


async def _list(session: AsyncSession, statement: Select[Any]) -> Listed:
    ids = list(await session.scalars(statement.limit(MOST + 1)))
    views = await list_views(session, ids[:MOST]) if ids else {}
    return Listed([views[each] for each in ids[:MOST] if each in views], len(ids) > MOST)


def _end_of_day(now: datetime, time_zone: str) -> datetime:
    zone = zone_of(time_zone)
    tomorrow = now.astimezone(zone).date() + timedelta(days=1)
    return datetime.combine(tomorrow, time(), zone).astimezone(now.tzinfo)
