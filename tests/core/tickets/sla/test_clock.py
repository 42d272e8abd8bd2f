"""How a clock counts: the worked cases, and what holds for any calendar and any pauses."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from core.calendar import BusinessHours, business_between, is_open, office
from core.tickets.sla import clock as clocks
from core.tickets.sla.clock import Now
from core.tickets.sla.models import ClockState, Kind, SlaClock, Threshold
from tests.core.tickets.sla import slow_clock
from tests.core.tickets.sla.slow_clock import MINUTE, SlowHours

BERLIN = ZoneInfo("Europe/Berlin")
OFFICE = office("Europe/Berlin")
HOUR = timedelta(hours=1)
Pause = tuple[datetime, datetime]


def local(day: int, clock: str, month: int = 3) -> datetime:
    """A moment of 2026 by Berlin's clocks. 6 March is a Friday; they change on the 29th."""
    return datetime.combine(date(2026, month, day), time.fromisoformat(clock), BERLIN)


def started(at: datetime, target: timedelta = 4 * HOUR, hours: BusinessHours = OFFICE) -> SlaClock:
    clock = SlaClock(kind=Kind.RESOLUTION, cycle=1, target=target, calendar="office")
    clock.calendar_version, clock.time_zone = 1, hours.time_zone
    clocks.start(clock, Now(at, hours), {"template": "rest", "version": 1, "fits": []})
    return clock


def paused(
    at: datetime,
    pauses: Sequence[Pause],
    target: timedelta = 4 * HOUR,
    hours: BusinessHours = OFFICE,
) -> SlaClock:
    clock = started(at, target, hours)
    for begin, end in pauses:
        clocks.pause(clock, Now(begin, hours), "on_hold")
        clocks.resume(clock, Now(end, hours))
    return clock


class TestWorkedCases:
    def test_filed_on_friday_afternoon(self) -> None:
        clock = started(local(6, "16:30"))
        assert clock.at_risk_75_at == local(9, "11:30")
        assert clock.at_risk_90_at == local(9, "12:06")
        assert clock.due_at == local(9, "12:30")
        assert clock.next_event_at == clock.at_risk_75_at

    def test_with_the_monday_a_holiday(self) -> None:
        hours = BusinessHours("Europe/Berlin", OFFICE.hours, frozenset({date(2026, 3, 9)}))
        assert started(local(6, "16:30"), hours=hours).due_at == local(10, "12:30")

    def test_paused_over_the_middle_of_monday(self) -> None:
        clock = paused(local(6, "16:30"), [(local(9, "10:00"), local(9, "15:00"))])
        assert clock.due_at == local(10, "09:30")
        assert clock.consumed == 1.5 * HOUR

    def test_paused_over_a_night(self) -> None:
        clock = paused(local(9, "15:00"), [(local(9, "16:00"), local(10, "11:00"))])
        assert clock.due_at == local(10, "14:00")

    def test_over_a_change_of_the_clocks(self) -> None:
        due = started(local(27, "16:30")).due_at
        assert due == local(30, "12:30") == datetime(2026, 3, 30, 10, 30, tzinfo=UTC)

    def test_filed_on_a_saturday(self) -> None:
        assert started(local(7, "12:00"), HOUR).due_at == local(9, "10:00")


class TestPauses:
    def test_nothing_is_due_and_nothing_warns_while_it_is_paused(self) -> None:
        clock = started(local(9, "09:00"))
        clocks.pause(clock, Now(local(9, "10:00"), OFFICE), "on_hold")
        assert (clock.due_at, clock.next_event_at) == (None, None)
        assert clock.consumed == HOUR

    def test_pausing_and_resuming_at_once_changes_nothing(self) -> None:
        at = local(9, "10:20")
        clock, same = started(local(6, "16:30")), started(local(6, "16:30"))
        clocks.pause(clock, Now(at, OFFICE), "on_hold")
        clocks.resume(clock, Now(at, OFFICE))
        assert (clock.due_at, clock.at_risk_75_at) == (same.due_at, same.at_risk_75_at)

    def test_what_is_paused_when_it_is_too_late_already_says_when_it_was(self) -> None:
        clock = started(local(6, "16:30"))
        clocks.pause(clock, Now(local(9, "13:00"), OFFICE), "on_hold")
        assert clock.breached_at == clock.due_at == local(9, "12:30")
        clocks.resume(clock, Now(local(9, "14:00"), OFFICE))
        # It was not said yet.
        assert clock.next_event_at == local(9, "14:00")


