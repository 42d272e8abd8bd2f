"""Quiet hours, in the person's own time zone."""

from datetime import UTC, datetime

import pytest

from core.communication.quiet import Quiet, zone_of

NIGHT = Quiet.read("20:00-07:00")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


# Berlin is one hour ahead of UTC in winter, two in summer; the clocks change on 29 March 2026.
@pytest.mark.parametrize(
    ("now", "ends"),
    [
        ("2026-03-04 18:59", None),
        ("2026-03-04 19:00", "2026-03-05 06:00"),
        ("2026-03-04 23:30", "2026-03-05 06:00"),
        ("2026-03-05 00:30", "2026-03-05 06:00"),
        ("2026-03-05 05:59", "2026-03-05 06:00"),
        ("2026-03-05 06:00", None),
        ("2026-03-28 22:00", "2026-03-29 05:00"),
        ("2026-07-01 18:00", "2026-07-02 05:00"),
    ],
)
def test_a_night_goes_over_midnight(now: str, ends: str | None) -> None:
    assert NIGHT.until(at(now), "Europe/Berlin") == (at(ends) if ends else None)


def test_each_zone_has_its_own_night() -> None:
    now = at("2026-03-04 23:30")
    assert NIGHT.until(now, "America/New_York") is None
    assert NIGHT.until(now, "Asia/Kolkata") == at("2026-03-05 01:30")


def test_a_lunch_stays_within_its_day() -> None:
    lunch = Quiet.read("12:00-13:00")
    assert lunch.until(at("2026-03-04 11:30"), "Europe/Berlin") == at("2026-03-04 12:00")
    assert lunch.until(at("2026-03-04 12:30"), "Europe/Berlin") is None


def test_the_same_time_twice_is_never_quiet() -> None:
    assert Quiet.read("00:00-00:00").until(at("2026-03-04 12:00"), "UTC") is None


def test_an_unknown_zone_counts_as_utc() -> None:
    assert zone_of("Moon/Base").key == "UTC"
    assert NIGHT.until(at("2026-03-04 20:00"), "") == at("2026-03-05 07:00")


@pytest.mark.parametrize("text", ["", "20-7x", "20:00", "25:00-07:00", "20:00-"])
def test_what_are_no_hours_is_said(text: str) -> None:
    with pytest.raises(ValueError, match="no quiet hours"):
        Quiet.read(text)
