"""References to parts and forms about them, as they come back: ours, old ones, and nonsense."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.ids import Field
from bot.payloads import TicketRef, part_forms
from bot.payloads.part_forms import Answers, SplitRef
from bot.payloads.part_refs import PartRef, ProposalRef
from bot.payloads.wishes import File, Show, ShowPart, parse_command
from core.errors import InvalidField, Refused
from core.tickets.parts.service import Fate
from tests.bot.views.examples import TICKET_ID

MOMENTS = st.integers(0, 10**16).map(
    lambda microseconds: datetime(2000, 1, 1, tzinfo=UTC) + timedelta(microseconds=microseconds)
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["p", "at", "t", "v", "first", "count", "value"]), inner, max_size=4
        )
    ),
    max_leaves=8,
)


@given(part_id=st.integers(0, 2**63 - 1), proposed=MOMENTS)
def test_a_reference_comes_back_as_it_was(part_id: int, proposed: datetime) -> None:
    assert PartRef.load(PartRef(part_id).dump()) == PartRef(part_id)
    asked = ProposalRef(part_id, proposed)
    assert ProposalRef.load(asked.dump()) == asked
    ref = SplitRef(TicketRef(TICKET_ID, 3), 4, 5)
    assert SplitRef.load(ref.dump()) == ref


@given(raw=JSON.map(json.dumps) | JSON | st.text())
def test_anything_else_is_refused(raw: Any) -> None:
    for kind in (PartRef, ProposalRef, SplitRef):
        found = read(kind, raw)
        assert found is None or kind.load(found.dump()) == found


def read(kind: Any, raw: Any) -> Any:
    try:
        return kind.load(raw)
    except Refused:
        return None


def view(values: dict[str, Any], count: int = 2) -> dict[str, Any]:
    ref = SplitRef(TicketRef(TICKET_ID, 3), 1, count)
    return {"id": "V1", "private_metadata": ref.dump(), "state": {"values": values}, "blocks": []}


def test_a_part_that_was_added_and_left_empty_is_no_part() -> None:
    chosen = {"selected_option": {"value": str(TICKET_ID), "text": {"text": "HR"}}}
    values = {
        "department_1": {"department": chosen},
        "summary_1": {"summary": {"value": " A laptop "}},
        "due_1": {"due": {"selected_date_time": 1_800_000_000}},
        "passed_files_1": {"passed_files": {"selected_options": [{"value": "7"}, {"value": "x"}]}},
        "summary_2": {"summary": {"value": None}},
    }
    _, [part] = part_forms.read_split(view(values))
    assert (part.place, part.department_id, part.summary) == (1, TICKET_ID, "A laptop")
    assert (part.is_required, part.file_ids) == (False, (7,))
    assert part.due_at == datetime.fromtimestamp(1_800_000_000, UTC)


def test_a_part_without_a_department_is_refused_beside_it() -> None:
    values = {"summary_2": {"summary": {"value": "A badge"}}}
    with pytest.raises(InvalidField) as refusal:
        part_forms.read_split(view(values, 1))
    assert refusal.value.field == "department_1"


@given(values=st.dictionaries(st.sampled_from(["summary_1", "due_1", "department_1"]), JSON))
def test_a_state_of_any_shape_breaks_nothing(values: dict[str, Any]) -> None:
    _, drafts = part_forms.read_drafts(view(values))
    assert len(drafts) == 2
    assert Answers(values).text(Field.NOTE) == ""


def test_what_becomes_of_parts_is_read_by_their_blocks() -> None:
    found = part_forms.read_fates(
        {
            "blocks": [{"block_id": "fate_7"}, {"block_id": "fate_8"}, {"block_id": "reason"}],
            "state": {
                "values": {
                    "fate_7": {"fate": {"selected_option": {"value": "finish"}}},
                    "fate_8": {"fate": {"selected_option": {"value": "eat"}}},
                }
            },
        }
    )
    assert found == {7: Fate.FINISH}


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("HD-12/1", ShowPart(12, 1)),
        ("hd-12/34", ShowPart(12, 34)),
        ("HD-12", Show(12)),
        ("HD-12/", File("HD-12/")),
        ("HD-12/x", File("HD-12/x")),
        ("HD-12/1 please", File("HD-12/1 please")),
    ],
)
def test_a_part_is_looked_up_by_its_number(typed: str, expected: Any) -> None:
    assert parse_command(typed) == expected
