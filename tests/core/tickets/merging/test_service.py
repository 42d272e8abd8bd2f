"""Two editors of one ticket: what each of them changed, and what becomes of it."""

from collections.abc import Mapping

from hypothesis import given, settings
from hypothesis import strategies as st

from core.tickets.merging.service import fingerprint, merge, tidied

FIELDS = ("summary", "description", "priority")
VALUES = st.sampled_from(["", "a", "b", "a\nb", "a\r\nb", " a ", "ä 🔥"]) | st.text(max_size=6)
TICKETS = st.fixed_dictionaries(dict.fromkeys(FIELDS, VALUES))
CHANGES = st.dictionaries(st.sampled_from(FIELDS), VALUES)
Values = Mapping[str, str]


def shown(values: Values) -> dict[str, str]:
    return {name: fingerprint(value) for name, value in values.items()}


def saved(opened: Values, changes: Values, now: Values) -> tuple[dict[str, str], tuple[str, ...]]:
    """The ticket after a form with these changes, opened at `opened`, comes back at `now`."""
    merged = merge(shown(opened), {**opened, **changes}, now)
    return ({**now} if merged.conflicts else {**now, **merged.changes}), merged.conflicts


def same(one: Values, other: Values) -> bool:
    return {k: tidied(v) for k, v in one.items()} == {k: tidied(v) for k, v in other.items()}


@settings(database=None)
@given(TICKETS, CHANGES, CHANGES)
def test_changes_to_different_fields_both_survive_in_either_order(
    opened: Values, mine: Values, theirs: Values
) -> None:
    theirs = {name: value for name, value in theirs.items() if name not in mine}
    after_me, _ = saved(opened, mine, opened)
    both, conflicts = saved(opened, theirs, after_me)
    after_them, _ = saved(opened, theirs, opened)
    other_way, _ = saved(opened, mine, after_them)
    assert conflicts == ()
    assert same(both, {**opened, **mine, **theirs})
    assert same(both, other_way)


@settings(database=None)
@given(TICKETS, CHANGES, CHANGES)
def test_no_change_of_anybody_is_lost_without_a_word(
    opened: Values, first: Values, second: Values
) -> None:
    after_first, _ = saved(opened, first, opened)
    after_both, conflicts = saved(opened, second, after_first)
    for name in FIELDS:
        before, theirs = tidied(opened[name]), tidied(after_first[name])
        mine = tidied(second.get(name, opened[name]))
        if before != theirs and before != mine and theirs != mine:
            assert name in conflicts
    assert bool(conflicts) or all(
        tidied(after_both[name]) == tidied(value)
        for name, value in second.items()
        if tidied(value) != tidied(opened[name])
    )


@settings(database=None)
@given(TICKETS, CHANGES, CHANGES)
def test_a_conflict_saves_nothing_and_saving_again_replaces(
    opened: Values, theirs: Values, mine: Values
) -> None:
    now, _ = saved(opened, theirs, opened)
    after, conflicts = saved(opened, mine, now)
    if conflicts:
        assert after == now
        again, still = saved(now, mine, now)
        assert still == ()
        assert same(again, {**now, **mine})


def test_an_untouched_form_changes_nothing_whatever_happened_meanwhile() -> None:
    opened = {"summary": "a", "description": "line\r\nline", "priority": "low"}
    back = {**opened, "description": "line\nline "}
    now = {"summary": "b", "description": "other", "priority": "high"}
    merged = merge(shown(opened), back, now)
    assert (dict(merged.changes), merged.conflicts) == ({}, ())


def test_the_same_change_by_both_is_no_conflict() -> None:
    merged = merge(shown({"summary": "a"}), {"summary": "b"}, {"summary": "b"})
    assert (dict(merged.changes), merged.conflicts) == ({}, ())


def test_a_form_that_does_not_say_what_it_showed_replaces_nothing() -> None:
    assert merge({}, {"summary": "b"}, {"summary": "a"}).conflicts == ("summary",)
