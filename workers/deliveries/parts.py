"""Parts of tickets: their cards, what happened to them, and what their desks say to each other."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from bot.gateway import Post, Update
from bot.views import copies, part_card, part_notices
from core.db import utc_now
from core.notices import Place, Topic
from core.outbox import Claim
from core.tickets.parts import queries as sub_queries
from core.tickets.parts.queries import PartView
from core.tickets.triage.desk_trouble import note
from workers.deliveries.calls import Composed, Composer, NotYet, Skip
from workers.deliveries.scene import Scene
from workers.deliveries.triage import FETCHED, NO_CHANNEL

_LOOK_AGAIN = timedelta(minutes=5)
#: Its thread stays in that channel, so it may never be taken.
_PATIENCE = timedelta(days=3)
GONE = Skip("the part was deleted, or there is no such thread")
NEVER_SHOWN = Skip("Slack did not take the message that it would change")


def _card(payload: dict[str, Any], scene: Scene) -> Composed:
    part = scene.parts.get(payload["part_id"])
    if part is None or part.desk_channel_id is None:
        return GONE
    approvals = scene.approvals.of_part(part.id)
    return Post(part.desk_channel_id, **part_card.card(part, approvals))


def _card_changed(payload: dict[str, Any], scene: Scene) -> Composed:
    part, thread = scene.parts.get(payload["part_id"]), scene.thread(payload)
    if part is None or part.desk_channel_id is None:
        return GONE
    if thread is None or thread.card_ts is None:
        return NotYet() if scene.is_awaited(Place.of(payload)) else NEVER_SHOWN
    message = part_card.card(part, scene.approvals.of_part(part.id))
    return Update(thread.channel_id, thread.card_ts, **message)


def _happened(payload: dict[str, Any], scene: Scene) -> Composed:
    part, thread = scene.parts.get(payload["about"]), scene.thread(payload)
    line = scene.lines.get(payload["audit_id"])
    if part is None or thread is None or line is None:
        return GONE
    reader = scene.reader(payload) if "reader_id" in payload else None
    message = part_notices.happened(line, part, thread.audience, reader)
    return Post(thread.channel_id, **message, thread_ts=thread.root_ts)


def _said(payload: dict[str, Any], scene: Scene) -> Composed:
    part, thread = scene.parts.get(payload["about"]), scene.thread(payload)
    said = scene.said.get(payload["message_id"])
    if part is None or thread is None or said is None:
        return GONE
    first, *_ = copies.copies(said.body, is_edited=said.edited_at is not None)
    return Post(
        thread.channel_id,
        **first,
        thread_ts=thread.root_ts,
        # Above the words, so that it stays when the words are edited.
        username=f"{said.sender.name} ({part.key})",
        icon_url=said.sender.image_url,
    )


def _parts_done(payload: dict[str, Any], scene: Scene) -> Composed:
    ticket, thread = scene.ticket(payload), scene.thread(payload)
    if ticket is None or thread is None:
        return GONE
    message = part_notices.parts_done(ticket)
    return Post(thread.channel_id, **message, thread_ts=thread.root_ts)


async def take_another_way(session: AsyncSession, claim: Claim, code: str) -> timedelta | None:
    """How long what is for a part's desk waits that its channel did not take, until it is tried
    again; a card, where the desk's cards go then. None when there is no desk to tell of it, or
    nobody mended it for days."""
    before = await _addressed(session, claim)
    if code not in NO_CHANNEL or before is None or claim.topic in FETCHED:
        return None
    await note(session, before.department_id, code)
    if claim.topic != Topic.PART_CARD:
        return _LOOK_AGAIN if utc_now() - claim.created_at < _PATIENCE else None
    now = await _addressed(session, claim)
    is_elsewhere = now is not None and now.desk_channel_id != before.desk_channel_id
    return timedelta() if is_elsewhere else _LOOK_AGAIN


async def _addressed(session: AsyncSession, claim: Claim) -> PartView | None:
    part_id = claim.payload["part_id"]
    return (await sub_queries.list_part_views(session, [part_id])).get(part_id)


COMPOSERS: Mapping[str, Composer] = {
    Topic.PART_CARD: _card,
    Topic.PART_CARD_CHANGED: _card_changed,
    Topic.PART_HAPPENED: _happened,
    Topic.PART_SAID: _said,
    Topic.PARTS_DONE: _parts_done,
}
