"""The lines that explain a clock add up to what it counts, whatever happened to it."""

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, time, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from core.calendar import BusinessHours, office
from core.tickets.sla import clock as clocks
from core.tickets.sla.clock import Now
from core.tickets.sla.lines import Line, What, lines_of
from core.tickets.sla.models import ClockState, SlaClock
from tests.core.tickets.sla.slow_clock import SlowHours
from tests.core.tickets.sla.test_clock import OFFICE, local, schedules, started

HOUR = timedelta(hours=1)


def lines(clock: SlaClock, now: datetime, hours: BusinessHours = OFFICE) -> list[Line]:
    return lines_of(clock, lambda *_: hours, now)


def counted(found: Sequence[Line]) -> timedelta:
    return sum((each.length for each in found), timedelta())


def test_each_day_stands_with_its_windows_and_why_nothing_counts() -> None:
    lunch = ((time(9), time(12)), (time(13), time(17)))
    hours = BusinessHours(
        "Europe/Berlin", dict.fromkeys(range(5), lunch), frozenset({date(2026, 3, 9)})
    )
    clock = started(local(6, "11:00"), 8 * HOUR, hours)
    first, *days = lines(clock, local(10, "10:00"), hours)
    assert first.what is What.STARTED
    assert [(each.what, each.at.day, each.length / HOUR) for each in days] == [
        (What.DAY, 6, 5),
        (What.CLOSED, 7, 0),
        (What.CLOSED, 8, 0),
        (What.HOLIDAY, 9, 0),
        (What.DAY, 10, 1),
    ]
    assert [(a.time(), b.time()) for a, b in days[0].windows] == [
        (time(11), time(12)),
        (time(13), time(17)),
    ]


def test_pauses_say_how_long_and_by_whom() -> None:
    clock = started(local(9, "09:00"))
    clocks.pause(clock, Now(local(9, "10:00"), OFFICE, by="ann"), "on_hold")
    clocks.pause(clock, Now(local(9, "11:00"), OFFICE, by="hugo"), "waiting_requester")
    found = [each for each in lines(clock, local(9, "12:00")) if each.what is What.PAUSED]
    assert [(each.at, each.until, each.by) for each in found] == [
        (local(9, "10:00"), local(9, "11:00"), "ann"),
        (local(9, "11:00"), None, "hugo"),
    ]
    clocks.resume(clock, Now(local(9, "13:00"), OFFICE, by="ann"))
    last = [each for each in lines(clock, local(9, "14:00")) if each.what is What.PAUSED][-1]
    assert last.until == local(9, "13:00")


def test_what_its_calendar_counts_otherwise_now_is_said_in_a_line() -> None:
    clock = started(local(9, "09:00"))
    clocks.settle(clock, Now(local(9, "12:00"), OFFICE))
    forgotten = BusinessHours("Europe/Berlin", {0: ((time(10), time(17)),)})
    found = lines_of(clock, lambda *_: forgotten, local(9, "12:00"))
    assert [each.length for each in found if each.what is What.OTHERWISE] == [HOUR]
    assert counted(found) == clock.consumed == 3 * HOUR


def test_a_day_on_which_clocks_change_has_as_much_as_it_has() -> None:
    always = BusinessHours("Europe/Berlin", dict.fromkeys(range(7), ((time(0), time(0)),)))
    clock = started(local(28, "12:00"), 60 * HOUR, always)
    found = lines(clock, local(30, "12:00"), always)
    assert [each.length / HOUR for each in found if each.what is What.DAY] == [12, 23, 12]


STEPS = ["pause", "resume", "end", "reopen", "undo", "cancel", "revive", "priority", "hours", "set"]


def step(clock: SlaClock, what: str, now: Now, other: BusinessHours) -> None:
    """Where it can be done."""
    doing: dict[tuple[str, bool], Callable[[], None]] = {
        ("pause", clock.is_open): lambda: clocks.pause(clock, now, "on_hold"),
        ("end", clock.is_open): lambda: clocks.end(clock, now),
        ("cancel", clock.is_open): lambda: clocks.cancel(clock, now, "deleted"),
        ("priority", clock.is_open): lambda: promise(clock, now),
        ("hours", clock.is_open): lambda: change_hours(clock, now, other),
        ("set", clock.is_open): lambda: clocks.set_due(clock, now, now.at + 30 * HOUR, ""),
        ("resume", clock.state is ClockState.PAUSED): lambda: clocks.resume(clock, now),
        ("revive", clock.state is ClockState.CANCELLED): lambda: clocks.revive(clock, now),
        ("reopen", clock.state in ENDED): lambda: clocks.go_on(clock, now),
        ("undo", clock.state in ENDED): lambda: clocks.go_on(clock, now, since=clock.ended_at),
    }
    doing.get((what, True), lambda: None)()


ENDED = (ClockState.MET, ClockState.BREACHED)


def promise(clock: SlaClock, now: Now) -> None:
    clocks.settle(clock, now)
    clock.target = 9 * HOUR
    clocks.promise(clock, now, "priority", template="other", version=1, fits=[])


def change_hours(clock: SlaClock, now: Now, other: BusinessHours) -> None:
    clocks.settle(clock, now)
    clock.calendar_version += 1
    clocks.change_hours(clock, Now(now.at, other))


@settings(deadline=None, max_examples=200)
@given(
    slow=schedules,
    steps=st.lists(st.tuples(st.sampled_from(STEPS), st.integers(0, 3 * 24 * 3600)), max_size=8),
    rest=st.integers(0, 3 * 24 * 3600),
)
def test_the_lines_add_up_to_what_is_counted(
    slow: SlowHours, steps: list[tuple[str, int]], rest: int
) -> None:
    versions = [BusinessHours(slow.zone, slow.hours, slow.holidays), office(slow.zone)]
    at = datetime(2026, 3, 26, 11, 17, 3, 501, tzinfo=UTC)
    clock = started(at, 8 * HOUR, versions[0])
    clock.calendar_version = 0

    def hours_of(_: str, version: int, __: str) -> BusinessHours:
        return versions[version % 2]

    for what, seconds in steps:
        at += timedelta(seconds=seconds)
        now, other = (hours_of("", clock.calendar_version + n, "") for n in (0, 1))
        step(clock, what, Now(at, now), other)
    at += timedelta(seconds=rest)
    now_at = Now(at, hours_of("", clock.calendar_version, ""))
    found = lines_of(clock, hours_of, at)
    assert counted(found) == clocks.consumed_at(clock, now_at)
    assert not [each for each in found if each.what is What.OTHERWISE]
