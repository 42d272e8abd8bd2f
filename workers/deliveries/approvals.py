"""What is said about approvals: the cards of those who decide, and messages to one person."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from bot.gateway import Post, Update
from bot.views import approval_card, approval_notices, approvals_home
from bot.views.parts import Block
from core.notices import Topic
from core.tickets.approvals.desks import APPROVERS, read_desk
from core.users.permissions import Actor
from workers.deliveries.approval_scene import request_of
from workers.deliveries.calls import Composed, Composer, Skip
from workers.deliveries.scene import Scene

GONE = Skip("the request or the person was deleted, or the person may not see it")
NEVER_SHOWN = Skip("Slack did not take the message that it would change")


def _asked(payload: dict[str, Any], scene: Scene) -> Composed:
    """Whoever is asked again has a card already."""
    request, reader = scene.approvals.card(payload), scene.reader(payload)
    if request is None or reader is None:
        return GONE
    place = scene.approvals.place(payload)
    message = approval_card.card(request)
    return Update(*place, **message) if place else Post(reader, **message)


def _changed(payload: dict[str, Any], scene: Scene) -> Composed:
    place = scene.approvals.place(payload)
    if place is None:
        return NEVER_SHOWN
    request = scene.approvals.card(payload)
    message = approval_card.card(request) if request else approval_card.gone()
    return Update(*place, **message)


def _told(payload: dict[str, Any], scene: Scene) -> Composed:
    told = scene.told.get(payload["notification_id"])
    ticket = scene.tickets.get(told.ticket_id) if told and told.ticket_id else None
    if told is None or ticket is None:
        return GONE
    amount = scene.approvals.amounts.get(request_of(told), "an amount")
    message = approval_notices.told(told.topic, told.details, ticket, amount)
    if message is None:
        return Skip(f"nothing is known to say about {told.topic}")
    return Post(told.slack_user_id, **message)


async def home_section(session: AsyncSession, actor: Actor) -> Sequence[Block]:
    """For the Home tab of whoever decides about money; nothing for anybody else."""
    desk = await read_desk(session, actor)
    is_theirs = actor.role in APPROVERS or desk.waiting or desk.away
    return approvals_home.section_of(desk) if is_theirs else ()


COMPOSERS: Mapping[str, Composer] = {
    Topic.APPROVAL_ASKED: _asked,
    Topic.APPROVAL_CHANGED: _changed,
    Topic.APPROVAL_TOLD: _told,
}
