"""Rows with constant defaults, for tests: what matters to a test is what it passes."""

from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from core.communication.models import Audience, ChatMessage, Visibility
from core.tickets.models import Ticket
from core.tickets.parts.models import SubTicket
from core.users.models import Department, User
from core.users.roles import Role

TEAM = "T0ACME"


async def make_department(session: AsyncSession, name: str = "IT", **columns: Any) -> Department:
    given = {"desk_channel_id": f"C0{name.upper()}DESK", "time_zone": "Europe/Berlin", **columns}
    department = Department(name=name, **given)
    session.add(department)
    await session.flush()
    return department


async def make_user(
    session: AsyncSession,
    slack_user_id: str = "U0ANN",
    *,
    role: Role = Role.EMPLOYEE,
    department: Department | None = None,
    **columns: Any,
) -> User:
    given = {
        "team_id": TEAM,
        "employee_code": slack_user_id,
        "name": slack_user_id.removeprefix("U0").capitalize(),
        "time_zone": "Europe/Berlin",
        **columns,
    }
    user = User(
        slack_user_id=slack_user_id,
        role=role,
        department_id=department.id if department else None,
        **given,
    )
    session.add(user)
    await session.flush()
    return user


async def make_ticket(
    session: AsyncSession,
    *,
    requestor: User,
    department: Department,
    assignee: User | None = None,
    summary: str = "The printer is broken",
    **columns: Any,
) -> Ticket:
    ticket = Ticket(
        requestor_id=requestor.id,
        department_id=department.id,
        assignee_id=assignee.id if assignee else None,
        summary=summary,
        **columns,
    )
    session.add(ticket)
    await session.flush()
    return ticket


async def make_sub_ticket(
    session: AsyncSession,
    *,
    parent: Ticket,
    department: Department,
    summary: str = "Order a toner",
    **columns: Any,
) -> SubTicket:
    before = select(func.count()).where(SubTicket.parent_ticket_id == parent.id)
    given = {"position": (await session.scalar(before) or 0) + 1, **columns}
    sub_ticket = SubTicket(
        parent_ticket_id=parent.id, department_id=department.id, summary=summary, **given
    )
    session.add(sub_ticket)
    await session.flush()
    return sub_ticket


async def make_message(
    session: AsyncSession,
    *,
    ticket: Ticket,
    sender: User,
    body: str = "It smells of smoke.",
    **columns: Any,
) -> ChatMessage:
    given = {"visibility": Visibility.PUBLIC, "audience": Audience.REQUESTER, **columns}
    message = ChatMessage(ticket_id=ticket.id, sender_id=sender.id, body=body, **given)
    session.add(message)
    await session.flush()
    return message
