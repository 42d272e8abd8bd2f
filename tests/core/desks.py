"""Three desks and the people around them, as rows; and what a test does with them."""

import uuid
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from hypothesis import HealthCheck, settings
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from core.engine import Sessions
from core.errors import HelpDeskError
from core.tickets.models import Part, SlaTemplate, Source, Ticket, TicketParticipant
from core.tickets.opening import NewTicket
from core.tickets.policy import Desk, Policy, read_policy
from core.tickets.service import Turn
from core.tickets.states import Priority
from core.users.permissions import Actor
from core.users.queries import actor_of
from core.users.roles import Role
from tests.factories import make_department, make_user

#: For properties that ask a database: each example undoes what it wrote.
AGAINST_THE_DATABASE = settings(
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)

_PEOPLE = {
    "hugo": (Role.DEPARTMENT_HEAD, "IT"),
    "ann": (Role.AGENT, "IT"),
    "carl": (Role.AGENT, "IT"),
    "hana": (Role.AGENT, "HR"),
    "finn": (Role.FINANCE, "Finance"),
    "bea": (Role.EMPLOYEE, None),
    "eve": (Role.EMPLOYEE, None),
    "cleo": (Role.CEO, None),
    "vera": (Role.OBSERVER, "IT"),
    "ada": (Role.ADMIN, None),
}


@dataclass(frozen=True)
class Desks:
    """HR keeps open threads. Values only, so that a rollback takes nothing away from them."""

    policy: Policy
    it: Desk
    hr: Desk
    finance: Desk
    hugo: Actor
    ann: Actor
    carl: Actor
    hana: Actor
    finn: Actor
    bea: Actor
    eve: Actor
    cleo: Actor
    vera: Actor
    ada: Actor

    @property
    def people(self) -> dict[str, Actor]:
        return {name: getattr(self, name) for name in _PEOPLE}

    def turn(self, actor: Actor) -> Turn:
        return Turn(actor, Source.BUTTON, self.policy)

    def form(self, **fields: Any) -> NewTicket:
        given = {
            "summary": "The printer is broken",
            "description": "It smokes.",
            "department_id": self.it.id,
            "priority": Priority.MEDIUM,
            "is_private": False,
            "source": Source.FORM,
            "source_key": f"view:{uuid.uuid4()}",
        }
        return NewTicket(**(given | fields))

    async def ticket(
        self,
        session: AsyncSession,
        *,
        requester: Actor | None = None,
        desk: Desk | None = None,
        assignee: Actor | None = None,
        **columns: Any,
    ) -> Ticket:
        """Of Bea's for IT, unless said otherwise. Nothing has been said about it yet."""
        ticket = Ticket(
            requestor_id=(requester or self.bea).id,
            department_id=(desk or self.it).id,
            assignee_id=assignee.id if assignee else None,
            **({"summary": "The printer is broken"} | columns),
        )
        session.add(ticket)
        await session.flush()
        await add_part(session, ticket, requester or self.bea, Part.REQUESTER)
        return ticket


async def move_in(session: AsyncSession) -> Desks:
    departments = {
        "IT": await make_department(session, "IT"),
        "HR": await make_department(session, "HR", open_threads=True),
        "Finance": await make_department(session, "Finance", waits_after_reply=False),
    }
    people = {
        name: actor_of(
            await make_user(
                session,
                f"U0{name.upper()}",
                role=role,
                department=departments[desk] if desk else None,
            )
        )
        for name, (role, desk) in _PEOPLE.items()
    }
    session.add_all(_promises())
    await session.flush()
    policy = await read_policy(session)
    it, hr, finance = (policy.desks[each.id] for each in departments.values())
    return Desks(policy, it, hr, finance, **people)


def _promises() -> list[SlaTemplate]:
    hour = timedelta(hours=1)
    return [
        SlaTemplate(
            name="urgent",
            position=0,
            priority=Priority.URGENT,
            first_response_target=hour / 2,
            resolution_target=4 * hour,
            calendar="always",
        ),
        SlaTemplate(
            name="rest", position=1, first_response_target=4 * hour, resolution_target=24 * hour
        ),
    ]


async def add_part(
    session: AsyncSession, ticket: Ticket, person: Actor, part: Part = Part.FOLLOWER
) -> None:
    session.add(TicketParticipant(ticket_id=ticket.id, user_id=person.id, part=part))
    await session.flush()


@asynccontextmanager
async def undone(sessions: Sessions) -> AsyncIterator[AsyncSession]:
    """A session of which nothing stays."""
    async with sessions() as session:
        yield session
        await session.rollback()


async def refusal_of(doing: Awaitable[Any]) -> HelpDeskError | None:
    """What somebody is told, when they are refused."""
    try:
        await doing
    except HelpDeskError as refusal:
        return refusal
    return None


TABLES = ("tickets", "ticket_participants", "audit_logs", "notifications", "outbox_messages")


async def dump(session: AsyncSession, *tables: str) -> dict[str, list[dict[str, Any]]]:
    """Every row of the tables, as the database has them with what the session still holds."""
    await session.flush()
    found = {}
    for table in tables or TABLES:
        rows = await session.scalars(text(f"SELECT to_jsonb(t) FROM {table} AS t ORDER BY id"))
        found[table] = list(rows)
    return found


def added(
    before: dict[str, list[dict[str, Any]]], after: dict[str, list[dict[str, Any]]], table: str
) -> list[dict[str, Any]]:
    known = {row["id"] for row in before[table]}
    return [row for row in after[table] if row["id"] not in known]