class TestEnds:
    def test_in_time_and_too_late(self) -> None:
        for at, result in (("12:29", ClockState.MET), ("12:31", ClockState.BREACHED)):
            clock = started(local(6, "16:30"))
            clocks.end(clock, Now(local(9, at), OFFICE))
            assert clock.state is clock.first_result is result
            assert clock.next_event_at is None

    def test_reopened_it_goes_on_with_what_is_used_and_keeps_its_first_result(self) -> None:
        clock = started(local(6, "16:30"))
        clocks.end(clock, Now(local(9, "10:30"), OFFICE))
        clocks.go_on(clock, Now(local(10, "10:00"), OFFICE))
        assert clock.consumed == 2 * HOUR
        assert clock.due_at == local(10, "12:00")
        clocks.end(clock, Now(local(11, "10:00"), OFFICE))
        assert (clock.state, clock.first_result) == (ClockState.BREACHED, ClockState.MET)
        assert clock.breached_at == local(10, "12:00")

    def test_what_was_called_back_counts_as_if_it_had_not_been(self) -> None:
        clock = started(local(9, "09:00"))
        clocks.end(clock, Now(local(9, "10:00"), OFFICE))
        clocks.go_on(clock, Now(local(9, "11:00"), OFFICE), since=local(9, "10:00"))
        assert clock.due_at == local(9, "13:00")
        assert clock.first_result is None

    def test_cancelled_it_warns_of_nothing_and_comes_back_as_it_was(self) -> None:
        clock = started(local(9, "09:00"))
        clocks.cancel(clock, Now(local(9, "10:00"), OFFICE), "deleted")
        assert (clock.state, clock.next_event_at) == (ClockState.CANCELLED, None)
        clocks.revive(clock, Now(local(11, "09:00"), OFFICE))
        assert clock.due_at == local(11, "12:00")


class TestNewPromises:
    def test_what_is_used_stays_used(self) -> None:
        clock = paused(local(9, "09:00"), [(local(9, "10:00"), local(9, "12:00"))])
        clocks.settle(clock, Now(local(9, "13:00"), OFFICE))
        clock.target = 8 * HOUR
        clocks.promise(clock, Now(local(9, "13:00"), OFFICE), "priority")
        assert clock.consumed == 2 * HOUR
        assert clock.due_at == local(10, "11:00")

    def test_what_is_over_by_it_is_too_late_at_that_moment_and_by_that_cause(self) -> None:
        clock = started(local(9, "09:00"), 8 * HOUR)
        clocks.settle(clock, Now(local(9, "13:00"), OFFICE))
        clock.target = HOUR
        clocks.promise(clock, Now(local(9, "13:00"), OFFICE), "priority")
        assert clock.breached_at == clock.due_at == local(9, "13:00")
        assert clock.cause == "priority"
        assert clock.next_event_at == local(9, "13:00")

    def test_another_calendar_counts_from_now_on(self) -> None:
        clock = started(local(9, "09:00"))
        late = BusinessHours("Europe/Berlin", {n: ((time(12), time(20)),) for n in range(7)})
        clocks.settle(clock, Now(local(9, "11:00"), OFFICE))
        clocks.change_hours(clock, Now(local(9, "11:00"), late))
        assert clock.consumed == 2 * HOUR
        assert clock.due_at == local(9, "14:00")


class TestByHand:
    def test_it_stays_while_the_clock_stands_still(self) -> None:
        clock = started(local(9, "09:00"))
        clocks.set_due(clock, Now(local(9, "10:00"), OFFICE), local(12, "10:00"), "promised")
        clocks.pause(clock, Now(local(9, "11:00"), OFFICE), "on_hold")
        clocks.resume(clock, Now(local(10, "11:00"), OFFICE))
        assert clock.due_at == local(12, "10:00")
        assert clock.at_risk_75_at == local(11, "12:00")

    def test_cleared_it_follows_its_target_again(self) -> None:
        clock = started(local(9, "09:00"))
        clocks.set_due(clock, Now(local(9, "10:00"), OFFICE), local(12, "10:00"), "promised")
        clocks.clear_due(clock, Now(local(9, "11:00"), OFFICE))
        assert clock.due_at == local(9, "13:00")
        assert clock.manual_since is None

    def test_a_time_at_night_is_kept(self) -> None:
        clock = started(local(9, "09:00"), 40 * HOUR)
        clocks.set_due(clock, Now(local(9, "18:00"), OFFICE), local(9, "22:00"), "tonight")
        assert clock.due_at == clock.at_risk_75_at == local(9, "22:00")


class TestEvents:
    def test_what_was_passed_without_being_said_is_looked_at_at_once(self) -> None:
        clock = paused(local(6, "16:30"), [(local(9, "12:00"), local(9, "13:00"))])
        assert clock.warned is None
        assert clock.next_event_at == local(9, "13:00")

    def test_what_was_said_is_not_looked_at_again(self) -> None:
        clock = started(local(6, "16:30"))
        clock.warned = Threshold.AT_RISK_75
        clocks.plan(clock, Now(local(9, "11:40"), OFFICE))
        assert clock.next_event_at == clock.at_risk_90_at

    def test_what_is_too_late_goes_up_step_by_step_and_ends(self) -> None:
        clock = started(local(6, "16:30"))
        for warned, expected in (
            (Threshold.BREACH, local(10, "09:30")),
            (Threshold.LEVEL_2, local(10, "09:30")),
            (Threshold.LEVEL_3, None),
        ):
            clock.warned, clock.breached_at = warned, clock.due_at
            clocks.plan(clock, Now(local(9, "13:30"), OFFICE))
            assert clock.next_event_at == expected


