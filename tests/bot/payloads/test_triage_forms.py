"""The forms of triage, read into typed values; whatever else arrives is refused in words."""

from typing import Any
from uuid import UUID

import pytest

from bot.payloads import MenuRef, TicketRef
from bot.payloads.triage_forms import (
    AssignForm,
    AssignRef,
    read_assign,
    read_cancel,
    read_merge,
    read_priority,
    read_resolution,
    read_transfer,
)
from core.errors import InvalidField, Refused
from core.tickets.parts.service import Fate
from core.tickets.states import Priority, ResolutionReason

REF = TicketRef(UUID(int=7), 3)
ONE = UUID(int=1)
READERS = (read_resolution, read_assign, read_cancel, read_merge, read_priority, read_transfer)


def view(*inputs: tuple[str, str, dict[str, Any]]) -> dict[str, Any]:
    """Of (block id, action id, answer)."""
    values = {block: {action: answer} for block, action, answer in inputs}
    return {
        "id": "V1",
        "private_metadata": REF.dump(),
        "blocks": [{"type": "input", "block_id": block} for block, _, _ in inputs],
        "state": {"values": values},
    }


def chosen(name: str, value: str, block: str | None = None) -> tuple[str, str, dict[str, Any]]:
    text = {"type": "plain_text", "text": "Label"}
    return block or name, name, {"selected_option": {"text": text, "value": value}}


def typed(name: str, value: str | None) -> tuple[str, str, dict[str, Any]]:
    return name, name, {"value": value}


def test_each_is_read_as_it_was_filled_in() -> None:
    moved = read_transfer(view(chosen("to_department", str(ONE)), typed("reason", " Payroll. ")))
    assert (moved.ref, moved.department_id, moved.reason) == (REF, ONE, "Payroll.")
    assert read_transfer(view(chosen("to_department", str(ONE)))).reason == ""
    assert read_merge(view(chosen("winner", str(ONE)))).winner_id == ONE
    assert read_priority(view(chosen("priority", "urgent"))).priority is Priority.URGENT
    fate = chosen("fate", "finish", "fate_12")
    cancelled = read_cancel(view(typed("reason", "Not needed."), fate))
    assert (cancelled.reason, cancelled.fates) == ("Not needed.", {12: Fate.FINISH})


def test_an_assignment_is_sure_only_of_the_person_that_was_warned_of() -> None:
    filled = view(chosen("assignee", str(ONE)), typed("note", " You know it "))
    assert read_assign(filled) == AssignForm(REF, ONE, "You know it")
    for warned_of, is_sure in ((ONE, True), (UUID(int=2), False), (None, False)):
        again = filled | {"private_metadata": AssignRef(REF, warned_of).dump()}
        assert read_assign(again) == AssignForm(REF, ONE, "You know it", is_sure=is_sure)
    for raw in ("nonsense", 5):
        odd = filled | {"private_metadata": f'{{"t":"{REF.ticket_id}","v":3,"w":"{raw}"}}'}
        assert not read_assign(odd).is_sure


def test_a_resolution_is_its_words_and_its_reason() -> None:
    words = typed("resolution", " New toner. ")
    form = read_resolution(view(words, chosen("reason", "wont_do")))
    assert (form.ref, form.resolution) == (REF, "New toner.")
    assert form.reason is ResolutionReason.WONT_DO
    assert read_resolution(view(words)).reason is ResolutionReason.SOLVED
    for nothing in (None, "  ", "\u200b\u00a0"):
        assert read_resolution(view(typed("resolution", nothing))).resolution == ""


@pytest.mark.parametrize(
    ("reader", "field", "filled"),
    [
        (read_resolution, "reason", [chosen("reason", "because")]),
        (read_resolution, "resolution", [typed("resolution", "x" * 3001)]),
        (read_assign, "assignee", []),
        (read_assign, "assignee", [chosen("assignee", "Ann")]),
        (read_assign, "note", [chosen("assignee", str(ONE)), typed("note", "x" * 3001)]),
        (read_transfer, "to_department", []),
        (read_transfer, "to_department", [chosen("to_department", "IT")]),
        (read_transfer, "reason", [chosen("to_department", str(ONE)), typed("reason", "x" * 3001)]),
        (read_merge, "winner", [chosen("winner", "")]),
        (read_priority, "priority", [chosen("priority", "soon")]),
        (read_cancel, "reason", [typed("reason", "  ")]),
    ],
)
def test_what_is_missing_is_said_beside_its_input(reader: Any, field: str, filled: Any) -> None:
    with pytest.raises(InvalidField) as refusal:
        reader(view(*filled))
    assert refusal.value.field == field


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("raw", [None, [], "view", {}, {"state": 5}, {"state": {"values": []}}])
def test_what_is_no_form_of_ours_is_refused(reader: Any, raw: Any) -> None:
    with pytest.raises((InvalidField, Refused)):
        reader(raw)


def test_a_menu_entry_that_nobody_offers_is_refused() -> None:
    for raw in ("", "history", f"explode {REF.dump()}", None, "release {}"):
        with pytest.raises(Refused):
            MenuRef.load(raw)
