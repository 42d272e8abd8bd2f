"""What is said in threads and to people about something that happened."""

from collections.abc import Mapping

from bot.ids import Action
from bot.payloads import MessageRef
from bot.views import approval_notices
from bot.views.endings import is_it_solved
from bot.views.history import detail, readable, resolved_as, who
from bot.views.parts import (
    NAME_MAX,
    Message,
    actions,
    button,
    clip,
    clip_escaped,
    context,
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
from core.tickets.queries import TicketView

_TO_REQUESTER: Mapping[str, str] = {
    "ticket.open": "{key} is with {department} now.",
    "ticket.claim": "{who} is looking after {key} now.",
    "ticket.assign": "{assignee} is looking after {key} now.",
    "ticket.release": "{key} is back in the queue of {department}.",
    "ticket.start": "{who} is working on {key}.",
    "ticket.wait": "{key} waits for your answer.",
    "ticket.hold": "{key} is on hold for now",
    "ticket.answer": "Thank you. Work on {key} goes on.",
    "ticket.resolve": "{who} resolved {key}{resolved_as}",
    "ticket.reopen": "{who} reopened {key}",
    "ticket.close": "{who} closed {key}",
    "ticket.cancel": "{who} cancelled {key}",
    "ticket.edit": "{who} changed {key}.",
    "ticket.delete": "{who} deleted {key}.",
    "ticket.restore": "{who} restored {key}.",
    "ticket.add_follower": "{who} added {follower} to {key}.",
    "ticket.continue": "{key} is continued in {continued_in}.",
    "message.reply": "{who} wrote to you about {key}.",
    "ticket.transfer": "{key} is with {department} now.",
    "ticket.merge": "{key} was merged into {winner}.",
    "ticket.request_approval": "{key} waits for approval.",
    "ticket.end_approval": "{key} does not wait for approval any more.",
}

_TO_DESK: Mapping[str, str] = {
    **_TO_REQUESTER,
    "ticket.open": "{who} filed {key}.",
    "ticket.claim": "{who} took {key}.",
    "ticket.assign": "{who} gave {key} to {assignee}",
    "ticket.release": "{who} put {key} back into the queue.",
    "ticket.wait": "{key} waits for {requester}.",
    "ticket.hold": "{who} put {key} on hold",
    "ticket.answer": "{requester} answered. Work on {key} goes on.",
    "ticket.delete": "{who} deleted {key}",
    "ticket.source_unread": "{key} was made from a conversation that the help desk cannot read, so "
    "the earlier messages are not here. The message itself is in the description.",
    "ticket.source_cut": "There are more earlier messages than could be brought along. The rest of "
    "them is where {key} was made.",
    "message.reply": "{who} wrote to {requester}.",
    "message.note": "{who} wrote a note on {key}.",
    "ticket.transfer": "{who} moved {key} here from {former}",
    "ticket.merge": "{who} merged {key} into {winner}. Go on there.",
    "ticket.take_in": "{who} merged {loser} into {key}.",
    "ticket.rate": "{who} gave {key} {score} of 5",
}

#: Which word of the trail follows the sentence. A note to the assignee stays at the desk.
_FOLLOWED_BY: Mapping[tuple[str, Audience], str] = {
    ("ticket.resolve", Audience.REQUESTER): "resolution",
    ("ticket.resolve", Audience.DESK): "resolution",
    ("ticket.resolve", Audience.FOLLOWER): "resolution",
    ("ticket.hold", Audience.REQUESTER): "reason",
    ("ticket.hold", Audience.DESK): "reason",
    ("ticket.cancel", Audience.REQUESTER): "reason",
    ("ticket.cancel", Audience.DESK): "reason",
    ("ticket.cancel", Audience.FOLLOWER): "reason",
    ("ticket.close", Audience.REQUESTER): "reason",
    ("ticket.close", Audience.DESK): "reason",
    ("ticket.close", Audience.FOLLOWER): "reason",
    ("ticket.assign", Audience.DESK): "note",
    ("ticket.delete", Audience.DESK): "reason",
    ("ticket.transfer", Audience.DESK): "note",
    ("ticket.rate", Audience.DESK): "comment",
}


def happened(
    line: HistoryLine, ticket: TicketView, audience: Audience, reader: str | None = None
) -> Message:
    """A line in the requester's or the desk's thread. Calls the reader."""
    if line.action.startswith(approval_notices.AREA):
        return approval_notices.happened(line, ticket.key)
    words = _sentence(line, ticket, audience)
    following = _FOLLOWED_BY.get((line.action, audience))
    if following and (said := detail(line, following)):
        words = f"{words}: {said}"
    elif not words.endswith("."):
        words += "."
    if reader is not None:
        called = section(mrkdwn(f"{mention(reader)} {clip_escaped(words, 2900)}"))
        return message(words, [called])
    is_theirs = line.action == "ticket.resolve" and audience is Audience.REQUESTER
    asked = is_it_solved(ticket, detail(line, "closes_at")) if is_theirs else []
    return message(words, [*rich_text(words), *asked])


def _sentence(line: HistoryLine, ticket: TicketView, audience: Audience) -> str:
    sentences = _TO_DESK if audience is Audience.DESK else _TO_REQUESTER
    sentence = sentences.get(line.action)
    if sentence is None:
        return f"{ticket.key}: {who(line)} ({readable(line.action)})."
    now = ticket.assignee.name if ticket.assignee else "Somebody"
    return sentence.format(
        key=ticket.key,
        who=who(line),
        assignee=_short(detail(line, "assignee") or now),
        requester=_short(ticket.requester.name),
        department=_short(ticket.department),
        former=_short(detail(line, "from") or "another department"),
        winner=_short(detail(line, "into") or "another ticket"),
        loser=_short(detail(line, "loser") or "another ticket"),
        follower=_short(detail(line, "follower") or "Somebody"),
        score=line.details.get("score", "–"),
        resolved_as=resolved_as(line),
        continued_in=_short(detail(line, "continued_in") or "a new ticket"),
    )


def _short(name: str) -> str:
    return clip(one_line(name), NAME_MAX)


def assigned(ticket: TicketView, by: str, note: str = "") -> Message:
    """To the new assignee alone."""
    words = f"{_short(by)} gave you"
    blocks = [section(plain_text(f"{words} {title(ticket)}"))]
    if note.strip():
        blocks += rich_text(note)
    return message(f"{words} {spoken(ticket)}", blocks)


def kept_internal(ref: MessageRef) -> Message:
    """To whoever wrote in a desk thread for the first time."""
    words = "Only the desk sees this."
    more = "Did you mean it for the requester? Send it with the button."
    return message(
        words,
        [
            section(plain_text(words)),
            context(plain_text(more)),
            actions([button(Action.SEND_TO_REQUESTER, "Send to requester", ref.dump())]),
        ],
    )


def not_passed_on(ticket: TicketView) -> Message:
    """To whoever wrote in a thread of a ticket they are not on."""
    words = f"You are not on {ticket.key}, so what you wrote was not passed on."
    more = "Ask the people of its department to add you."
    return message(words, [section(plain_text(words)), context(plain_text(more))])
