"""The morning's digest: what today brings for one person."""

from collections.abc import Iterator

from bot.ids import Action
from bot.views import told
from bot.views.parts import (
    NAME_MAX,
    Block,
    Message,
    actions,
    button,
    clip,
    clip_escaped,
    date,
    header,
    message,
    mrkdwn,
    one_line,
    section,
)
from core.reports.morning import MOST, Listed, Morning
from core.tickets.queries import TicketView

_LINE_MAX = 200
#: With room for what follows.
_TEXT_MAX = 2900


def morning(found: Morning) -> Message:
    titles = [
        ("At risk or late", found.at_risk),
        ("Due today", found.due_today),
        ("Waiting for you", found.my_move),
        ("Nobody has taken these yet", found.unassigned),
    ]
    shown = [(title, listed) for title, listed in titles if listed.tickets]
    blocks = [block for title, listed in shown for block in _section(title, listed)]
    blocks += _news(found)
    greeting = f"Good morning, {clip(one_line(found.name), NAME_MAX)}"
    counted = [f"{title.lower()}: {_count(listed)}" for title, listed in shown]
    if found.news.news:
        counted.append(f"news: {len(found.news.news)}{'+' if found.news.has_more else ''}")
    choose = button(Action.NOTIFICATIONS, "Notifications…", "notifications")
    return message(
        f"{greeting}. {', '.join(counted).capitalize()}.",
        [header(greeting), *blocks, actions([choose])],
    )


def _count(listed: Listed) -> str:
    return f"{MOST}+" if listed.has_more else str(len(listed.tickets))


def _section(title: str, listed: Listed) -> Iterator[Block]:
    lines = [f"*{title}*", *(_line(each) for each in listed.tickets)]
    if listed.has_more:
        lines.append("…and more")
    yield section(mrkdwn("\n".join(lines)))


def _line(ticket: TicketView) -> str:
    words = clip_escaped(one_line(f"{ticket.key} · {ticket.summary}"), _LINE_MAX)
    return f"• {words}, due {date(ticket.due_at)}" if ticket.due_at else f"• {words}"


def _news(found: Morning) -> Iterator[Block]:
    if not found.news.news:
        return
    shown, has_more = "*What happened*", found.news.has_more
    for each in found.news.news:
        line = f"\n• {told.line(each.told, each.ticket)}"
        if len(shown) + len(line) > _TEXT_MAX:
            has_more = True
            break
        shown += line
    yield section(mrkdwn(shown + ("\n…and more" if has_more else "")))
