"""The morning's digest: what today brings for one person."""

from collections.abc import Iterator, Sequence

from bot.ids import Action
from bot.views import told
from bot.views.approval_words import heading
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
from core.tickets.approvals.queries import PAGE
from core.tickets.parts.queries import PartView
from core.tickets.queries import TicketView

_WAITING = "Waiting for you"
_UNASSIGNED = "Nobody has taken these yet"
_LINE_MAX = 200
#: With room for what follows.
_TEXT_MAX = 2900


def morning(found: Morning) -> Message:
    blocks = [
        *_section("At risk or late", found.at_risk, says_who=found.is_head),
        *_section("Due today", found.due_today, says_who=found.is_head),
        *_section(_WAITING, found.my_move),
        *_approvals(found),
        *_parts("Parts that you have", found.parts),
        *_section(_UNASSIGNED, found.unassigned),
        *_parts("Parts that nobody has accepted yet", found.free_parts),
        *_news(found),
    ]
    greeting = f"Good morning, {clip(one_line(found.name), NAME_MAX)}"
    counted = list(_counts(found))
    if found.news.news:
        counted.append(f"news: {len(found.news.news)}{'+' if found.news.has_more else ''}")
    choose = button(Action.NOTIFICATIONS, "Notifications…", "notifications")
    return message(
        f"{greeting}. {', '.join(counted).capitalize()}.",
        [header(greeting), *blocks, actions([choose])],
    )


def _counts(found: Morning) -> Iterator[str]:
    for title, listed in (
        ("at risk or late", found.at_risk),
        ("due today", found.due_today),
        (_WAITING.lower(), found.my_move),
    ):
        if listed.tickets:
            yield f"{title}: {_count(listed)}"
    if found.approvals:
        yield f"approvals to decide: {_count_approvals(found)}"
    if found.parts:
        yield f"parts that you have: {_count_parts(found.parts)}"
    if found.unassigned.tickets:
        yield f"{_UNASSIGNED.lower()}: {_count(found.unassigned)}"
    if found.free_parts:
        yield f"parts to accept: {_count_parts(found.free_parts)}"


def _count(listed: Listed) -> str:
    return f"{MOST}+" if listed.has_more else str(len(listed.tickets))


def _count_approvals(found: Morning) -> str:
    count = len(found.approvals)
    return f"{PAGE}+" if count > PAGE else str(count)


def _count_parts(parts: Sequence[PartView]) -> str:
    return f"{MOST}+" if len(parts) > MOST else str(len(parts))


def _parts(title: str, parts: Sequence[PartView]) -> Iterator[Block]:
    if not parts:
        return
    lines = [f"*{title}*"]
    for each in parts[:MOST]:
        words = clip_escaped(one_line(f"{each.key} · {each.summary}"), _LINE_MAX)
        lines.append(f"• {words}, due {date(each.due_at)}" if each.due_at else f"• {words}")
    if len(parts) > MOST:
        lines.append("…and more")
    yield section(mrkdwn("\n".join(lines)))


def _section(title: str, listed: Listed, *, says_who: bool = False) -> Iterator[Block]:
    if not listed.tickets:
        return
    lines = [f"*{title}*", *(_line(each, says_who) for each in listed.tickets)]
    if listed.has_more:
        lines.append("…and more")
    yield section(mrkdwn("\n".join(lines)))


def _approvals(found: Morning) -> Iterator[Block]:
    """Under the tickets that wait for the reader; a block of its own, so that all of it fits."""
    if not found.approvals:
        return
    is_one = len(found.approvals) == 1
    words = "approval waits" if is_one else "approvals wait"
    lines = [] if found.my_move.tickets else [f"*{_WAITING}*"]
    lines.append(f"{_count_approvals(found)} {words} for your decision:")
    for each in found.approvals[:MOST]:
        about = clip_escaped(heading(each), _LINE_MAX)
        lines.append(f"• {about}, asked {date(each.age_since)}")
    if len(found.approvals) > MOST:
        lines.append("…and more")
    yield section(mrkdwn("\n".join(lines)))


def _line(ticket: TicketView, says_who: bool) -> str:
    words = clip_escaped(one_line(f"{ticket.key} · {ticket.summary}"), _LINE_MAX)
    facts = [words, *([_who(ticket)] if says_who else [])]
    return "• " + ", ".join([*facts, *([f"due {date(ticket.due_at)}"] if ticket.due_at else [])])


def _who(ticket: TicketView) -> str:
    if ticket.assignee is None:
        return "nobody has it"
    return f"with {clip_escaped(one_line(ticket.assignee.name), NAME_MAX)}"


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
