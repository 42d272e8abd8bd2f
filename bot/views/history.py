"""The history of a ticket: a page of lines and messages, in the order they came."""

from collections.abc import Iterator, Mapping
from typing import Any

from bot.ids import Action
from bot.payloads import TicketRef
from bot.payloads.pages import PageRef
from bot.views.approval_words import amount_of
from bot.views.files import size
from bot.views.parts import (
    NAME_MAX,
    Block,
    Form,
    actions,
    button,
    clip,
    context,
    date,
    modal,
    mrkdwn,
    one_line,
    plain_text,
    section,
)
from core.communication.timeline import Entry, Timeline
from core.tickets.history import HistoryLine
from core.tickets.states import ResolutionReason

LINE_MAX = 300
VALUE_MAX = 60
#: Of a message; the transcript has all of it.
BODY_MAX = 300

_DONE: Mapping[str, str] = {
    "ticket.open": "filed the ticket",
    "ticket.claim": "took the ticket",
    "ticket.assign": "gave the ticket to {assignee}",
    "ticket.release": "put the ticket back into the queue",
    "ticket.start": "started to work on it",
    "ticket.wait": "set the ticket to wait for the requester",
    "ticket.hold": "put the ticket on hold",
    "ticket.answer": "answered, so work goes on",
    "ticket.resolve": "resolved the ticket{resolved_as}",
    "ticket.reopen": "reopened the ticket",
    "ticket.close": "closed the ticket",
    "ticket.cancel": "cancelled the ticket",
    "ticket.edit": "changed {changes}",
    "ticket.delete": "deleted the ticket",
    "ticket.restore": "restored the ticket",
    "ticket.watch": "follows the ticket now",
    "ticket.unwatch": "stopped following the ticket",
    "ticket.add_follower": "added {follower}",
    "ticket.join": "wrote in the conversation, and is on the ticket now",
    "ticket.source_read": "brought along what was said before",
    "ticket.source_unread": "filed it from a conversation that the help desk cannot read",
    "ticket.source_cut": "filed it from a conversation that is too long to bring along",
    "ticket.continue": "went on in {continued_in}",
    "ticket.refused": "was not allowed to do something",
    "refused": "was not allowed to do something",
    "ticket.ask_split": "asked {asked} to split the ticket",
    "part.add": "passed on {part}",
    "part.accept": "accepted {part}",
    "part.assign": "gave {part} to {assignee}",
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
    "ticket.set_due": "changed when the ticket is due",
    "sla.warn": "reminded the desk of the time",
    "ticket.transfer": "moved the ticket to {department}",
    "ticket.merge": "merged the ticket into {into}",
    "ticket.rate": "gave it {score} of 5",
    "ticket.take_in": "merged {loser} into the ticket",
    "message.note": "wrote a note for the desk",
    "message.publish": "sent a note on to the requester",
    "message.undo": "called a reply back",
    "message.canned": "used the canned reply “{canned}”",
    "message.edit": "edited a message",
    "message.delete": "deleted a message",
    "resolution.add": "put a message into the resolution note",
    "resolution.remove": "took a message out of the resolution note",
    "file.attach": "attached {file}",
    "file.refuse": "shared a file that was not taken",
    "ticket.request_approval": "let the ticket wait for approval",
    "ticket.end_approval": "ended the wait for approval",
    "approval.ask": "asked for approval of {amount}",
    "approval.approve": "approved {amount}",
    "approval.reject": "rejected {amount}",
    "approval.ask_changes": "asked for changes before {amount} is approved",
    "approval.answer": "answered about {amount}",
    "approval.withdraw": "withdrew the request for approval of {amount}",
    "approval.expire": "let the request for approval of {amount} expire",
    "approval.void": "made the approval of {amount} void, since its facts changed",
    "approval.nudge": "reminded whoever decides about {amount}",
    "approval.remind": "reminded whoever decides about {amount}",
    "approval.escalate": "asked others to decide about {amount} as well",
    "approval.refused": "was not allowed to decide about {amount}",
    "approval.reseat": "saw anew who decides about {amount}",
}

#: Details that sentences name.
_NAMED = ("part", "asked", "department", "into", "loser", "canned")

#: Details that anybody on the ticket may read, and those that stay at the desk.
_TOLD = ("resolution", "reason", "words", "answer")
_TOLD_AT_DESK = (*_TOLD, "note", "comment")