clock_times = st.builds(time, st.integers(0, 23), st.sampled_from([0, 15, 30, 59]))


def _windows(edges: list[time]) -> tuple[tuple[time, time], ...]:
    pairs = zip(sorted(edges)[::2], sorted(edges)[1::2], strict=False)
    return tuple(pair for pair in pairs if pair[0] < pair[1])


days = st.lists(clock_times, max_size=6, unique=True).map(_windows)
# Half an hour off, half-hour summer time, and both hemispheres.
zones = st.sampled_from(
    ["Europe/Berlin", "America/St_Johns", "Australia/Lord_Howe", "Asia/Kathmandu", "UTC"]
)
schedules = st.builds(
    SlowHours,
    zones,
    st.dictionaries(st.integers(0, 6), days).map(lambda week: week | {0: ((time(9), time(17)),)}),
    st.frozensets(st.dates(date(2026, 3, 1), date(2026, 4, 20)), max_size=5),
)
#: Around the changes of the clocks, in March and April.
moments = st.integers(0, 40 * 24 * 60).map(lambda n: datetime(2026, 3, 5, tzinfo=UTC) + n * MINUTE)
#: And in autumn.
autumn = st.integers(0, 40 * 24 * 60).map(lambda n: datetime(2026, 9, 28, tzinfo=UTC) + n * MINUTE)


def spans(starts: st.SearchStrategy[datetime]) -> st.SearchStrategy[list[datetime]]:
    """A beginning, and pauses after it: begin, end, begin, end."""
    lengths = st.lists(st.integers(0, 3 * 24 * 60), max_size=4).map(lambda n: n[: len(n) // 2 * 2])
    return st.builds(
        lambda first, steps: [first + sum(steps[:n], 0) * MINUTE for n in range(len(steps) + 1)],
        starts,
        lengths,
    )


def as_hours(slow: SlowHours) -> BusinessHours:
    return BusinessHours(slow.zone, slow.hours, slow.holidays)


@settings(deadline=None, max_examples=120)
@given(slow=schedules, span=spans(moments | autumn), target=st.integers(1, 12 * 60))
def test_it_counts_as_a_slow_clock_does_that_looks_at_each_minute(
    slow: SlowHours, span: list[datetime], target: int
) -> None:
    at, pauses = span[0], list(zip(span[1::2], span[2::2], strict=True))
    hours = as_hours(slow)
    expected = slow_clock.due(slow, at, target, pauses)
    assume(expected is not None)
    clock = paused(at, pauses, target * MINUTE, hours)
    if clock.breached_at is not None:
        # It was due before the last of the pauses ended, and only the first ones count.
        assert clock.breached_at == expected or clock.cause == "resumed"
        return
    assert clock.due_at == expected
    left = clock.target - clock.consumed
    assert left == target * MINUTE - clock.consumed > timedelta()
    last = pauses[-1][1] if pauses else at
    assert slow_clock.count(slow, last, clock.due_at) * MINUTE == left


@settings(deadline=None, max_examples=150)
@given(slow=schedules, at=moments | autumn, target=st.integers(1, 30 * 60))
def test_it_is_never_due_while_the_desk_is_closed(
    slow: SlowHours, at: datetime, target: int
) -> None:
    hours = as_hours(slow)
    clock = started(at, target * MINUTE, hours)
    assert clock.due_at is not None
    assert is_open(clock.due_at - timedelta(microseconds=1), hours)
    assert business_between(at, clock.due_at, hours) == target * MINUTE


@settings(deadline=None, max_examples=150)
@given(
    slow=schedules,
    at=moments,
    target=st.integers(1, 30 * 60),
    day=st.dates(date(2026, 3, 5), date(2026, 5, 1)),
)
def test_a_holiday_more_makes_nothing_due_earlier(
    slow: SlowHours, at: datetime, target: int, day: date
) -> None:
    hours = as_hours(slow)
    more = BusinessHours(hours.time_zone, hours.hours, hours.holidays | {day})
    before, after = started(at, target * MINUTE, hours), started(at, target * MINUTE, more)
    assert before.due_at is not None
    assert after.due_at is not None
    assert after.due_at >= before.due_at


@settings(deadline=None, max_examples=100)
@given(slow=schedules, at=moments, lengths=st.tuples(*[st.integers(0, 2000)] * 4))
def test_the_order_of_two_pauses_does_not_matter(
    slow: SlowHours, at: datetime, lengths: tuple[int, int, int, int]
) -> None:
    """What is used up is what lies outside them."""
    hours = as_hours(slow)
    work, first, between, second = (each * MINUTE for each in lengths)
    one = (at + work, at + work + first)
    two = (one[1] + between, one[1] + between + second)
    found = paused(at, [one, two], 200 * HOUR, hours)
    used = business_between(at, two[1], hours)
    for begin, end in (two, one):
        used -= business_between(begin, end, hours)
    assert found.consumed == used
