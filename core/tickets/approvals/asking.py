"""Asking for approval: once, again, or because the facts changed after it was given."""

import uuid
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from core.communication.models import Audience
from core.db import utc_now
from core.errors import AlreadyDone, Refused
from core.tickets.approvals import cases, chain, facts
from core.tickets.approvals.chain import By
from core.tickets.approvals.drafts import make_draft
from core.tickets.approvals.forms import Ask, Asked, Plan
from core.tickets.approvals.grounds import Ground, check_ground, lock_ground
from core.tickets.approvals.models import ApprovalRequest
from core.tickets.approvals.seats import Case
from core.tickets.approvals.states import (
    IS_LIVE,
    MAY_BE_SENT_AGAIN,
    RequestStatus,
)
from core.tickets.changes import Turn
from core.tickets.models import Ticket
from core.users.permissions import Actor

REQUESTER, DESK = Audience.REQUESTER, Audience.DESK


def by_turn(turn: Turn) -> By:
    return By(turn.actor, turn.source, turn.policy)


async def check_may_ask(
    session: AsyncSession, actor: Actor, ticket_id: uuid.UUID, part_id: int | None = None
) -> None:
    """Before anybody is looked up for them. Raises NotAllowed."""
    await lock_ground(session, actor, ticket_id, part_id)


async def check_may_change(session: AsyncSession, actor: Actor, request_id: int) -> None:
    await check_may_ask(session, actor, *await cases.find_ground(session, request_id))


async def steer(session: AsyncSession, turn: Turn, request_id: int) -> tuple[Ground, Case]:
    """The request, locked, for somebody who may ask for approval where it was asked."""
    where = await cases.find_ground(session, request_id)
    ground = await lock_ground(session, turn.actor, *where)
    return ground, await cases.open_case(session, by_turn(turn), ground.ticket, request_id)


async def ask(
    session: AsyncSession,
    turn: Turn,
    ticket_id: uuid.UUID,
    form: Ask,
    *,
    part_id: int | None = None,
) -> Asked:
    """From a part, its people ask. Raises InvalidField, AlreadyDone when it waits already, and
    Refused when nobody could decide it."""
    ground = await lock_ground(session, turn.actor, ticket_id, part_id)
    if (before := await _find_submitted(session, form)) is not None:
        return asked_of(before, is_new=False)
    return await _ask(session, turn, ground, form, None)


async def preview(
    session: AsyncSession,
    turn: Turn,
    ticket_id: uuid.UUID,
    form: Ask,
    *,
    part_id: int | None = None,
) -> Plan:
    """Whom it would go to, without asking them. Raises what `ask` does."""
    ground = await lock_ground(session, turn.actor, ticket_id, part_id)
    check_ground(ground)
    draft = await make_draft(session, ground.ticket, form, turn.actor.id)
    return draft.plan()


async def _ask(
    session: AsyncSession,
    turn: Turn,
    ground: Ground,
    form: Ask,
    before: ApprovalRequest | None,
) -> Asked:
    """`before` is the request that this one goes on from."""
    check_ground(ground)
    ticket = ground.ticket
    replaces = [before.id] if before else []
    draft = await make_draft(session, ticket, form, turn.actor.id, replaces)
    await refuse_second(session, ticket, draft.columns["purpose_key"])
    columns: dict[str, Any] = {"asked_by_id": turn.actor.id, "source_key": form.source_key}
    columns |= {"part_id": ground.part.id if ground.part else None}
    if before is not None:
        changed = facts.difference(before.facts, draft.facts)
        columns |= {"previous_request_id": before.id, "difference": changed}
    case = await cases.send(session, by_turn(turn), ticket, draft, columns)
    return asked_of(case.request)


def asked_of(request: ApprovalRequest, *, is_new: bool = True) -> Asked:
    return Asked(request.id, request.status, request.explanation, is_new)


async def _find_submitted(session: AsyncSession, form: Ask) -> ApprovalRequest | None:
    if form.source_key is None:
        return None
    found: ApprovalRequest | None = await session.scalar(
        select(ApprovalRequest).where(ApprovalRequest.source_key == form.source_key)
    )
    return found


async def refuse_second(
    session: AsyncSession, ticket: Ticket, key: str, but: int | None = None
) -> None:
    live = select(ApprovalRequest.id).where(
        ApprovalRequest.ticket_id == ticket.id,
        ApprovalRequest.purpose_key == key,
        ApprovalRequest.status.in_(IS_LIVE),
    )
    if await session.scalar(live.where(ApprovalRequest.id != (but or 0)).limit(1)) is not None:
        raise AlreadyDone(
            f"Approval of the same is asked for {ticket.key} already. Withdraw that first, or "
            "say what else this is for."
        )


async def change(session: AsyncSession, turn: Turn, request_id: int, form: Ask) -> Asked:
    """The facts of what was approved: that is void from now on, and the new facts are asked.
    Raises Refused when nothing differs, and for what is not approved."""
    ground, case = await steer(session, turn, request_id)
    if (before := await _find_submitted(session, form)) is not None:
        return asked_of(before, is_new=False)
    request = case.request
    if request.status in IS_LIVE:
        raise Refused("It is being decided: withdraw it, and ask again with the new facts.")
    if request.status is not RequestStatus.APPROVED:
        raise AlreadyDone("It is not approved: ask again instead of changing it.")
    draft = await make_draft(session, case.ticket, form, turn.actor.id, [request.id])
    changed = facts.difference(request.facts, draft.facts)
    if not changed:
        raise Refused("Nothing is different, so the approval holds as it is.")
    check_ground(ground)
    request.status = RequestStatus.VOID
    details = {**cases.about(case), "difference": changed}
    row = await chain.record(session, case.by, case.ticket, "void", {}, **details)
    await cases.say(session, case, row, DESK)
    return await _ask(session, turn, ground, form, request)


async def ask_again(session: AsyncSession, turn: Turn, request_id: int) -> Asked:
    """The same once more. Two clicks make one request."""
    ground, case = await steer(session, turn, request_id)
    request = case.request
    form = replace(form_of(request), source_key=f"again:{request.id}")
    if (before := await _find_submitted(session, form)) is not None:
        return asked_of(before, is_new=False)
    if request.status not in MAY_BE_SENT_AGAIN:
        words = request.status.words.lower()
        raise Refused(f"This request cannot be sent again: it is {words}.")
    return await _ask(session, turn, ground, form, request)


def form_of(request: ApprovalRequest) -> Ask:
    """As it was filled in. A day that is over is left out."""
    needed_by: date | None = request.needed_by
    if needed_by is not None and needed_by < utc_now().date():
        needed_by = None
    return Ask(
        amount=f"{request.amount:.2f}",
        currency=request.currency,
        payee=request.payee,
        payee_id=request.payee_id,
        purpose=request.purpose,
        needed_by=needed_by,
        attachment_ids=tuple(each["id"] for each in request.facts.get("files", [])),
        note=request.note,
    )
