"""The ticket itself: cards, receipts, and lines about what happened to it."""

import uuid
from collections.abc import Callable, Mapping
from typing import Any

from bot.gateway import Post, Update
from bot.views import notices, ticket_card
from bot.views.parts import Message
from core.communication.models import Audience
from core.notices import Place, Topic
from core.tickets.queries import TicketView
from workers.deliveries.calls import Composed, Composer, NotYet, Skip
from workers.deliveries.scene import Scene

GONE = Skip("the ticket was deleted")
NEVER_SHOWN = Skip("Slack did not take the message that it would change")
NO_DESK = Skip("its department has no desk channel")
ELSEWHERE = Skip("the ticket is not there any more")
SHOWN = Skip("the desk has its card already")


def _receipt(payload: dict[str, Any], scene: Scene) -> Composed:
    ticket = scene.ticket(payload)
    if ticket is None:
        return GONE
    message = ticket_card.receipt(ticket)
    source = scene.thread_of(ticket.id, Audience.REQUESTER)
    if source is not None:
        return Post(source.channel_id, **message, thread_ts=source.root_ts)
    return Post(ticket.requester.slack_user_id, **message)


def _card(payload: dict[str, Any], scene: Scene) -> Composed:
    ticket = scene.ticket(payload)
    if ticket is None:
        return GONE
    if ticket.desk_channel_id is None:
        return NO_DESK
    if payload.get("department_id", str(ticket.department_id)) != str(ticket.department_id):
        return ELSEWHERE
    if scene.thread_of(ticket.id, Audience.DESK) is not None:
        return SHOWN
    return Post(ticket.desk_channel_id, **_desk_card(ticket, scene))


def _desk_card(ticket: TicketView, scene: Scene) -> Message:
    return ticket_card.card(ticket, scene.approvals.of_ticket(ticket.id))


def _own_receipt(ticket: TicketView, scene: Scene) -> Message:
    return ticket_card.receipt(ticket)


def _changed(audience: Audience, view: Callable[[TicketView, Scene], Message]) -> Composer:
    def composer(payload: dict[str, Any], scene: Scene) -> Composed:
        ticket = scene.ticket(payload)
        if ticket is None:
            return _taken_down(payload, audience, scene)
        if audience is Audience.DESK and ticket.desk_channel_id is None:
            return NO_DESK
        thread = scene.thread_of(ticket.id, audience)
        if thread is None or thread.card_ts is None:
            is_coming = scene.is_awaited(Place(ticket.id, audience))
            gone = ELSEWHERE if ticket.merged_into is not None else NEVER_SHOWN
            return NotYet() if is_coming else gone
        return Update(thread.channel_id, thread.card_ts, **view(ticket, scene))

    return composer


def _taken_down(payload: dict[str, Any], audience: Audience, scene: Scene) -> Composed:
    """What shows a deleted ticket must not look alive: its buttons lead nowhere."""
    thread = scene.thread_of(uuid.UUID(payload["ticket_id"]), audience)
    if thread is None or thread.card_ts is None:
        return GONE
    return Update(thread.channel_id, thread.card_ts, **ticket_card.taken_down())


def _happened(payload: dict[str, Any], scene: Scene) -> Composed:
    ticket, thread = scene.ticket(payload), scene.thread(payload)
    line = scene.lines.get(payload["audit_id"])
    if ticket is None or thread is None or line is None:
        return Skip("the ticket was deleted, or has no such thread")
    reader = scene.reader(payload) if "reader_id" in payload else None
    message = notices.happened(line, ticket, thread.audience, reader)
    return Post(thread.channel_id, **message, thread_ts=thread.root_ts)


COMPOSERS: Mapping[str, Composer] = {
    Topic.RECEIPT: _receipt,
    Topic.CARD: _card,
    Topic.RECEIPT_CHANGED: _changed(Audience.REQUESTER, _own_receipt),
    Topic.CARD_CHANGED: _changed(Audience.DESK, _desk_card),
    Topic.HAPPENED: _happened,
}
