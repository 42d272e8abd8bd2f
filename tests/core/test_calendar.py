"""Business hours: the worked cases of the promise, and what holds for any calendar."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from core import calendar
from core.calendar import (
    ALWAYS,
    BusinessHours,
    add_business,
    business_before,
    business_between,
    office,
)

BERLIN = ZoneInfo("Europe/Berlin")
OFFICE = office("Europe/Berlin")
HOUR = timedelta(hours=1)
TARGET = 4 * HOUR


def local(day: int, clock: str, month: int = 3) -> datetime:
    """A moment of 2026 by Berlin's clocks. 6 March is a Friday; they change on the 29th."""
    return datetime.combine(date(2026, month, day), time.fromisoformat(clock), BERLIN)


def closed_on(*days: date) -> BusinessHours:
    return BusinessHours("Europe/Berlin", OFFICE.hours, frozenset(days))


def due_after_pauses(
    created: datetime, target: timedelta, *pauses: tuple[datetime, datetime]
) -> datetime:
    """As promises are kept: what was consumed is counted, no deadline is shifted."""
    consumed, since = timedelta(), created
    for begin, end in sorted(pauses):
        consumed += business_between(since, begin, OFFICE)
        since = max(since, end)
    return add_business(since, target - consumed, OFFICE)


class TestWorkedCases:
    @pytest.mark.parametrize(
        ("share", "expected"),
        [
            (0.75, local(9, "11:30")),
            (0.90, local(9, "12:06")),
            (1.00, local(9, "12:30")),
        ],
    )
    def test_filed_on_friday_afternoon(self, share: float, expected: datetime) -> None:
        assert add_business(local(6, "16:30"), TARGET * share, OFFICE) == expected

    def test_with_the_monday_a_holiday(self) -> None:
        hours = closed_on(date(2026, 3, 9))
        assert add_business(local(6, "16:30"), TARGET, hours) == local(10, "12:30")

    def test_paused_over_the_middle_of_monday(self) -> None:
        pause = (local(9, "10:00"), local(9, "15:00"))
        assert due_after_pauses(local(6, "16:30"), TARGET, pause) == local(10, "09:30")

    def test_paused_over_a_night(self) -> None:
        pause = (local(9, "16:00"), local(10, "11:00"))
        assert due_after_pauses(local(9, "15:00"), TARGET, pause) == local(10, "14:00")

    def test_over_a_change_of_the_clocks(self) -> None:
        due = add_business(local(27, "16:30"), TARGET, OFFICE)
        assert due == local(30, "12:30") == datetime(2026, 3, 30, 10, 30, tzinfo=UTC)

    def test_filed_on_a_saturday(self) -> None:
        assert add_business(local(7, "12:00"), HOUR, OFFICE) == local(9, "10:00")


class TestMidnight:
    LATE = BusinessHours("Europe/Berlin", dict.fromkeys(range(7), ((time(20), time(0)),)))

    def test_a_window_to_midnight_ends_with_the_day(self) -> None:
        assert add_business(local(6, "23:00"), HOUR, self.LATE) == local(7, "00:00")
        assert add_business(local(6, "23:00"), 2 * HOUR, self.LATE) == local(7, "21:00")
        assert business_between(local(6, "12:00"), local(7, "12:00"), self.LATE) == 4 * HOUR

    def test_whole_days_never_close(self) -> None:
        start = local(6, "23:00").astimezone(UTC)
        assert add_business(start, timedelta(days=30), ALWAYS) == start + timedelta(days=30)
        assert business_between(start, start + timedelta(days=9), ALWAYS) == timedelta(days=9)

    def test_a_whole_day_has_as_many_hours_as_its_clocks_say(self) -> None:
        whole_days = BusinessHours("Europe/Berlin", dict.fromkeys(range(7), ((time(0), time(0)),)))
        of = [
            business_between(local(day, "00:00"), local(day + 1, "00:00"), whole_days)
            for day in (28, 29)
        ]
        assert of == [24 * HOUR, 23 * HOUR]
        october = (local(25, "00:00", 10), local(26, "00:00", 10))
        assert business_between(*october, whole_days) == 25 * HOUR


def windows(*edges: str) -> tuple[tuple[time, time], ...]:
    return tuple(
        (time.fromisoformat(a), time.fromisoformat(b))
        for a, b in zip(edges[::2], edges[1::2], strict=True)
    )


