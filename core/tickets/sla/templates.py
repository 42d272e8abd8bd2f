"""Promises while tickets run by them: one that is done away with warns no more at once, and what
was too late stays so; a new target is for new tickets, unless it is said to be for these too."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from core import notices, outbox
from core.db import utc_now
from core.errors import NotFound
from core.tickets import audit
from core.tickets.changes import Turn
from core.tickets.models import Ticket
from core.tickets.policy import Promise, read_policy
from core.tickets.promises import SlaTemplate
from core.tickets.sla import clock as clocks
from core.tickets.sla.keeping import Keeper, load
from core.tickets.sla.models import SlaClock
from core.tickets.sla.part_clocks import show_due
from core.tickets.sla.rehours import Moved
from core.tickets.sla.showing import reflect
from core.tickets.sla.starting import reasons, target_of
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


async def retarget(session: AsyncSession, turn: Turn, name: str) -> list[Moved]:
    """Open tickets that were promised the template as it was get it as it is; what is used stays
    used. Those whose clocks are due at another time."""
    policy = await read_policy(session)
    promise = next((each for each in policy.promises if each.name == name), None)
    if promise is None:
        return []
    moved: list[Moved] = []
    tickets = await _counting(session, promise.id)
    for ticket in tickets:
        found = await load(session, ticket.id)
        keeper = Keeper(session, ticket, found, policy, turn.actor)
        for each in found:
            if each.is_open and each.template_id == promise.id:
                moved += _promise_anew(keeper, each, promise)
        await _show(session, keeper)
    await show_due(session, [each.id for each in tickets], policy.preferences.card_fold)
    return moved


def _promise_anew(keeper: Keeper, clock: SlaClock, promise: Promise) -> list[Moved]:
    """A clock that the template promises nothing about any more counts on as it was."""
    target, before = target_of(promise, clock.kind), clock.due_at
    if target is None or target == clock.target:
        return []
    clocks.settle(clock, keeper.now(clock))
    clock.target, clock.template_version = target, promise.version
    clocks.promise(clock, keeper.now(clock), "template", **reasons(promise))
    after = clock.due_at
    return [Moved(keeper.ticket.key, clock.kind, before, after)] if before != after else []


async def _show(session: AsyncSession, keeper: Keeper) -> None:
    reflect(keeper.ticket, keeper.own, keeper.at)
    fold = keeper.policy.preferences.card_fold
    await outbox.add(session, *notices.refreshes(keeper.ticket.id, fold))


async def _counting(session: AsyncSession, template_id: int) -> Sequence[Ticket]:
    """Locked before their clocks, as everybody locks them."""
    counting = SlaClock.state.in_(["running", "paused"])
    ids = select(SlaClock.ticket_id).where(SlaClock.template_id == template_id, counting)
    rows = await session.scalars(
        select(Ticket).where(Ticket.id.in_(ids)).order_by(Ticket.id).with_for_update()
    )
    return list(rows)


async def _stop(session: AsyncSession, turn: Turn, template_id: int) -> None:
    for ticket in await _counting(session, template_id):
        found = await load(session, ticket.id)
        keeper = Keeper(session, ticket, found, turn.policy, turn.actor)
        theirs = [each for each in found if each.template_id == template_id]
        await keeper.cancel(theirs, "template_deleted")
        await _show(session, keeper)
