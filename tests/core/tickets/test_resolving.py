"""Resolving: its reason and its words, and what departments call the statuses meanwhile."""

from dataclasses import replace

import pytest
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from core.errors import InvalidTransition
from core.tickets import service as tickets
from core.tickets.changes import Turn
from core.tickets.models import AuditLog
from core.tickets.policy import read_policy
from core.tickets.states import TRANSITIONS, ResolutionReason, Status, check, spoken
from core.users.models import Department
from tests.core.desks import Desks


async def under(session: AsyncSession, desks: Desks, **columns: object) -> Turn:
    """Ann's turn, where departments have it so."""
    await session.execute(update(Department).values(**columns))
    return replace(desks.turn(desks.ann), policy=await read_policy(session))


async def row_of(session: AsyncSession, action: str) -> AuditLog:
    return (await session.scalars(select(AuditLog).where(AuditLog.action == action))).one()


async def test_the_reason_is_kept_and_audited_until_it_is_reopened(
    session: AsyncSession, desks: Desks
) -> None:
    ticket = await desks.ticket(session, assignee=desks.ann, status=Status.IN_PROGRESS)
    turn, reason = desks.turn(desks.ann), ResolutionReason.WORKAROUND
    await tickets.resolve(session, turn, ticket.id, resolution="Use B.", reason=reason)
    assert ticket.resolution_reason is reason
    row = await row_of(session, "ticket.resolve")
    assert row.changes["resolution_reason"] == [None, "workaround"]
    assert row.details["resolution"] == "Use B."
    assert row.details["resolution_reason"] == "workaround"
    await tickets.reopen(session, turn, ticket.id)
    assert ticket.resolution_reason is None
    row = await row_of(session, "ticket.reopen")
    assert row.changes["resolution_reason"] == ["workaround", None]


async def test_words_may_be_left_out_where_the_department_has_it_so(
    session: AsyncSession, desks: Desks
) -> None:
    ticket = await desks.ticket(session)
    turn = await under(session, desks, needs_resolution_note=False)
    await tickets.resolve(session, turn, ticket.id, resolution=" \n")
    assert (ticket.status, ticket.resolution) == (Status.RESOLVED, None)


async def test_the_trail_keeps_what_the_status_was_called_then(
    session: AsyncSession, desks: Desks
) -> None:
    ticket = await desks.ticket(session, assignee=desks.ann, status=Status.ASSIGNED)
    turn = await under(session, desks, status_labels={"on_hold": "With the vendor"})
    await tickets.hold(session, turn, ticket.id)
    assert (await row_of(session, "ticket.hold")).details == {"status_label": "With the vendor"}
    await tickets.start(session, turn, ticket.id)
    assert (await row_of(session, "ticket.start")).details == {}


async def test_refusals_say_it_in_the_departments_words(
    session: AsyncSession, desks: Desks
) -> None:
    ticket = await desks.ticket(session, assignee=desks.ann, status=Status.ON_HOLD)
    turn = await under(session, desks, status_labels={"on_hold": "With SAP"})
    with pytest.raises(InvalidTransition) as refusal:
        await tickets.close(session, turn, ticket.id)
    assert refusal.value.text == f"{ticket.key} is “With SAP”: you cannot close it now."
    with pytest.raises(InvalidTransition, match="is “With SAP”: you cannot reopen it now"):
        await tickets.reopen(session, turn, ticket.id)


def test_a_label_changes_the_word_and_nothing_else() -> None:
    labels = {"new": "Open"}
    assert spoken(Status.NEW, labels) == "“Open”"
    assert spoken(Status.NEW) == "new"
    assert spoken(Status.WAITING_REQUESTER, labels) == "waiting for requester"
    for action in TRANSITIONS:
        for status in TRANSITIONS[action].now:
            assert check(action, status, "HD-1", labels) is check(action, status, "HD-1")
