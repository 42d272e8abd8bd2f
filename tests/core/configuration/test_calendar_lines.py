"""Business hours and days off, a line each."""

import pytest

from core.configuration.calendar_lines import (
    read_day_lines,
    read_hours_lines,
    write_day_lines,
    write_hours_lines,
)
from core.errors import InvalidField


def test_hours_are_read_as_they_are_written() -> None:
    hours = {"mon-thu": ["09:00-12:00", "13:00-17:00"], "fri": ["09:00-15:00"]}
    written = "mon-thu: 09:00-12:00, 13:00-17:00\nfri: 09:00-15:00"
    assert write_hours_lines(hours) == written
    assert write_hours_lines(dict(reversed(hours.items()))) == written
    assert read_hours_lines(written) == hours
    assert read_hours_lines("  Mon : 09:00-12:00 ,\n\n") == {"mon": ["09:00-12:00"]}
    assert read_hours_lines("") == {}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("always", "line 1: write it like “mon-fri: 09:00-12:00, 13:00-17:00”"),
        ("\nmon-fri:", "line 2: write it like"),
        ("mon: 09:00-10:00\nMON: 11:00-12:00", "line 2: “mon” is here a second time"),
    ],
)
def test_the_line_that_is_wrong_is_named(text: str, words: str) -> None:
    with pytest.raises(InvalidField, match=words) as refused:
        read_hours_lines(text)
    assert refused.value.field == "hours"


def test_days_are_a_line_each() -> None:
    days = ["2026-12-24", "2026-12-31"]
    assert read_day_lines(f"\n {days[0]} \n{days[1]}") == days
    assert write_day_lines(days) == "2026-12-24\n2026-12-31"
    assert read_day_lines("") == []
