"""A reply that waits a moment before it leaves: what whoever sends it is told, alone."""

from datetime import datetime
from math import ceil

from bot.ids import Action
from bot.payloads import MessageRef
from bot.views.parts import (
    NAME_MAX,
    Message,
    actions,
    button,
    clip,
    message,
    one_line,
    plain_text,
    section,
)
from core.tickets.queries import TicketView


def held(ticket: TicketView, ref: MessageRef, until: datetime, now: datetime) -> Message:
    seconds = max(ceil((until - now).total_seconds()), 1)
    unit = "second" if seconds == 1 else "seconds"
    words = f"Goes to {_requester(ticket)} in {seconds} {unit}."
    undo = button(Action.UNDO, "Undo", ref.dump())
    return message(words, [section(plain_text(words)), actions([undo])])


def taken_back(ticket: TicketView, ref: MessageRef) -> Message:
    words = f"Called back: {_requester(ticket)} does not get it."
    again = button(Action.SEND_TO_REQUESTER, "Send to requester", ref.dump())
    return message(words, [section(plain_text(words)), actions([again])])


def _requester(ticket: TicketView) -> str:
    return clip(one_line(ticket.requester.name), NAME_MAX)
