"""Why a ticket is due when it is: the arithmetic of each promise, and who had the ticket."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from itertools import groupby

from bot.ids import Action
from bot.payloads import TicketRef
from bot.views import why_lines
from bot.views.due import left
from bot.views.parts import (
    NAME_MAX,
    TEXT_MAX,
    Block,
    Form,
    actions,
    button,
    clip_escaped,
    context,
    date,
    modal,
    mrkdwn,
    one_line,
    plain_text,
    section,
)
from core.tickets.sla.explaining import Told, Why
from core.tickets.sla.lines import Line, What
from core.tickets.sla.models import ClockState

#: Days of a clock that are listed; what is in between is added up.
DAYS_MOST = 24
_NO_DAY = frozenset({What.CLOSED, What.HOLIDAY})

_STATES: Mapping[ClockState, str] = {
    ClockState.RUNNING: "running",
    ClockState.PAUSED: "paused",
    ClockState.MET: "met",
    ClockState.BREACHED: "ended too late",
    ClockState.CANCELLED: "stopped",
}


def why(found: Why) -> Form:
    blocks = [section(plain_text(f"{found.key} · {found.summary}"))]
    for told in found.clocks:
        blocks += _clock(told, found, f"*{told.kind.words}*")
    if not found.clocks:
        words = f"Nothing is promised for {found.key}, so it is not due at any time."
        blocks.append(section(plain_text(words)))
    if found.held:
        blocks += [section(mrkdwn("*Who had it*")), *_texts(_held(found))]
    if found.can_set:
        blocks.append(_buttons(found))
    blocks += _parts(found)
    return modal("Why this due time?", blocks, close="Close")


def _buttons(found: Why) -> Block:
    value = TicketRef(found.ticket_id, found.version).dump()
    shown = [button(Action.SET_DUE, "Change due time…", value)]
    if found.is_manual:
        shown.append(button(Action.CLEAR_DUE, "Clear due time", value))
    return actions(shown)


def _parts(found: Why) -> Iterator[Block]:
    for each in found.parts:
        name = clip_escaped(one_line(each.summary), NAME_MAX)
        yield from _clock(each.clock, found, f"*{each.key}* · {name}")
    if found.parts_more:
        yield context(plain_text(f"And {found.parts_more} more of its parts."))


def _clock(told: Told, found: Why, title: str) -> Iterator[Block]:
    due = f", due {date(told.due_at)}" if told.due_at else ""
    by_hand = " (set by hand)" if told.is_manual else ""
    stands = _STATES[told.state]
    if told.state is ClockState.PAUSED and told.breached_at is None and not told.is_manual:
        stands = f"{stands}, {left(told.target - told.consumed)}"
    yield section(mrkdwn(f"{title}{due}{by_hand}: {stands}"))
    yield from _texts(_lines(told, found))
    used, whole = why_lines.length(told.consumed), why_lines.length(told.target)
    over = told.target - told.consumed
    rest = f"{why_lines.length(over)} left" if over > timedelta() else "nothing left"
    zone = f"Hours of “{told.calendar}”, {told.time_zone}."
    yield context(plain_text(f"{used} of {whole} used, {rest}. {zone}"))


def _lines(told: Told, found: Why) -> Iterator[str]:
    groups = [
        (is_day, list(each))
        for is_day, each in groupby(told.lines, key=lambda line: line.what in why_lines.DAYS)
    ]
    for is_day, lines in groups:
        if is_day:
            yield from _days(lines)
        else:
            yield from (why_lines.sentence(each, found) for each in lines)


def _days(lines: list[Line]) -> Iterator[str]:
    """Days on which nothing counts are told together, and so is the middle of many days."""
    shown = [
        list(each)
        for _, each in groupby(lines, key=lambda line: line.what if line.what in _NO_DAY else line)
    ]
    if len(shown) <= DAYS_MOST:
        yield from (why_lines.day(each) for each in shown)
        return
    edge = DAYS_MOST // 2
    middle = [line for each in shown[edge:-edge] for line in each]
    yield from (why_lines.day(each) for each in shown[:edge])
    yield why_lines.several(middle)
    yield from (why_lines.day(each) for each in shown[-edge:])


def _held(found: Why) -> Iterator[str]:
    for name, length in found.held:
        who = clip_escaped(one_line(name), NAME_MAX) if name else "Nobody: it was resolved"
        yield f"{who}: {why_lines.length(length)}"


def _texts(lines: Iterator[str]) -> Iterator[Block]:
    """As few sections as hold them."""
    text = ""
    for line in lines:
        if text and len(text) + len(line) + 1 > TEXT_MAX:
            yield section(mrkdwn(text))
            text = ""
        text = f"{text}\n{line}" if text else line
    if text:
        yield section(mrkdwn(text))
