"""A report as a message, its picture, and the words that ask for it."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from bot.payloads.reports import ExportRef
from bot.payloads.wishes import File, Report, parse_command
from bot.views import reports
from bot.views.reports import around_the_clock, length
from core.errors import Refused
from core.reports.asking import Export, Period
from core.reports.figures import Day, Figures, Group, Spread
from core.reports.holders import Holding
from core.tickets.sla.ownership import Party
from tests.bot.views.block_rules import live, problems_of_message, words
from workers import charts

UNTIL = datetime(2026, 3, 4, 9, tzinfo=UTC)
IT = UUID(int=7)
NASTY = "<!channel> & *IT* <https://evil.example|x>"


def figures(days: int = 7, count: int = 3, **given: Any) -> Figures:
    listed = [(UNTIL - timedelta(days=each)).date().isoformat() for each in range(days + 1)]
    usual: dict[str, Any] = {
        "department_id": IT,
        "department": "IT",
        "time_zone": "Europe/Berlin",
        "since": UNTIL - timedelta(days=days),
        "until": UNTIL,
        "days": days,
        "filed": 12,
        "resolved": 9,
        "first_response": Spread(count=8, median=1800, p90=7200, breached=1),
        "resolution": Spread(count=9, median=14400, p90=72000, breached=3),
        "backlog": [count] * 5,
        "oldest_at": UNTIL - timedelta(days=40) if count else None,
        "ratings": [0, 1, 0, 2, 5],
        "by_day": [Day(day=day, filed=count, resolved=count) for day in sorted(listed)],
        "by_priority": [Group(name="high", resolved=4, resolution=Spread(count=4, median=60))],
        "by_agent": [Group(name="Ann", resolved=9, resolution=Spread(breached=2))],
    }
    return Figures(**(usual | given))


def test_it_reads_as_sentences_and_numbers() -> None:
    message = reports.report(figures(cancelled=2))
    assert problems_of_message(message) == []
    shown = words(message)
    for line in (
        "*Cancelled*\n2",
        "30 min, nine of ten within 2 h",
        "4 h, nine of ten within 20 h",
        "12% (1 of 8)",
        "33% (3 of 9)",
        "4.4 of 5, 8 ratings",
        "High: 4 resolved, usually in 1 min",
        "Ann: 9 resolved, 2 too late",
    ):
        assert line in shown
    assert message["text"] == "IT: the last 7 days. 12 filed, 9 resolved, 15 open now."


def test_names_of_people_and_departments_stay_words() -> None:
    agents = [Group(name=NASTY * 3, resolved=1, resolution=Spread())] * 10
    message = reports.report(figures(department=NASTY, by_agent=agents))
    assert problems_of_message(message) == []
    assert live(message) == []
    assert live(reports.coming(NASTY, 7)) == []


def test_where_nothing_happened_nothing_is_made_up() -> None:
    empty = figures(
        count=0, first_response=Spread(), resolution=Spread(), ratings=[0] * 5, by_agent=[]
    )
    message = reports.report(empty)
    assert problems_of_message(message) == []
    assert "None yet" in words(message)
    assert "By agent" not in words(message)


def had(party: Party, hours: float, name: str | None = None) -> Holding:
    return Holding(party=party, name=name, length=timedelta(hours=hours))


def test_it_tells_who_had_the_tickets() -> None:
    held = [
        had(Party.NOBODY, 99),
        had(Party.REQUESTER, 48),
        had(Party.DEPARTMENT, 14, "Finance"),
        had(Party.DEPARTMENT, 3 + 1 / 6, "IT"),
        had(Party.APPROVERS, 0.5),
    ]
    message = reports.report(figures(held=held, held_of=9))
    assert problems_of_message(message) == []
    shown = words(message)
    line = "requesters 2 d · Finance 14 h · IT 3 h 10 min · approvers 30 min"
    assert f"*Who had the tickets:* {line}\n" in shown
    assert "Of the 9 tickets resolved in these days, with nights and weekends." in shown
    assert "Other times are business hours" in shown


def test_only_of_the_newest_it_says_so() -> None:
    held = [had(Party.REQUESTER, 1)]
    shown = words(reports.report(figures(resolved=501, held=held, held_of=500)))
    assert "Of the newest 500 of the 501 tickets resolved in these days" in shown
    one = words(reports.report(figures(resolved=1, held=held, held_of=1)))
    assert "Of the ticket resolved in these days" in one


@pytest.mark.parametrize("held", [[], [had(Party.NOBODY, 3)]])
def test_where_nobody_had_any_nothing_is_said(held: list[Holding]) -> None:
    shown = words(reports.report(figures(held=held, held_of=len(held))))
    assert "Who had" not in shown
    assert "Times are business hours" in shown


def test_of_many_departments_the_rest_is_one_sum() -> None:
    held = [had(Party.DEPARTMENT, 20 - each, NASTY * 9) for each in range(10)]
    message = reports.report(figures(held=held, held_of=9))
    assert problems_of_message(message) == []
    assert live(message) == []
    assert "· 2 others 23 h" in words(message)


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        *((1, "under 1 min"), (3540, "59 min"), (3599, "1 h"), (11400, "3 h 10 min")),
        *((86399, "1 d"), (172800, "2 d"), (190800, "2 d 5 h"), (259199, "3 d")),
    ],
)
def test_around_the_clock_a_day_is_a_day(seconds: int, said: str) -> None:
    assert around_the_clock(timedelta(seconds=seconds)) == said


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(0, "0 min"), (3540, "59 min"), (3600, "1 h"), (5400, "1 h 30 min"), (360000, "100 h")],
)
def test_lengths_are_business_hours(seconds: float, said: str) -> None:
    assert length(seconds) == said


@pytest.mark.parametrize(("days", "count"), [(7, 3), (30, 0), (90, 4000)])
def test_the_picture_is_one(days: int, count: int) -> None:
    picture = charts.draw(figures(days, count))
    assert picture.startswith(b"\x89PNG\r\n\x1a\n")
    assert len(picture) > 10_000


def test_files_are_named_by_plain_words() -> None:
    found = figures(department="../IT: <x>")
    assert reports.picture_name(found, UNTIL) == "IT x 7 days 2026-03-04 09.00.00 UTC.png"
    name = reports.export_name("?", Export.SLA, 30, UNTIL)
    assert name == "Department sla 30 days 2026-03-04 09.00.00 UTC.csv"


@pytest.mark.parametrize(
    ("typed", "department", "days"),
    [
        ("report", "", 30),
        ("report 7d", "", 7),
        ("report IT", "IT", 30),
        ("report Human Resources 90d", "Human Resources", 90),
        ("report 8d", "8d", 30),
    ],
)
def test_what_asks_for_a_report(typed: str, department: str, days: int) -> None:
    assert parse_command(typed) == Report(department, days, typed)


@pytest.mark.parametrize("typed", ["reports", "Report", "my report 7d", "reporting IT"])
def test_what_does_not(typed: str) -> None:
    assert parse_command(typed) == File(typed)


def test_a_menu_remembers_what_it_exports() -> None:
    ref = ExportRef(Export.SLA, Period(IT, 30, UNTIL))
    assert ExportRef.load(ref.dump()) == ref


@pytest.mark.parametrize(
    "raw",
    [
        *(None, "", "[]", "{", '["sla"]', '["cake", "x", 7, 1]'),
        f'["sla", "{IT}", true, 1]',
        f'["sla", "{IT}", 7, 99999999999]',
        f'["sla", "{IT}", 7, -1]',
    ],
)
def test_what_no_menu_of_ours_holds_is_refused(raw: Any) -> None:
    with pytest.raises(Refused):
        ExportRef.load(raw)