class TestChangesOfTheClocks:
    """A minute counts when the clock on the wall shows a time of the window."""

    @pytest.mark.parametrize(
        ("open_windows", "open_time"),
        [
            (("02:15", "02:45"), 0),
            (("02:00", "03:00"), 0),
            (("02:30", "03:15"), 0.25),
            (("01:45", "02:15"), 0.25),
            (("02:00", "04:00"), 1),
            (("01:00", "02:30", "03:00", "04:00"), 2),
        ],
    )
    def test_a_time_that_is_left_out_is_never_open(
        self, open_windows: tuple[str, ...], open_time: float
    ) -> None:
        """On the 29th of March the clocks leave out the time from two to three."""
        hours = BusinessHours("Europe/Berlin", {6: windows(*open_windows)})
        passed = business_between(local(29, "00:00"), local(30, "00:00"), hours)
        assert passed == open_time * HOUR

    @pytest.mark.parametrize(
        ("open_windows", "open_time"),
        [
            (("02:15", "02:45"), 1),
            (("01:00", "02:15"), 1.5),
            (("02:30", "04:00"), 2),
            (("01:00", "04:00"), 4),
            (("03:00", "04:00"), 1),
        ],
    )
    def test_a_time_that_is_repeated_is_open_twice(
        self, open_windows: tuple[str, ...], open_time: float
    ) -> None:
        """On the 25th of October the clocks repeat the time from two to three."""
        hours = BusinessHours("Europe/Berlin", {6: windows(*open_windows)})
        passed = business_between(local(25, "00:00", 10), local(26, "00:00", 10), hours)
        assert passed == open_time * HOUR

    def test_the_windows_are_cut_at_the_change_itself(self) -> None:
        change = datetime(2026, 3, 8, 5, 30, tzinfo=UTC)
        hours = BusinessHours("America/St_Johns", {6: windows("01:30", "02:15", "02:45", "03:30")})
        first, second = _until(change - 3 * HOUR, change + 3 * HOUR, hours)
        assert first == (change - HOUR / 2, change)
        assert second == (change, change + HOUR / 2)
        nothing = BusinessHours("America/St_Johns", {6: windows("02:00", "02:15")})
        assert _until(change - 3 * HOUR, change + 3 * HOUR, nothing) == []

    @pytest.mark.parametrize(
        ("zone", "day", "open_time"),
        [
            # At midnight, the one way and the other.
            ("America/Havana", date(2026, 3, 8), 0),
            ("America/Havana", date(2026, 11, 1), 2),
            ("Africa/Cairo", date(2026, 4, 24), 0),
            ("Australia/Lord_Howe", date(2026, 10, 4), 1),
        ],
    )
    def test_wherever_it_is(self, zone: str, day: date, open_time: float) -> None:
        hours = BusinessHours(zone, {day.weekday(): windows("00:00", "01:00")})
        noon = datetime.combine(day, time(12), ZoneInfo(zone))
        assert business_between(noon - 24 * HOUR, noon + 24 * HOUR, hours) == open_time * HOUR


class TestWhatNeverOpens:
    @pytest.mark.parametrize(
        "hours",
        [
            BusinessHours("Europe/Berlin", {}),
            BusinessHours("Europe/Berlin", {0: ()}),
            closed_on(*(date(2026, 1, 1) + timedelta(days=n) for n in range(900))),
        ],
    )
    def test_a_calendar_that_never_opens_is_refused(self, hours: BusinessHours) -> None:
        with pytest.raises(ValueError, match="too few open hours"):
            add_business(local(6, "12:00"), HOUR, hours)
        assert business_between(local(6, "12:00"), local(9, "12:00"), hours) == timedelta()


def _windows(edges: list[time]) -> tuple[tuple[time, time], ...]:
    edges = sorted(edges)
    pairs = zip(edges[::2], edges[1::2], strict=False)
    return tuple(pair for pair in pairs if pair[0] < pair[1])


