"""What a department asks besides: what is taken as an answer, and what a ticket keeps of it."""

import uuid
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from core.errors import InvalidField
from core.tickets.forms import ANSWER_MAX, Answered, FieldKind, FormField, block_of, check_answers
from core.tickets.models import Ticket
from core.tickets.opening import open_ticket
from core.tickets.policy import read_policy
from core.tickets.triage.routing import RoutingRule
from core.users.models import Department
from tests.core.desks import Desks

HERE = uuid.UUID("0190b6a0-0000-7000-8000-0000000000aa")


def answered(*answers: str | None, department: uuid.UUID = HERE, **names: str) -> Answered:
    placed = {block_of(department, number): each for number, each in enumerate(answers)}
    return Answered(placed, names)


def asked(kind: FieldKind, **more: Any) -> FormField:
    return FormField("Label", kind, **more)


@pytest.mark.parametrize(
    ("kind", "answer", "kept"),
    [
        (FieldKind.TEXT, "  4711 ", "4711"),
        (FieldKind.SELECT, "large", "large"),
        (FieldKind.DATE, "2026-12-24", "2026-12-24"),
        (FieldKind.AMOUNT, "1200.5", "1200.50"),
        (FieldKind.AMOUNT, "0", "0.00"),
        (FieldKind.AMOUNT, "7,25", "7.25"),
        (FieldKind.USER, "U0FINN", "U0FINN"),
        (FieldKind.FILE, "offer.pdf, photo.png", "offer.pdf, photo.png"),
    ],
)
def test_each_kind_takes_its_answers(kind: FieldKind, answer: str, kept: str) -> None:
    options = ("small", "large") if kind is FieldKind.SELECT else ()
    [row] = check_answers(HERE, [asked(kind, options=options)], answered(answer))
    assert row == {"label": "Label", "type": kind.value, "value": kept}


@pytest.mark.parametrize(
    ("kind", "answer"),
    [
        (FieldKind.TEXT, "x" * (ANSWER_MAX + 1)),
        (FieldKind.SELECT, "huge"),
        (FieldKind.DATE, "tomorrow"),
        (FieldKind.DATE, "2026-02-30"),
        (FieldKind.AMOUNT, "-1"),
        (FieldKind.AMOUNT, "1.234"),
        (FieldKind.AMOUNT, "NaN"),
        (FieldKind.AMOUNT, "Infinity"),
        (FieldKind.AMOUNT, "1e30"),
        (FieldKind.AMOUNT, "a lot"),
        (FieldKind.USER, "@finn"),
    ],
)
def test_what_is_no_answer_is_refused_beside_its_input(kind: FieldKind, answer: str) -> None:
    with pytest.raises(InvalidField) as refusal:
        check_answers(HERE, [asked(FieldKind.TEXT), asked(kind)], answered(None, answer))
    assert refusal.value.field == block_of(HERE, 1)


@pytest.mark.parametrize("answer", [None, "", "   "])
def test_what_is_needed_is_asked_for(answer: str | None) -> None:
    fields = [asked(FieldKind.TEXT, is_required=True)]
    with pytest.raises(InvalidField):
        check_answers(HERE, fields, answered(answer))
    assert check_answers(HERE, [asked(FieldKind.TEXT)], answered(answer)) == []


def test_answers_for_another_department_are_none() -> None:
    fields = [asked(FieldKind.TEXT, is_required=True)]
    with pytest.raises(InvalidField):
        check_answers(HERE, fields, answered("4711", department=uuid.uuid4()))


async def test_a_ticket_keeps_what_was_asked_when_it_was_filed(
    session: AsyncSession, desks: Desks
) -> None:
    fields = [{"label": "Laptop", "type": "text", "required": True}]
    await session.execute(
        update(Department).where(Department.id == desks.it.id).values(form_fields=fields)
    )
    session.add(
        RoutingRule(name="big", position=0, words=["15 inch"], to_department_id=desks.hr.id)
    )
    await session.flush()
    policy = await read_policy(session)
    form = desks.form(answered=answered("15 inch", department=desks.it.id))
    opened = await open_ticket(session, form, author=desks.bea, requester=desks.bea, policy=policy)
    ticket = (await session.scalars(select(Ticket).where(Ticket.id == opened.id))).one()
    assert ticket.form_answers == [{"label": "Laptop", "type": "text", "value": "15 inch"}]
    # Rules read answers, too; and what was answered goes along to the other desk.
    assert ticket.department_id == desks.hr.id
    with pytest.raises(InvalidField):
        await open_ticket(
            session,
            desks.form(answered=Answered({})),
            author=desks.bea,
            requester=desks.bea,
            policy=policy,
        )
