"""Days off from an ICS file: what counts, what comes again, and what is refused."""

from datetime import date

import pytest

from core.tickets.holidays import days_in_ics, public_days, subdivisions

YEARS = range(2026, 2029)


def ics(*events: str) -> str:
    written = "".join(
        f"BEGIN:VEVENT\nUID:{n}\n{each}\nEND:VEVENT\n" for n, each in enumerate(events)
    )
    return f"BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:test\n{written}END:VCALENDAR\n"


def days(*events: str) -> list[str]:
    return sorted(each.isoformat() for each in days_in_ics(ics(*events), YEARS))


def test_a_day_is_free_and_the_end_is_not() -> None:
    assert days("DTSTART;VALUE=DATE:20261224") == ["2026-12-24"]
    assert days("DTSTART;VALUE=DATE:20261224\nDTEND;VALUE=DATE:20261226") == [
        "2026-12-24",
        "2026-12-25",
    ]
    assert days("DTSTART;VALUE=DATE:20261224\nDURATION:P3D")[-1] == "2026-12-26"


def test_a_meeting_is_no_holiday() -> None:
    meeting = "DTSTART:20260309T100000Z\nDTEND:20260309T110000Z"
    assert days(meeting, "DTSTART;VALUE=DATE:20260501") == ["2026-05-01"]
    with pytest.raises(ValueError, match="no event that lasts whole days"):
        days(meeting)


def test_what_comes_again_every_year_is_free_in_each() -> None:
    yearly = "DTSTART;VALUE=DATE:19991003\nRRULE:FREQ=YEARLY"
    assert days(yearly) == ["2026-10-03", "2027-10-03", "2028-10-03"]
    until = "DTSTART;VALUE=DATE:19991003\nRRULE:FREQ=YEARLY;UNTIL=20271003T000000Z"
    assert days(until) == ["2026-10-03", "2027-10-03"]
    without = "DTSTART;VALUE=DATE:19991003\nRRULE:FREQ=YEARLY\nEXDATE;VALUE=DATE:20271003"
    assert days(without) == ["2026-10-03", "2028-10-03"]
    more = "DTSTART;VALUE=DATE:20261003\nRDATE;VALUE=DATE:20261005,20261007"
    assert days(more) == ["2026-10-03", "2026-10-05", "2026-10-07"]


def test_a_day_over_the_turn_of_the_year_is_found() -> None:
    turn = "DTSTART;VALUE=DATE:20201231\nDTEND;VALUE=DATE:20210102\nRRULE:FREQ=YEARLY"
    assert days(turn)[:3] == ["2026-01-01", "2026-12-31", "2027-01-01"]


def test_an_occurrence_that_was_moved_is_free_where_it_is_now() -> None:
    text = (
        "BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:test\n"
        "BEGIN:VEVENT\nUID:x\nDTSTART;VALUE=DATE:20260504\nRRULE:FREQ=YEARLY;COUNT=2\nEND:VEVENT\n"
        "BEGIN:VEVENT\nUID:x\nRECURRENCE-ID;VALUE=DATE:20270504\nDTSTART;VALUE=DATE:20270503\n"
        "END:VEVENT\nEND:VCALENDAR\n"
    )
    assert days_in_ics(text, YEARS) == {date(2026, 5, 4), date(2027, 5, 3)}


def test_a_cancelled_event_is_a_working_day() -> None:
    assert days("DTSTART;VALUE=DATE:20261224\nSTATUS:CANCELLED", "DTSTART;VALUE=DATE:20261225") == [
        "2026-12-25"
    ]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "ICS format"),
        ("BEGIN:VCALENDAR\nnonsense", "ICS format"),
        ("<html>", "ICS format"),
        (ics(), "no event"),
        (ics("DTSTART;VALUE=DATE:20260101\nRRULE:FREQ=SECONDLY"), "more often than daily"),
    ],
)
def test_what_is_no_calendar_is_refused_with_a_sentence(text: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        days_in_ics(text, YEARS)


def test_a_part_of_a_country_has_holidays_of_its_own() -> None:
    epiphany = date(2026, 1, 6)
    assert "BY" in subdivisions("DE")
    assert epiphany in public_days("DE", "BY", YEARS)
    assert epiphany not in public_days("DE", None, YEARS)
