"""The history of a ticket, one line for each thing that happened."""

from collections.abc import Mapping, Sequence
from typing import Any

from bot.views.parts import (
    NAME_MAX,
    Block,
    Form,
    clip,
    context,
    date,
    modal,
    mrkdwn,
    one_line,
    plain_text,
    section,
)
from bot.views.ticket_card import title
from core.tickets.history import HistoryLine
from core.tickets.queries import TicketView

#: As many as stay below Slack's size of a view, whatever characters they are made of.
LINES_MAX = 50
LINE_MAX = 300
VALUE_MAX = 60

_DONE: Mapping[str, str] = {
    "ticket.open": "filed the ticket",
    "ticket.claim": "took the ticket",
    "ticket.assign": "gave the ticket to {assignee}",
    "ticket.release": "put the ticket back into the queue",
    "ticket.start": "started to work on it",
    "ticket.wait": "set the ticket to wait for the requester",
    "ticket.hold": "put the ticket on hold",
    "ticket.answer": "answered, so work goes on",
    "ticket.resolve": "resolved the ticket",
    "ticket.reopen": "reopened the ticket",
    "ticket.close": "closed the ticket",
    "ticket.cancel": "cancelled the ticket",
    "ticket.edit": "changed {changes}",
    "ticket.delete": "deleted the ticket",
    "ticket.restore": "restored the ticket",
    "ticket.refused": "was not allowed to do something",
    "ticket.ask_split": "asked {asked} to split the ticket",
    "part.add": "passed on {part}",
    "part.accept": "accepted {part}",
    "part.start": "started to work on {part}",
    "part.finish": "finished {part}",
    "part.send_back": "sent back {part}",
    "part.send_again": "sent {part} again",
    "part.cancel": "cancelled {part}",
    "part.propose": "proposed another time for {part}",
    "part.agree": "agreed to another time for {part}",
    "part.keep": "kept the time of {part}",
    "part.say": "wrote about {part}",
    "message.reply": "wrote a reply",
    "ticket.transfer": "moved the ticket to {department}",
    "ticket.merge": "merged the ticket into {into}",
    "ticket.take_in": "merged {loser} into the ticket",
    "message.note": "wrote a note for the desk",
}

#: Details that sentences name.
_NAMED = ("part", "asked", "department", "into", "loser")

#: Details that anybody on the ticket may read, and those that stay at the desk.
_TOLD = ("resolution", "reason")
_TOLD_AT_DESK = (*_TOLD, "note")


def history(ticket: TicketView, lines: Sequence[HistoryLine], *, at_desk: bool = False) -> Form:
    """The newest lines, oldest first. `at_desk`: with the notes that people gave each other."""
    shown = [_row(line, at_desk) for line in lines[-LINES_MAX:]]
    if not shown:
        shown = [section(plain_text("Nothing has happened here yet."))]
    about = section(plain_text(title(ticket)))
    return modal(f"{ticket.key} history", [about, *shown], close="Close")


def _row(line: HistoryLine, at_desk: bool) -> Block:
    words = f"{who(line)} {_what(line)}"
    names = _TOLD_AT_DESK if at_desk else _TOLD
    said = next((note for name in names if (note := detail(line, name))), "")
    words = f"{words}: {one_line(said)}" if said else f"{words}."
    return context(mrkdwn(date(line.at)), plain_text(words, LINE_MAX))


def who(line: HistoryLine) -> str:
    name = one_line(line.who or "")
    return clip(name, NAME_MAX) if name else "The help desk"


def detail(line: HistoryLine, name: str) -> str:
    """A word from the trail; empty when it is missing."""
    found = line.details.get(name)
    return found.strip() if isinstance(found, str) else ""


def readable(action: str) -> str:
    """`ticket.hand_over` as “ticket: hand over”, for what has no sentence of its own."""
    return action.replace(".", ": ").replace("_", " ")


def _what(line: HistoryLine) -> str:
    done = _DONE.get(line.action)
    if done is None:
        return f"({readable(line.action)})"
    assignee = clip(one_line(detail(line, "assignee")), NAME_MAX) or "somebody else"
    named = {name: clip(one_line(detail(line, name)), NAME_MAX) for name in _NAMED}
    return done.format(assignee=assignee, changes=_changes(line.changes), **named)


def _changes(changes: Mapping[str, Any]) -> str:
    return ", ".join(_change(name, pair) for name, pair in changes.items()) or "the ticket"


def _change(name: str, pair: Any) -> str:
    label = name.replace("_", " ")
    if name == "description" or not isinstance(pair, list) or len(pair) != 2:
        return label
    before, after = (clip(one_line(str(value)), VALUE_MAX) for value in pair)
    return f"{label} from “{before}” to “{after}”"
