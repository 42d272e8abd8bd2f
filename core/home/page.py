"""Reading what the Home tab shows to one person, by their role and by what they chose."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from core.db import with_deleted
from core.home.models import HomeVisit
from core.home.state import HomeState, load
from core.preferences import read_preferences
from core.tickets.lists import (
    ListName,
    Page,
    TicketRow,
    count_by_status,
    count_lists,
    read_list,
)
from core.tickets.states import Status
from core.tickets.triage.workload import Load, list_by_load
from core.users.models import User
from core.users.permissions import Actor, Permission, may
from core.users.queries import actor_of, list_departments
from core.users.roles import Role

#: Tickets of each list in the overview.
PREVIEWED = 3
_FOR_EVERYONE = (ListName.FOR_ME, ListName.MINE)
_FOR_A_DESK = (
    ListName.FOR_ME,
    ListName.ASSIGNED,
    ListName.UNASSIGNED,
    ListName.AT_RISK,
    ListName.DEPARTMENT,
    ListName.MINE,
)
_FOR_AN_OBSERVER = (
    ListName.UNASSIGNED,
    ListName.AT_RISK,
    ListName.DEPARTMENT,
    ListName.FOR_ME,
    ListName.MINE,
)


@dataclass(frozen=True, slots=True)
class Overview:
    """Of a head's department: what is open, and who has how much of it."""

    by_status: Mapping[Status, int]
    loads: Sequence[Load]


@dataclass(frozen=True, slots=True)
class HomePage:
    actor: Actor
    state: HomeState
    view_hash: str | None = None
    #: The lists that the person has, with how much lies in each.
    counts: Mapping[ListName, int] = field(default_factory=dict)
    #: In the overview.
    previews: Mapping[ListName, Sequence[TicketRow]] = field(default_factory=dict)
    #: Of the list that was chosen.
    page: Page | None = None
    overview: Overview | None = None
    departments: Sequence[tuple[uuid.UUID, str]] = ()
    #: A guest who may file tickets for themselves.
    is_filing_guest: bool = False

    @property
    def is_welcome(self) -> bool:
        return may(self.actor, Permission.FILE)


def lists_of(actor: Actor) -> tuple[ListName, ...]:
    if actor.has_desk:
        return _FOR_A_DESK
    return _FOR_EVERYONE if actor.desk_id is None else _FOR_AN_OBSERVER


async def read_home(session: AsyncSession, user_id: uuid.UUID) -> HomePage | None:
    """None for whom we do not know, or who never opened it."""
    visit = await session.scalar(select(HomeVisit).where(HomeVisit.user_id == user_id))
    user = await session.scalar(with_deleted(select(User).where(User.id == user_id)))
    if visit is None or user is None:
        return None
    actor, state = actor_of(user), load(visit.shown)
    names = lists_of(actor)
    # What a person may see follows their role, whatever they chose before it changed.
    state = state if state.name in names else HomeState()
    shown = HomePage(actor, state, visit.view_hash)
    if not shown.is_welcome:
        guests_may = actor.is_guest and actor.is_active
        guests_may = guests_may and (await read_preferences(session)).guests_may_file
        return replace(shown, is_filing_guest=guests_may)
    departments = [(each.id, each.name) for each in await list_departments(session)]
    counts = await count_lists(session, actor, names)
    shown = replace(shown, counts=counts, departments=departments)
    if state.name is None:
        return replace(
            shown,
            previews=await _previews(session, shown),
            overview=await _overview(session, actor),
        )
    page = await read_list(session, actor, state.name, state.filters, state.edge)
    return replace(shown, page=page)


async def _previews(session: AsyncSession, shown: HomePage) -> dict[ListName, Sequence[TicketRow]]:
    found: dict[ListName, Sequence[TicketRow]] = {}
    for name, count in shown.counts.items():
        # All that is open is a list to look into, not to glance at.
        if count and name is not ListName.DEPARTMENT:
            found[name] = (await read_list(session, shown.actor, name, most=PREVIEWED)).rows
    return found


async def _overview(session: AsyncSession, actor: Actor) -> Overview | None:
    if actor.role is not Role.DEPARTMENT_HEAD or actor.desk_id is None:
        return None
    loads = await list_by_load(session, actor.desk_id)
    return Overview(await count_by_status(session, actor), loads)
