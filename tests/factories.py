"""Rows with constant defaults, for tests: what matters to a test is what it passes."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from core.communication.models import Audience, ChatMessage, Visibility
from core.tickets.approvals.models import Approval, ApprovalRequest, ApprovalSeat
from core.tickets.approvals.policy_models import ApprovalRuleVersion
from core.tickets.approvals.states import SeatReason, StepKind
from core.tickets.models import Ticket
from core.tickets.parts.models import SubTicket
from core.tickets.states import Status
from core.users.models import Department, User
from core.users.permissions import Actor
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


async def make_request(
    session: AsyncSession, ticket: Ticket, asked_by: Actor, **columns: Any
) -> ApprovalRequest:
    """For approval of 900 EUR, without steps."""
    before = select(func.count()).where(ApprovalRequest.ticket_id == ticket.id)
    given = {"amount": Decimal(900), "currency": "EUR", "purpose": "Laptop", **columns}
    given |= {"amount_in_base": given["amount"], "counted": given["amount"]}
    request = ApprovalRequest(
        ticket_id=ticket.id,
        number=(await session.scalar(before) or 0) + 1,
        asked_by_id=asked_by.id,
        requester_id=ticket.requestor_id,
        base_currency="EUR",
        payee="Lenovo",
        purpose_key=given["purpose"].casefold(),
        facts={},
        facts_hash="0" * 64,
        rule_version_id=await session.scalar(select(func.min(ApprovalRuleVersion.id))),
        explanation="",
        ticket_status=Status.IN_PROGRESS,
        **given,
    )
    session.add(request)
    await session.flush()
    return request


async def make_step(session: AsyncSession, request: ApprovalRequest, **columns: Any) -> Approval:
    given = {"position": 1, "kind": StepKind.FINANCE, "deadline": timedelta(hours=16), **columns}
    step = Approval(
        request_id=request.id,
        ticket_id=request.ticket_id,
        requested_by_id=request.asked_by_id,
        amount=request.amount,
        currency=request.currency,
        purpose=request.purpose,
        **given,
    )
    session.add(step)
    await session.flush()
    return step


async def make_seat(
    session: AsyncSession, ticket: Ticket, person: Actor, **columns: Any
) -> ApprovalSeat:
    """Of a step of a request of its own."""
    request = await make_request(session, ticket, person)
    step = await make_step(session, request)
    seat = ApprovalSeat(
        approval_id=step.id,
        ticket_id=ticket.id,
        user_id=person.id,
        why=SeatReason.ROLE,
        **columns,
    )
    session.add(seat)
    await session.flush()
    return seat
