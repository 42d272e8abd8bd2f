"""What is said about parts in the threads of both desks, and to the people who decide."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from bot.ids import Action
from bot.payloads import TicketRef
from bot.payloads.part_refs import ProposalRef
from bot.views import approval_notices, part_card
from bot.views.history import detail, readable, who
from bot.views.parts import (
    NAME_MAX,
    Block,
    Message,
    actions,
    button,
    clip,
    clip_escaped,
    context,
    date,
    mention,
    message,
    mrkdwn,
    one_line,
    plain_text,
    rich_text,
    section,
)
from bot.views.ticket_card import spoken, title
from core.communication.models import Audience
from core.tickets.history import HistoryLine
from core.tickets.parts.queries import PartView
from core.tickets.queries import TicketView
from core.tickets.states import SubTicketStatus

_AT_DESK: Mapping[str, str] = {
    "part.add": "{who} passed {key} on to {department}",
    "part.accept": "{who} accepted {key}",
    "part.assign": "{who} gave {key} to {assignee}",
    "part.finish": "{who} finished {key}",
    "part.send_back": "{who} sent {key} back",
    "part.send_again": "{who} sent {key} again",
    "part.cancel": "{who} cancelled {key}",
    "part.propose": "{who} asks for another time for {key}",
    "part.agree": "{who} agreed to the other time for {key}",
    "part.keep": "{who} kept the time of {key}",
}
_AT_PART: Mapping[str, str] = {
    **_AT_DESK,
    "part.send_again": "{who} sent {key} again: it is in the card above",
}
#: When a ticket ends, its people stay at its desk: who ended it is not told at the other one.
_SINCE: Mapping[str, str] = {
    "cancelled": "{ticket} was cancelled, so {key} is not needed any more",
    "closed": "{ticket} was closed, so {key} is not needed any more",
}
_FOLLOWED_BY = ("reason", "note")
_STEERED = frozenset({"part.add", "part.send_back"})


def happened(
    line: HistoryLine, part: PartView, audience: Audience, reader: str | None = None
) -> Message:
    """A line in the thread of the part, or of the desk that passed it on. Calls the reader."""
    if line.action.startswith(approval_notices.AREA):
        return approval_notices.happened(line, part.key)
    words = _sentence(line, part, audience)
    said = next((found for name in _FOLLOWED_BY if (found := detail(line, name))), "")
    ending = f": {said}" if said else "."
    blocks = _words(f"{words}{ending}", reader)
    due_at = _moment(detail(line, "due_at"))
    if due_at is not None:
        blocks.append(context(mrkdwn(f"Due {date(due_at)}")))
    if audience is Audience.DESK:
        blocks += _decisions(line, part, due_at)
    return message(f"{words}{ending}", blocks)


def _sentence(line: HistoryLine, part: PartView, audience: Audience) -> str:
    sentences = _AT_DESK if audience is Audience.DESK else _AT_PART
    sentence = sentences.get(line.action, f"{{who}}: {{key}} ({readable(line.action)})")
    sentence = _SINCE.get(detail(line, "since"), sentence)
    is_short = audience is Audience.PART or part.is_private
    name = part.key if is_short else clip(part_card.title(part), 200)
    department = clip(one_line(part.department), NAME_MAX)
    ticket = f"HD-{part.ticket_number}"
    assignee = clip(one_line(detail(line, "assignee")), NAME_MAX)
    return sentence.format(
        who=who(line), key=name, department=department, ticket=ticket, assignee=assignee
    )


def _words(text: str, reader: str | None) -> list[Block]:
    if reader is None:
        return rich_text(text)
    return [section(mrkdwn(f"{mention(reader)} {clip_escaped(text, 2900)}"))]


def _moment(written: str) -> datetime | None:
    try:
        return datetime.fromisoformat(written).astimezone(UTC) if written else None
    except ValueError:
        return None


def _decisions(line: HistoryLine, part: PartView, due_at: datetime | None) -> list[Block]:
    """What is not open any more is not asked any more."""
    if line.action == "part.propose" and due_at is not None and due_at == part.proposed_due_at:
        ref = ProposalRef(part.id, due_at).dump()
        answers = [
            button(Action.PART_AGREE, "Agree", ref, "primary"),
            button(Action.PART_KEEP, "Keep", ref),
        ]
        return [actions(answers)]
    if line.action == "part.send_back" and part.status is not SubTicketStatus.SENT_BACK:
        return []
    return part_card.steering(part) if line.action in _STEERED else []


def parts_done(ticket: TicketView) -> Message:
    """To whoever has the ticket; else at its desk."""
    words = "All parts done – resolve?"
    ref = TicketRef(ticket.id, ticket.version).dump()
    blocks = [
        section(plain_text(f"{title(ticket)}\n{words}")),
        actions([button(Action.RESOLVE, "Resolve…", ref, "primary")]),
    ]
    return message(f"{spoken(ticket)}: {words}", blocks)


def given(what: str, details: Mapping[str, Any]) -> Message:
    """To its assignee alone: “Hana gave you”. Of the ticket it says nothing."""
    words, note = what, str(details.get("note") or "")
    key, part = str(details.get("key") or ""), str(details.get("part") or "")
    heard = f"{key} · Part of a private ticket" if details.get("is_private") else part
    blocks = [section(plain_text(f"{words} {part}")), *(rich_text(note) if note else ())]
    how = f"Its card is at your desk; /ticket {key} shows it too."
    return message(f"{words} {heard}", [*blocks, context(plain_text(how))])


def split_asked(ticket: TicketView, by: str) -> Message:
    """To a head, from somebody of their desk."""
    words = f"{clip(one_line(by), NAME_MAX)} asks you to split"
    ref = TicketRef(ticket.id, ticket.version).dump()
    blocks = [
        section(plain_text(f"{words} {title(ticket)}")),
        actions([button(Action.SPLIT, "Split…", ref)]),
    ]
    return message(f"{words} {spoken(ticket)}", blocks)
