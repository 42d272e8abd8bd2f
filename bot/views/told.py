"""What one person is told about something that happened: directly, or by a mention."""

from collections.abc import Callable, Mapping
from functools import partial

from bot.ids import Action
from bot.views import notices, part_notices, ratings, reports, triage
from bot.views.parts import (
    NAME_MAX,
    Message,
    actions,
    button,
    clip,
    clip_escaped,
    mention,
    message,
    mrkdwn,
    one_line,
    plain_text,
    section,
)
from bot.views.ticket_card import reference, spoken, title
from core.communication.queries import Told
from core.communication.ways import (
    ASKED_AGAIN,
    ASSIGNED,
    MENTIONED,
    NOTED,
    RATED,
    REPLIED,
    REPORT_MADE,
    REPORT_REFUSED,
)
from core.reports.figures import Figures
from core.tickets.parts.giving import PART_GIVEN
from core.tickets.parts.service import PARTS_DONE
from core.tickets.parts.splitting import SPLIT_ASKED
from core.tickets.queries import TicketView
from core.tickets.states import Status
from core.tickets.triage.delivery_trouble import NOT_SENT
from core.tickets.triage.desk_privacy import PUBLIC
from core.tickets.triage.desk_trouble import MENDED, TROUBLE
from core.tickets.triage.waiting import WAITS

#: None when there is nothing to say any more.
Teller = Callable[[Told, TicketView], Message | None]


def tell(told: Told, ticket: TicketView | None) -> Message | None:
    """None when it is not so any more, or nothing is known to say about it."""
    if told.topic in _WITHOUT_TICKET:
        return _WITHOUT_TICKET[told.topic](told)
    teller = _ABOUT_TICKET.get(told.topic)
    return teller(told, ticket) if teller and ticket else None


def called(reader: str, said: Message) -> Message:
    """The same in a thread, where it calls the reader."""
    words = f"{mention(reader)} {said['text']}"
    buttons = [each for each in said["blocks"] if each["type"] == "actions"]
    return {"text": said["text"], "blocks": [section(mrkdwn(words)), *buttons]}


def line(told: Told, ticket: TicketView | None) -> str:
    """In a list of news, as markup."""
    said = tell(told, ticket)
    if said is not None:
        return said["text"]
    return clip_escaped(spoken(ticket), 200) if ticket else "This is over."


def _by(told: Told) -> str:
    return _short(str(told.details.get("by") or "Somebody"))


def _short(name: str) -> str:
    return clip(one_line(name), NAME_MAX)


def _said(what: str, told: Told, ticket: TicketView, *pressed: Action) -> Message:
    words = f"{_by(told)} {what}"
    labels = {Action.HISTORY: "History", Action.REPLY: "Reply to requester"}
    buttons = [button(each, labels[each], reference(ticket)) for each in pressed]
    blocks = [section(plain_text(f"{words} {title(ticket)}"))]
    return message(f"{words} {spoken(ticket)}", [*blocks, actions(buttons)])


def _replied(told: Told, ticket: TicketView) -> Message:
    wrote_it = told.details.get("by") == ticket.requester.name
    pressed = (Action.HISTORY, Action.REPLY) if wrote_it else (Action.HISTORY,)
    return _said("wrote on", told, ticket, *pressed)


def _noted(what: str, told: Told, ticket: TicketView) -> Message:
    return _said(what, told, ticket, Action.HISTORY)


_STATUS: Mapping[str, str] = {
    "ticket.reopen": "{by} reopened",
    "ticket.resolve": "{by} resolved",
    "ticket.close": "{by} closed",
    "ticket.cancel": "{by} cancelled",
    "ticket.release": "{by} put back into the queue",
    "ticket.assign": "{by} gave to {assignee}",
    "ticket.transfer": "{by} moved to {department}",
}


def _asked_again(told: Told, ticket: TicketView) -> Message:
    return message(
        f"{spoken(ticket)} waits for your answer",
        [section(plain_text(f"{title(ticket)} waits for your answer"))],
    )


def _moved(told: Told, ticket: TicketView) -> Message:
    names = ("assignee", "department")
    named = {each: _short(str(told.details.get(each) or "somebody else")) for each in names}
    words = _STATUS[told.topic].format(by=_by(told), **named)
    return message(f"{words} {spoken(ticket)}", [section(plain_text(f"{words} {title(ticket)}"))])


def _assigned(told: Told, ticket: TicketView) -> Message:
    by, note = str(told.details.get("by", "")), str(told.details.get("note", ""))
    return notices.assigned(ticket, by, note)


def _parts_done(told: Told, ticket: TicketView) -> Message:
    return part_notices.parts_done(ticket)


def _split_asked(told: Told, ticket: TicketView) -> Message:
    return part_notices.split_asked(ticket, str(told.details.get("by", "")))


def _waits(told: Told, ticket: TicketView) -> Message | None:
    if ticket.status is not Status.NEW:
        return None
    return triage.waits(ticket, int(told.details["since"]))


def _in_trouble(told: Told) -> Message:
    named = (str(told.details[name]) for name in ("department", "channel", "trouble"))
    return triage.desk_in_trouble(*named)


def _mended(told: Told) -> Message:
    return triage.desk_mended(str(told.details["department"]))


def _in_public(told: Told) -> Message:
    return triage.desk_in_public(str(told.details["department"]), str(told.details["channel"]))


def _not_sent(told: Told) -> Message:
    named = (str(told.details[name]) for name in ("topic", "row", "error"))
    return triage.not_sent(*named)


def _part_given(told: Told) -> Message:
    return part_notices.given(_by(told), told.details)


def _report(told: Told) -> Message:
    return reports.report(Figures.model_validate(told.details))


def _no_report(told: Told) -> Message:
    return reports.refused()


_WITHOUT_TICKET: Mapping[str, Callable[[Told], Message]] = {
    REPORT_MADE: _report,
    REPORT_REFUSED: _no_report,
    TROUBLE: _in_trouble,
    MENDED: _mended,
    PUBLIC: _in_public,
    NOT_SENT: _not_sent,
    PART_GIVEN: _part_given,
}
_ABOUT_TICKET: Mapping[str, Teller] = {
    ASSIGNED: _assigned,
    REPLIED: _replied,
    NOTED: partial(_noted, "wrote a note on"),
    MENTIONED: partial(_noted, "mentioned you on"),
    PARTS_DONE: _parts_done,
    SPLIT_ASKED: _split_asked,
    WAITS: _waits,
    ASKED_AGAIN: _asked_again,
    RATED: ratings.rated,
    **dict.fromkeys(_STATUS, _moved),
}