def history(page: Timeline) -> Form:
    shown = [block for entry in page.entries for block in _rows(entry, page.at_desk)]
    if not shown:
        shown = [section(plain_text("Nothing has happened here yet."))]
    about = section(plain_text(f"{page.key} · {page.summary}"))
    return modal(f"{page.key} history", [about, *shown, _ways(page)], close="Close")


def _ways(page: Timeline) -> Block:
    """On to other pages, and out as a file."""
    ref = TicketRef(page.ticket_id, page.version)
    found = []
    if page.entries and page.has_older:
        older = PageRef(ref, page.entries[0].position, is_older=True)
        found.append(button(Action.HISTORY_OLDER, "Older", older.dump()))
    if page.entries and page.has_newer:
        newer = PageRef(ref, page.entries[-1].position, is_older=False)
        found.append(button(Action.HISTORY_NEWER, "Newer", newer.dump()))
    found.append(button(Action.TRANSCRIPT, "Transcript", ref.dump()))
    if page.at_desk:
        found.append(button(Action.DELIVERIES, "Deliveries", ref.dump()))
    return actions(found)


def transcript_coming(key: str) -> Form:
    words = f"Your transcript of {key} is on its way to your direct messages."
    return modal("Transcript", [section(plain_text(words))], close="OK")


def _rows(entry: Entry, at_desk: bool) -> Iterator[Block]:
    words = plain_text(sentence(entry, at_desk), LINE_MAX)
    yield context(mrkdwn(date(entry.line.at)), words)
    if body(entry):
        yield section(plain_text(body(entry), BODY_MAX))


def sentence(entry: Entry, at_desk: bool) -> str:
    """What happened. `at_desk`: with the notes that people gave each other."""
    line = entry.line
    words = f"{who(line)} {_what(line)}"
    if label := detail(line, "status_label"):
        words = f"{words} (now “{one_line(label)}”)"
    if entry.is_deleted:
        return f"{words}, which was deleted."
    if entry.is_edited:
        words = f"{words} (edited)"
    names = _TOLD_AT_DESK if at_desk else _TOLD
    said = next((note for name in names if (note := detail(line, name))), "")
    if said:
        return f"{words}: {one_line(said)}"
    return f"{words}:" if body(entry) else f"{words}."


def body(entry: Entry) -> str:
    """A message's own words; empty where there are none, or none any more."""
    return "" if entry.is_deleted else (entry.body or "").strip()


def who(line: HistoryLine) -> str:
    name = one_line(line.who or "")
    nobody = "Somebody unknown" if line.action == "refused" else "The help desk"
    return clip(name, NAME_MAX) if name else nobody


def detail(line: HistoryLine, name: str) -> str:
    """A word from the trail; empty when it is missing."""
    found = line.details.get(name)
    return found.strip() if isinstance(found, str) else ""


def resolved_as(line: HistoryLine) -> str:
    """Behind what was resolved; nothing where nobody was asked why."""
    chosen = detail(line, "resolution_reason")
    is_known = chosen in set(ResolutionReason)
    return f" ({ResolutionReason(chosen).words})" if is_known else ""


def readable(action: str) -> str:
    """`ticket.hand_over` as “ticket: hand over”, for what has no sentence of its own."""
    return action.replace(".", ": ").replace("_", " ")


def _what(line: HistoryLine) -> str:
    done = _DONE.get(line.action)
    if done is None:
        return f"({readable(line.action)})"
    assignee = clip(one_line(detail(line, "assignee")), NAME_MAX) or "somebody else"
    file = clip(one_line(detail(line, "file")), NAME_MAX) or "a file"
    if size_bytes := line.details.get("size_bytes"):
        file = f"{file} ({line.details.get('media_type')}, {size(size_bytes)})"
    named = {name: clip(one_line(detail(line, name)), NAME_MAX) for name in _NAMED}
    return done.format(
        assignee=assignee,
        changes=_changes(line.changes),
        file=file,
        follower=clip(one_line(detail(line, "follower")), NAME_MAX) or "somebody",
        amount=amount_of(line.details),
        score=line.details.get("score", "–"),
        continued_in=clip(one_line(detail(line, "continued_in")), NAME_MAX) or "a new ticket",
        resolved_as=resolved_as(line),
        **named,
    )


def _changes(changes: Mapping[str, Any]) -> str:
    return ", ".join(_change(name, pair) for name, pair in changes.items()) or "the ticket"


def _change(name: str, pair: Any) -> str:
    label = name.replace("_", " ")
    if name == "description" or not isinstance(pair, list) or len(pair) != 2:
        return label
    before, after = (clip(one_line(str(value)), VALUE_MAX) for value in pair)
    return f"{label} from “{before}” to “{after}”"
