"""The emoji on the message that a ticket was made from."""

import uuid
from collections.abc import Mapping
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from bot.gateway import Gateway, SlackFailure
from core.communication.marks import EMOJI, Mark, find_mark
from core.db import unit_of_work
from core.notices import Topic
from workers.deliveries.calls import Composed, Composer, Errand, Write
from workers.deliveries.scene import Scene
from workers.runtime import Runtime

#: It is there or gone already, or cannot be: nobody waits for an emoji.
_NO_MATTER = frozenset(
    {
        *("already_reacted", "no_reaction", "too_many_emoji", "too_many_reactions"),
        *("channel_not_found", "not_in_channel", "is_archived", "message_not_found"),
        *("missing_scope", "not_reactable", "thread_locked", "restricted_action"),
    }
)


def _marked(payload: dict[str, Any], scene: Scene) -> Composed:
    ticket_id = uuid.UUID(payload["ticket_id"])

    async def run(runtime: Runtime) -> Write:
        async with unit_of_work(runtime.sessions) as session:
            mark = await find_mark(session, ticket_id)
        if mark is not None:
            await _put(runtime.gateway, mark)
        return _nothing

    return Errand(run)


async def _put(gateway: Gateway, mark: Mark) -> None:
    """One of ours, and no other."""
    place = {"channel": mark.channel_id, "timestamp": mark.message_ts}
    there = await _ask(gateway, "reactions.get", **place)
    if there is None:
        return
    message = there.get("message") or {}
    worn = {each.get("name") for each in message.get("reactions") or []}
    for name in sorted(worn & set(EMOJI.values()) - {mark.emoji}):
        await _ask(gateway, "reactions.remove", **place, name=name)
    if mark.emoji is not None:
        await _ask(gateway, "reactions.add", **place, name=mark.emoji)


async def _ask(gateway: Gateway, method: str, **arguments: str) -> dict[str, Any] | None:
    try:
        return await gateway.ask(method, **arguments)
    except SlackFailure as failure:
        if failure.code in _NO_MATTER:
            return None
        raise


async def _nothing(session: AsyncSession) -> None:
    """An emoji leaves no trace in our records."""


COMPOSERS: Mapping[str, Composer] = {Topic.SOURCE_MARKED: _marked}
