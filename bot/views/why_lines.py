"""The lines of a clock's story, as people read them."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from bot.views.parts import NAME_MAX, clip_escaped, date, one_line
from core.tickets.sla.explaining import Why
from core.tickets.sla.lines import Line, What

#: What a calendar says of a day.
DAYS = frozenset({What.DAY, What.CLOSED, What.HOLIDAY})

_PAUSES: Mapping[str, str] = {
    "waiting_requester": "waiting for the requester",
    "on_hold": "on hold",
    "waiting_approval": "waiting for approval",
    "sent_back": "sent back",
}
_FITS: Mapping[str, str] = {
    "priority": "the priority",
    "department": "the department",
    "requester_department": "the requester’s department",
}
_BECAUSE: Mapping[str, str] = {
    "priority": "The priority changed",
    "transfer": "It moved to another department",
    "reopened": "It was reopened",
}
_STOPPED: Mapping[str, str] = {
    "deleted": "the ticket was deleted",
    "merged": "the ticket was merged",
    "cancelled": "the ticket was cancelled",
    "unpromised": "nothing is promised for it any more",
    "template_deleted": "its SLA template was deleted",
    "resolved": "whoever filed it resolved it",
    "cleared": "its due time was cleared",
}


def length(span: timedelta) -> str:
    """“3 h 20 min”, to the second."""
    seconds = int(span.total_seconds())
    hours, rest = divmod(seconds, 3600)
    named = ((hours, "h"), (rest // 60, "min"), (rest % 60, "s"))
    return " ".join(f"{number} {unit}" for number, unit in named if number) or "0 min"


def day(lines: Sequence[Line]) -> str:
    """One day's windows, or a row of days on which nothing counts."""
    first, last = lines[0], lines[-1]
    if first.what is What.DAY:
        windows = ", ".join(f"{_clock(a)}–{_clock(b)}" for a, b in first.windows)
        return f"{_date(first.at)}: {windows} = {length(first.length)}"
    days = _date(first.at) if first.at == last.at else f"{_date(first.at)} – {_date(last.at)}"
    return f"{days}: {'holiday' if first.what is What.HOLIDAY else 'outside business hours'}"


def several(lines: Sequence[Line]) -> str:
    whole = sum((each.length for each in lines), timedelta())
    return f"{_date(lines[0].at)} – {_date(lines[-1].at)}: {length(whole)} in all"


def sentence(line: Line, found: Why) -> str:
    match line.what:
        case What.STARTED:
            return f"Counted from {date(line.at)}. {_template(line.details)}"
        case What.PAUSED:
            why = _PAUSES.get(str(line.details.get("why")), "paused")
            until = f"to {date(line.until)}" if line.until else "until now"
            return f"Paused from {date(line.at)} {until}: {why}{_by(line, found)}"
        case What.PROMISED:
            why = _BECAUSE.get(str(line.details.get("because")), "The promise changed")
            return f"{why} {date(line.at)}{_by(line, found)}. {_template(line.details)}"
        case What.HOURS:
            return f"From {date(line.at)} on counted by new business hours"
        case What.OTHERWISE:
            return f"By the calendar as it was then: {_signed(line.length)}"
        case _:
            return f"{_event(line, found)} {date(line.at)}{_by(line, found)}"


def _event(line: Line, found: Why) -> str:
    match line.what:
        case What.SET:
            due = datetime.fromisoformat(str(line.details["due"]))
            reason = one_line(str(line.details.get("reason") or ""))
            why = f" (“{clip_escaped(reason, NAME_MAX)}”)" if reason and found.at_desk else ""
            return f"Due time set by hand to {date(due)}{why}"
        case What.CLEARED:
            return "Due time by hand cleared"
        case What.CANCELLED:
            why = _STOPPED.get(str(line.details.get("why")), "it is over")
            return f"Stopped, since {why}"
        case What.ENDED:
            return "Done"
        case _:
            return "Went on"


def _template(details: Mapping[str, Any]) -> str:
    name = details.get("template")
    if not name:
        return "Nothing is promised; the time was chosen by hand"
    target = length(timedelta(microseconds=int(details["target"])))
    fits = [_FITS[each] for each in details.get("fits") or [] if each in _FITS]
    why = f"it fits {' and '.join(fits)}" if fits else "it fits everything"
    template = clip_escaped(one_line(str(name)), NAME_MAX)
    return f"{target} by “{template}”, version {details.get('version')}: {why}"


def _by(line: Line, found: Why) -> str:
    name = found.names.get(line.by or "")
    return f", by {clip_escaped(one_line(name), NAME_MAX)}" if name else ""


def _signed(span: timedelta) -> str:
    return f"− {length(-span)}" if span < timedelta() else f"+ {length(span)}"


def _date(moment: datetime) -> str:
    return f"{moment:%a} {moment.day} {moment:%b %Y}"


def _clock(moment: datetime) -> str:
    return f"{moment:%H:%M:%S}" if moment.second else f"{moment:%H:%M}"
