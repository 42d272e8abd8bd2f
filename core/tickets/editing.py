"""Editing what a ticket says, from a form that stayed open for a while."""

import uuid
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from core import outbox
from core.errors import ChangedMeanwhile
from core.tickets.changes import Turn, fresh_cards, record
from core.tickets.models import Ticket
from core.tickets.opening import check_texts
from core.tickets.policy import Policy
from core.tickets.standing import lock
from core.tickets.states import Priority
from core.users.permissions import Permission, authorize


@dataclass(frozen=True, slots=True)
class Edit:
    """`version` is the one the form was opened with."""

    version: int
    summary: str
    description: str
    priority: Priority


async def edit(session: AsyncSession, turn: Turn, ticket_id: uuid.UUID, form: Edit) -> Ticket:
    """Raises ChangedMeanwhile when somebody saved since the form was opened."""
    ticket, standing = await lock(session, turn.actor, ticket_id)
    authorize(turn.actor, Permission.EDIT, standing)
    if ticket.version != form.version:
        raise ChangedMeanwhile(f"{ticket.key} was changed while you were writing. Look again.")
    wanted = {
        "summary": form.summary.strip(),
        "description": form.description.strip(),
        "priority": form.priority,
    }
    changes = {
        name: [str(getattr(ticket, name)), str(value)]
        for name, value in wanted.items()
        if getattr(ticket, name) != value
    }
    if not changes:
        return ticket
    check_texts(form.summary, form.description)
    for name in changes:
        setattr(ticket, name, wanted[name])
    if "priority" in changes:
        promise_again(ticket, turn.policy)
    await record(session, turn, ticket, "ticket.edit", changes)
    await outbox.add(session, *fresh_cards(turn, ticket))
    return ticket


def promise_again(ticket: Ticket, policy: Policy) -> None:
    """By what its department promises for its priority, counted from when it was filed."""
    due = policy.due_times(policy.desk(ticket.department_id), ticket.priority, ticket.created_at)
    ticket.sla_template_id, ticket.due_at = due.template_id, due.due_at
    ticket.first_response_due_at = due.first_response_due_at
