"""Asking for money at the desk of finance, for tests."""

import uuid
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from core.preferences import Preference
from core.tickets.approvals import service as approvals
from core.tickets.approvals.forms import Ask, Asked, Click, Decision, Outcome
from core.tickets.approvals.models import Approval, ApprovalRequest, ApprovalSeat
from core.tickets.approvals.settings import NAME, ApprovalSettings
from core.tickets.approvals.states import Choice
from core.tickets.models import AuditLog, Ticket
from core.tickets.states import Status
from core.users.permissions import Actor
from core.users.queries import actor_of
from core.users.roles import Role
from tests.core.desks import Desks
from tests.factories import make_user

WHY_NOT = "It costs far too much."


def form(amount: str = "900", **fields: Any) -> Ask:
    given = {"currency": "EUR", "payee": "Lenovo", "purpose": "A laptop for Bea", **fields}
    return Ask(amount, **given)


async def hire(session: AsyncSession, name: str, role: Role = Role.FINANCE) -> Actor:
    return actor_of(await make_user(session, f"U0{name.upper()}", role=role))


async def finance_ticket(session: AsyncSession, desks: Desks, **columns: Any) -> Ticket:
    """Bea's, at the desk of finance, and Finn has it."""
    given = {"desk": desks.finance, "assignee": desks.finn, "status": Status.IN_PROGRESS}
    return await desks.ticket(session, **(given | columns))


async def ask(
    session: AsyncSession, desks: Desks, ticket: Ticket, amount: str = "900", **fields: Any
) -> Asked:
    return await approvals.ask(session, desks.turn(desks.finn), ticket.id, form(amount, **fields))


async def decide(
    session: AsyncSession,
    desks: Desks,
    who: Actor,
    request_id: int,
    choice: Choice = Choice.APPROVE,
    words: str | None = None,
    **click: str,
) -> Outcome:
    said = {Choice.APPROVE: "", Choice.REJECT: WHY_NOT, Choice.ASK_CHANGES: "Why not Dell?"}
    decision = Decision(choice, said[choice] if words is None else words, Click(**click))
    return await approvals.decide(session, desks.turn(who), request_id, decision)


async def get_request(session: AsyncSession, request_id: int) -> ApprovalRequest:
    statement = select(ApprovalRequest).where(ApprovalRequest.id == request_id)
    return (await session.scalars(statement.execution_options(populate_existing=True))).one()


async def list_steps(session: AsyncSession, request_id: int) -> list[Approval]:
    statement = select(Approval).where(Approval.request_id == request_id).order_by(Approval.id)
    return list(await session.scalars(statement.execution_options(populate_existing=True)))


async def seats_of(session: AsyncSession, request_id: int) -> dict[uuid.UUID, ApprovalSeat]:
    """Those of the newest step that has any, by person."""
    rows = await session.scalars(
        select(ApprovalSeat)
        .join(Approval, Approval.id == ApprovalSeat.approval_id)
        .where(Approval.request_id == request_id)
        .order_by(ApprovalSeat.approval_id, ApprovalSeat.id)
        .execution_options(populate_existing=True)
    )
    seats = list(rows)
    newest = max((each.approval_id for each in seats), default=None)
    return {each.user_id: each for each in seats if each.approval_id == newest}


async def actions(session: AsyncSession, ticket: Ticket) -> list[str]:
    """What its trail says of approvals."""
    rows = await session.scalars(
        select(AuditLog.action)
        .where(AuditLog.ticket_id == ticket.id, AuditLog.action.startswith("approval."))
        .order_by(AuditLog.id)
    )
    return [each.removeprefix("approval.") for each in rows]


async def keep(session: AsyncSession, settings: ApprovalSettings) -> None:
    await session.execute(text("DELETE FROM preferences WHERE name = :name"), {"name": NAME})
    session.add(Preference(name=NAME, value=settings.kept()))
    await session.flush()


async def told(session: AsyncSession, who: Actor) -> list[str]:
    """Topics of the direct messages they are sent about approvals."""
    rows = await session.execute(
        text(
            "SELECT topic FROM notifications WHERE user_id = :who AND topic LIKE 'approval.%'"
            " ORDER BY id"
        ),
        {"who": who.id},
    )
    return [row[0].removeprefix("approval.") for row in rows]


async def carded(session: AsyncSession, request_id: int, topic: str) -> list[str]:
    """Whom a row of the outbox shows the request to."""
    rows = await session.execute(
        text(
            "SELECT payload ->> 'reader_id' FROM outbox_messages WHERE topic = :topic"
            " AND CAST(payload ->> 'request_id' AS bigint) = :id ORDER BY id"
        ),
        {"topic": topic, "id": request_id},
    )
    return [row[0] for row in rows]
