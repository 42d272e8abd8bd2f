"""A department's report as people read it, and what is said while it is made."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from bot.ids import Action
from bot.payloads.reports import ExportRef
from bot.views.parts import (
    NAME_MAX,
    Block,
    Form,
    Message,
    actions,
    clip,
    clip_escaped,
    context,
    date,
    fields,
    header,
    message,
    modal,
    mrkdwn,
    one_line,
    option,
    plain_text,
    section,
)
from core.reports.asking import Export, Period
from core.reports.figures import Figures, Group, Spread
from core.reports.holders import Holding
from core.tickets.sla.ownership import Party

_NONE = "–"
_HOLDERS_MOST = 8
_EXPORTS = {
    Export.TICKETS: "Tickets",
    Export.EVENTS: "Events",
    Export.APPROVALS: "Approvals",
    Export.SLA: "SLA results",
}


def report(found: Figures) -> Message:
    name = clip(one_line(found.department), NAME_MAX)
    title = f"{name}: the last {found.days} days"
    rating = found.rating
    given = sum(found.ratings)
    facts = [
        ("Filed", str(found.filed)),
        ("Resolved", str(found.resolved)),
        ("Cancelled", str(found.cancelled)),
        ("First answer", _spread(found.first_response)),
        ("Resolution", _spread(found.resolution)),
        ("First answers too late", _rate(found.first_response)),
        ("Resolutions too late", _rate(found.resolution)),
        ("Open now", _backlog(found)),
        ("Rating", f"{rating:.1f} of 5, {_count(given, 'rating')}" if rating else "None yet"),
    ]
    blocks = [header(title), fields(facts)]
    blocks += _groups("By priority", found.by_priority, capitalize=True)
    blocks += _groups("By agent", found.by_agent)
    holders = _holders(found)
    blocks += holders
    times = "Other times" if holders else "Times"
    about = (
        f"{times} are business hours: the usual one (median), and what nine of ten stayed within."
    )
    blocks += [context(plain_text(about)), actions([_export(found)])]
    words = f"{title}. {found.filed} filed, {found.resolved} resolved, {found.open} open now."
    return message(words, blocks)


def _spread(spread: Spread) -> str:
    if spread.median is None or spread.p90 is None:
        return _NONE
    return f"{length(spread.median)}, nine of ten within {length(spread.p90)}"


def length(seconds: float) -> str:
    """Of business time; a day of it would be read as another length by everybody."""
    minutes = round(seconds / 60)
    if minutes < 60:
        return f"{minutes} min"
    hours, rest = divmod(minutes, 60)
    return f"{hours} h {rest} min" if rest and hours < 10 else f"{round(minutes / 60)} h"


def _rate(spread: Spread) -> str:
    if spread.breach_rate is None:
        return _NONE
    return f"{spread.breach_rate:.0%} ({spread.breached} of {spread.count})"


def _backlog(found: Figures) -> str:
    if not found.open or found.oldest_at is None:
        return str(found.open)
    return f"{found.open}, the oldest since {date(found.oldest_at)}"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _groups(title: str, groups: Sequence[Group], *, capitalize: bool = False) -> list[Block]:
    if not groups:
        return []
    lines = [f"*{title}*"]
    for each in groups:
        name = each.name.capitalize() if capitalize else each.name
        shown = clip_escaped(one_line(name), NAME_MAX)
        line = f"• {shown}: {each.resolved} resolved"
        if each.resolution.median is not None:
            line += f", usually in {length(each.resolution.median)}"
        if each.resolution.breached:
            line += f", {each.resolution.breached} too late"
        lines.append(line)
    return [section(mrkdwn("\n".join(lines)))]


def _holders(found: Figures) -> list[Block]:
    """When it is over, nobody has it: that is no part of it."""
    held = [each for each in found.held if each.party is not Party.NOBODY]
    if not held:
        return []
    shown = [f"{_holder(each)} {around_the_clock(each.length)}" for each in held[:_HOLDERS_MOST]]
    if others := held[_HOLDERS_MOST:]:
        rest = sum((each.length for each in others), timedelta())
        shown.append(f"{_count(len(others), 'other')} {around_the_clock(rest)}")
    of = "ticket" if found.held_of == 1 else f"{found.held_of} tickets"
    if found.held_of < found.resolved:
        of = f"newest {found.held_of} of the {found.resolved} tickets"
    about = f"Of the {of} resolved in these days, with nights and weekends."
    words = f"*Who had the tickets:* {' · '.join(shown)}\n{about}"
    return [section(mrkdwn(words))]


def _holder(holding: Holding) -> str:
    match holding.party:
        case Party.REQUESTER:
            return "requesters"
        case Party.APPROVERS:
            return "approvers"
        case _:
            return clip_escaped(one_line(holding.name or "a former department"), NAME_MAX)


def around_the_clock(span: timedelta) -> str:
    """The two largest units: “3 h 10 min”, “2 d”."""
    minutes = round(span.total_seconds() / 60)
    if minutes < 60:
        return f"{minutes} min" if minutes else "under 1 min"
    if minutes >= 24 * 60:
        days, hours = divmod(round(minutes / 60), 24)
        return f"{days} d {hours} h" if hours else f"{days} d"
    hours, rest = divmod(minutes, 60)
    return f"{hours} h {rest} min" if rest else f"{hours} h"


def _export(found: Figures) -> Block:
    period = Period(found.department_id, found.days, found.until)
    offered = [option(label, ExportRef(kind, period).dump()) for kind, label in _EXPORTS.items()]
    return {
        "type": "static_select",
        "action_id": Action.EXPORT.value,
        "placeholder": plain_text("Export CSV", 150),
        "options": offered,
    }


def coming(department: str, days: int) -> Message:
    """To whoever asked for it, alone."""
    name = clip(one_line(department), NAME_MAX)
    words = f"The report of {name} for the last {days} days is on its way to your direct messages."
    return message(words, [section(plain_text(words))])


def export_coming(kind: Export) -> Form:
    words = f"Your export “{_EXPORTS[kind]}” is on its way to your direct messages."
    return modal("Export", [section(plain_text(words))], close="OK")


def refused() -> Message:
    words = (
        "Your report or export could not be made. You may not work in that department any more. "
        "If that is not so, ask again, and then tell your administrator."
    )
    return message(words, [section(plain_text(words))])


def picture_name(found: Figures, asked_at: datetime) -> str:
    """The moment in it makes it one of its kind, so that it can be found again."""
    return f"{_plain(found.department)} {found.days} days {_stamp(asked_at)}.png"


def picture_comment(found: Figures) -> str:
    """Markup: the department's name stays out of it."""
    return f"The last {found.days} days in a picture."


def export_name(department: str, kind: Export, days: int, asked_at: datetime) -> str:
    return f"{_plain(department)} {kind.value} {days} days {_stamp(asked_at)}.csv"


def export_comment(kind: Export) -> str:
    return f"The export “{_EXPORTS[kind]}” you asked for. Its first lines say how it was made."


def _plain(name: str) -> str:
    return "".join(each for each in name if each.isalnum() or each in " -_").strip() or "Department"


def _stamp(asked_at: datetime) -> str:
    return f"{asked_at.astimezone(UTC):%Y-%m-%d %H.%M.%S} UTC"
