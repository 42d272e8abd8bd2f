"""Business hours by weekday: as a form shows them, and back into the file's own words."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.configuration.week import by_day, of_days
from core.errors import InvalidField
from core.tickets.calendars import DAYS, read_hours

WINDOWS = st.sampled_from(
    [[], ["09:00-17:00"], ["09:00-12:00", "13:00-17:00"], ["00:00-24:00"], ["22:00-24:00"]]
)


@st.composite
def hours(draw: Any) -> dict[str, Any]:
    found = {}
    for _ in range(draw(st.integers(1, 5))):
        first = draw(st.integers(0, 6))
        last = draw(st.integers(first, 6))
        days = DAYS[first] if first == last else f"{DAYS[first]}-{DAYS[last]}"
        found[days] = draw(WINDOWS)
    return found


@given(hours())
def test_what_nobody_touched_stays_in_its_own_words(written: dict[str, Any]) -> None:
    assert of_days(by_day(written), written) == written


@given(hours())
def test_new_words_mean_the_same(written: dict[str, Any]) -> None:
    opened = {day: each for day, each in read_hours(written).items() if each}
    assert read_hours(of_days(by_day(written), {})) == opened


def test_days_in_a_row_that_are_alike_are_written_once() -> None:
    days = dict.fromkeys(("mon", "tue", "thu", "fri"), "09:00 – 12:00,13:00-17:00")
    assert of_days(days | {"sat": " 10:00-14:00 ", "sun": ""}, {}) == {
        "mon-tue": ["09:00-12:00", "13:00-17:00"],
        "thu-fri": ["09:00-12:00", "13:00-17:00"],
        "sat": ["10:00-14:00"],
    }


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("9 to 5", "“9to5” is no window: write 09:00-17:00"),
        ("09:00", "“09:00” is no window"),
        ("17:00-09:00", "over midnight, write 17:00-24:00"),
        ("09:00-12:00, 11:00-13:00", "The windows of “tue” overlap."),
        ("09:00+01:00-17:00", "without a zone"),
    ],
)
def test_what_is_wrong_is_said_of_its_day(text: str, told: str) -> None:
    with pytest.raises(InvalidField) as refused:
        of_days({"mon": "09:00-17:00", "tue": text}, {})
    assert refused.value.field == "tue"
    assert told in refused.value.text
