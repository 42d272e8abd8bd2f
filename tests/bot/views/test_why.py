"""Why a ticket is due when it is: words, limits, and what others wrote stays words."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings

from bot.views import due_form
from bot.views.why import why
from bot.views.why_lines import length
from core.calendar import BusinessHours
from core.tickets.sla import clock as clocks
from core.tickets.sla.clock import Now
from core.tickets.sla.explaining import Told, ToldPart, Why
from core.tickets.sla.lines import lines_of
from core.tickets.sla.models import ClockState, Kind, SlaClock
from tests.bot.views.block_rules import buttons, live, problems_of_view, words
from tests.bot.views.examples import TICKET_ID, make_ticket
from tests.bot.views.test_any_text import FOREIGN
from tests.core.tickets.sla.test_clock import OFFICE, local, started

HOUR = timedelta(hours=1)


def told(clock: SlaClock, now: datetime, hours: BusinessHours = OFFICE) -> Told:
    return Told(
        kind=clock.kind,
        state=clock.state,
        due_at=clock.due_at,
        breached_at=clock.breached_at,
        is_manual=clock.manual_since is not None,
        calendar=clock.calendar,
        time_zone=clock.time_zone,
        target=clock.target,
        consumed=clocks.consumed_at(clock, Now(now, hours)),
        lines=lines_of(clock, lambda *_: hours, now),
    )


def explained(*each: Told, **given: Any) -> Why:
    usual: dict[str, Any] = {
        "ticket_id": TICKET_ID,
        "version": 3,
        "key": "HD-12",
        "summary": "The printer is broken",
        "at_desk": True,
        "can_set": False,
        "clocks": each,
        "held": (),
        "names": {"ann": "Ann Visser"},
    }
    return Why(**(usual | given))


def story() -> SlaClock:
    """Filed on Friday afternoon, put on hold by Ann on Monday for three hours."""
    clock = started(local(6, "15:00"))
    clocks.pause(clock, Now(local(9, "10:00"), OFFICE, by="ann"), "on_hold")
    clocks.resume(clock, Now(local(9, "13:00"), OFFICE, by="ann"))
    return clock


def shown(found: Why) -> list[str]:
    return words(why(found)).splitlines()


def test_it_reads_as_the_sum_it_is() -> None:
    clock = story()
    lines = shown(explained(told(clock, local(9, "13:30")), held=[("IT", 5 * HOUR)]))
    assert lines[:10] == [
        "HD-12 · The printer is broken",
        "*Resolution*, due 2026-03-09 13:00 UTC: running",
        "Counted from 2026-03-06 14:00 UTC. 4 h by “rest”, version 1: it fits everything",
        "Fri 6 Mar 2026: 15:00–17:00 = 2 h",
        "Sat 7 Mar 2026 – Sun 8 Mar 2026: outside business hours",
        "Mon 9 Mar 2026: 09:00–10:00 = 1 h",
        "Paused from 2026-03-09 09:00 UTC to 2026-03-09 12:00 UTC: on hold, by Ann Visser",
        "Mon 9 Mar 2026: 13:00–13:30 = 30 min",
        "3 h 30 min of 4 h used, 30 min left. Hours of “office”, Europe/Berlin.",
        "*Who had it*",
    ]
    assert lines[-1] == "IT: 5 h"


def test_what_stands_still_says_what_is_left() -> None:
    clock = started(local(6, "15:00"))
    clocks.pause(clock, Now(local(9, "10:00"), OFFICE), "on_hold")
    assert "*Resolution*: paused, 1 h left" in shown(explained(told(clock, local(9, "13:00"))))
    clocks.set_due(clock, Now(local(9, "13:00"), OFFICE), local(12, "12:00"), "")
    due = "*Resolution*, due 2026-03-12 11:00 UTC (set by hand): paused"
    assert due in shown(explained(told(clock, local(9, "13:00"))))


def test_its_parts_are_told_of_after_what_can_be_done() -> None:
    clock = started(local(6, "15:00"))
    part = ToldPart("HD-12/1", "A *new* <laptop>", told(clock, local(6, "16:00")))
    found = explained(told(clock, local(6, "16:00")), can_set=True, parts=[part], parts_more=2)
    lines = shown(found)
    named = "*HD-12/1* · A *new* &lt;laptop&gt;, due 2026-03-09 10:00 UTC: running"
    assert lines.index("Change due time…") < lines.index(named)
    assert lines[-2:] == [
        "1 h of 4 h used, 3 h left. Hours of “office”, Europe/Berlin.",
        "And 2 more of its parts.",
    ]
    assert problems_of_view(why(found)) == []


def test_everything_that_can_happen_has_words() -> None:
    clock = story()
    clock.target = 40 * HOUR
    because = {"template": "high", "version": 2, "fits": ["priority", "department"]}
    clocks.settle(clock, Now(local(9, "14:00"), OFFICE))
    clocks.promise(clock, Now(local(9, "14:00"), OFFICE, by="ann"), "priority", **because)
    clocks.change_hours(clock, Now(local(9, "14:10"), OFFICE))
    clocks.set_due(clock, Now(local(9, "14:20"), OFFICE, by="ann"), local(13, "12:00"), "Agreed")
    clocks.clear_due(clock, Now(local(9, "14:30"), OFFICE))
    clocks.end(clock, Now(local(9, "15:00"), OFFICE))
    clocks.go_on(clock, Now(local(9, "16:00"), OFFICE))
    clocks.cancel(clock, Now(local(9, "16:30"), OFFICE), "merged")
    text = "\n".join(shown(explained(told(clock, local(9, "17:00")))))
    for each in (
        "The priority changed 2026-03-09 13:00 UTC, by Ann Visser. 40 h by “high”, version 2: "
        "it fits the priority and the department",
        "on counted by new business hours",
        "Due time set by hand to 2026-03-13 11:00 UTC (“Agreed”) 2026-03-09 13:20 UTC",
        "Due time by hand cleared",
        "Done 2026-03-09 14:00 UTC",
        "Went on 2026-03-09 15:00 UTC",
        "Stopped, since the ticket was merged",
    ):
        assert each in text
    requesters = "\n".join(shown(explained(told(clock, local(9, "17:00")), at_desk=False)))
    assert "Agreed" not in requesters


def test_many_days_are_added_up_in_the_middle() -> None:
    clock = started(local(2, "09:00", 2), 400 * HOUR)
    found = told(clock, local(30, "17:00", 6))
    lines = shown(explained(found))
    [middle] = [each for each in lines if each.endswith(" in all")]
    listed = sum((_read(each) for each in lines if " = " in each), timedelta())
    assert listed + _read(middle.replace(" in all", "").replace(": ", " = ")) == found.consumed
    assert problems_of_view(why(explained(found))) == []


def _read(line: str) -> timedelta:
    number, unit = line.rpartition(" = ")[2].split()
    assert unit == "h"
    return int(number) * HOUR


@pytest.mark.parametrize(
    ("span", "expected"),
    [
        (timedelta(), "0 min"),
        (timedelta(seconds=59), "59 s"),
        (90 * timedelta(minutes=1), "1 h 30 min"),
        (timedelta(days=2, seconds=5), "48 h 5 s"),
    ],
)
def test_lengths_are_told_to_the_second(span: timedelta, expected: str) -> None:
    assert length(span) == expected


def test_nothing_promised_is_said() -> None:
    assert "Nothing is promised for HD-12, so it is not due at any time." in shown(explained())


def test_only_who_may_change_it_is_offered_that() -> None:
    clock = story()
    at = local(9, "13:30")
    assert buttons(why(explained(told(clock, at)))) == []
    assert buttons(why(explained(told(clock, at), can_set=True))) == ["Change due time…"]
    clocks.set_due(clock, Now(at, OFFICE), local(12, "12:00"), "")
    offered = buttons(why(explained(told(clock, at), can_set=True)))
    assert offered == ["Change due time…", "Clear due time"]


def test_the_form_is_valid_with_and_without_a_time() -> None:
    for ticket in (make_ticket(), make_ticket(due_at=None)):
        assert problems_of_view(due_form.set_due(ticket)) == []


def _foreign(text: str) -> Sequence[Told]:
    clock = started(local(6, "15:00"))
    clock.kind, clock.calendar, clock.state = Kind.FIRST_RESPONSE, text, ClockState.RUNNING
    clocks.settle(clock, Now(local(9, "10:00"), OFFICE, by="ann"))
    because = {"template": text, "version": 2, "fits": ["priority"]}
    clocks.promise(clock, Now(local(9, "10:00"), OFFICE, by="ann"), text, **because)
    clocks.set_due(clock, Now(local(9, "10:00"), OFFICE, by="ann"), local(12, "10:00"), text)
    clocks.pause(clock, Now(local(9, "10:00"), OFFICE, by="ann"), text)
    return [told(clock, local(9, "13:00"))]


@settings(deadline=None, database=None, max_examples=40)
@given(FOREIGN)
def test_whatever_people_wrote_it_is_valid_and_pings_nobody(text: str) -> None:
    held = [(text, HOUR), (None, HOUR)]
    parts = [ToldPart("HD-12/1", text, each) for each in _foreign(text)]
    view = why(
        explained(*_foreign(text), summary=text, names={"ann": text}, held=held, parts=parts)
    )
    assert problems_of_view(view) == []
    assert live(view) == []
