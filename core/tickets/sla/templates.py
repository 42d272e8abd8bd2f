"""Doing away with a promise: its warnings stop at once, and what was too late stays so."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from core import notices, outbox
from core.db import utc_now
from core.errors import NotFound
from core.tickets import audit
from core.tickets.changes import Turn
from core.tickets.models import Ticket
from core.tickets.promises import SlaTemplate
from core.tickets.sla.keeping import Keeper, load
from core.tickets.sla.models import SlaClock
from core.tickets.sla.showing import reflect
from core.users.permissions import Permission, authorize


async def delete_template(session: AsyncSession, turn: Turn, template_id: int) -> SlaTemplate:
    authorize(turn.actor, Permission.CONFIGURE)
    template = await session.scalar(
        select(SlaTemplate).where(SlaTemplate.id == template_id).with_for_update()
    )
    if template is None:
        raise NotFound("This SLA template does not exist any more.")
    template.delete_softly(utc_now())
    await audit.record(
        session,
        turn.actor,
        "template.delete",
        source=turn.source,
        changes={"is_deleted": [False, True]},
        details={"template": template.name},
    )
    await _stop(session, turn, template_id)
    return template


async def _stop(session: AsyncSession, turn: Turn, template_id: int) -> None:
    counting = SlaClock.state.in_(["running", "paused"])
    ids = select(SlaClock.ticket_id).where(SlaClock.template_id == template_id, counting)
    tickets = await session.scalars(
        select(Ticket).where(Ticket.id.in_(ids)).order_by(Ticket.id).with_for_update()
    )
    fold = turn.policy.preferences.card_fold
    for ticket in tickets:
        found = await load(session, ticket.id)
        keeper = Keeper(session, ticket, found, turn.policy, turn.actor)
        theirs = [each for each in found if each.template_id == template_id]
        await keeper.cancel(theirs, "template_deleted")
        reflect(ticket, keeper.own, keeper.at)
        await outbox.add(session, *notices.refreshes(ticket.id, fold))