clocks = st.builds(time, st.integers(0, 23), st.sampled_from([0, 15, 30, 59]))
days = st.lists(clocks, max_size=4, unique=True).map(_windows)
calendars = st.builds(
    BusinessHours,
    st.sampled_from(["Europe/Berlin", "America/St_Johns", "Australia/Lord_Howe", "UTC"]),
    st.fixed_dictionaries({0: st.just(((time(9), time(17)),))}).flatmap(
        lambda monday: st.dictionaries(st.integers(1, 6), days).map(lambda d: monday | d)
    ),
    st.frozensets(st.dates(date(2026, 3, 1), date(2026, 4, 30)), max_size=5),
)
moments = st.integers(0, 260 * 24 * 60).map(
    lambda minutes: datetime(2026, 2, 20, tzinfo=UTC) + timedelta(minutes=minutes)
)
lengths = st.timedeltas(timedelta(), timedelta(hours=60))


def is_open(moment: datetime, hours: BusinessHours) -> bool:
    """Inside a window or at one of its edges."""
    day = moment - timedelta(days=2)
    return any(begin <= moment <= end for begin, end in _until(day, moment, hours))


def _until(start: datetime, end: datetime, hours: BusinessHours) -> list[tuple[datetime, datetime]]:
    found = []
    for begin, close in hours.windows(start):
        if begin > end:
            break
        found.append((begin, close))
    return found


@given(moments, lengths, calendars)
def test_nothing_is_due_while_the_desk_is_closed(
    start: datetime, length: timedelta, hours: BusinessHours
) -> None:
    due = add_business(start, length, hours)
    assert due >= start
    assert is_open(due, hours)


@given(moments, lengths, calendars)
def test_as_much_open_time_passes_as_was_promised(
    start: datetime, length: timedelta, hours: BusinessHours
) -> None:
    assert business_between(start, add_business(start, length, hours), hours) == length


@given(moments, lengths, st.floats(0, 1), calendars)
def test_consumed_and_remaining_make_up_the_target(
    start: datetime, length: timedelta, share: float, hours: BusinessHours
) -> None:
    due = add_business(start, length, hours)
    between = start + (due - start) * share
    consumed = business_between(start, between, hours)
    assert consumed + business_between(between, due, hours) == length
    if consumed < length:
        assert add_business(between, length - consumed, hours) == due


@given(moments, lengths, calendars, st.dates(date(2026, 3, 1), date(2026, 11, 30)))
def test_another_holiday_makes_nothing_due_earlier(
    start: datetime, length: timedelta, hours: BusinessHours, holiday: date
) -> None:
    more = BusinessHours(hours.time_zone, hours.hours, hours.holidays | {holiday})
    assert add_business(start, length, more) >= add_business(start, length, hours)


@given(moments, moments, calendars)
def test_windows_come_in_order_apart_and_after_the_start(
    start: datetime, end: datetime, hours: BusinessHours
) -> None:
    assume(start < end)
    moment = start
    for begin, close in _until(start, min(end, start + timedelta(days=40)), hours):
        assert moment <= begin < close
        moment = close


@given(
    moments,
    st.tuples(*[st.timedeltas(timedelta(), timedelta(days=9))] * 4),
    st.timedeltas(timedelta(hours=30), timedelta(hours=60)),
)
def test_pauses_count_the_same_in_either_order_and_empty_ones_not_at_all(
    start: datetime, gaps: tuple[timedelta, ...], length: timedelta
) -> None:
    first = (start + gaps[0] / 9, start + gaps[0] / 9 + gaps[1] / 9)
    second = (first[1] + gaps[2] / 9, first[1] + gaps[2] / 9 + gaps[3] / 9)
    due = due_after_pauses(start, length, first, second)
    assert due_after_pauses(start, length, second, first) == due
    nothing = (first[0], first[0])
    assert due_after_pauses(start, length, nothing) == add_business(start, length, OFFICE)


@given(moments, lengths, calendars)
def test_going_back_leaves_as_much_open_time_until_then(
    moment: datetime, length: timedelta, hours: BusinessHours
) -> None:
    start = business_before(moment, length, hours)
    assert start <= moment
    assert business_between(start, moment, hours) == length


@given(moments, calendars)
def test_a_desk_is_open_at_a_moment_that_a_window_holds(
    moment: datetime, hours: BusinessHours
) -> None:
    windows = _until(moment - timedelta(days=2), moment, hours)
    assert calendar.is_open(moment, hours) is any(begin <= moment < end for begin, end in windows)
