"""A desk channel that was chosen: whether everybody can read it."""

import uuid
from collections.abc import Mapping
from functools import partial
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from bot.gateway import Undeliverable
from core.notices import Topic
from core.tickets.triage.desk_privacy import note
from workers.deliveries.calls import Composed, Composer, Errand, Write
from workers.deliveries.scene import Scene
from workers.runtime import Runtime


def is_public(channel: Mapping[str, Any]) -> bool:
    """As Slack describes it. What it does not tell is no news."""
    return channel.get("is_private") is False


def _chosen(payload: dict[str, Any], scene: Scene) -> Composed:
    return Errand(partial(_look, uuid.UUID(payload["department_id"]), payload["channel_id"]))


async def _look(department_id: uuid.UUID, channel_id: str, runtime: Runtime) -> Write:
    try:
        answer = await runtime.gateway.ask("conversations.info", channel=channel_id)
    except Undeliverable:
        # Why cards cannot be posted there is found out by the look at all of them.
        return _nothing
    return partial(
        _note,
        department_id=department_id,
        channel_id=channel_id,
        is_open=is_public(answer["channel"]),
    )


async def _note(
    session: AsyncSession, department_id: uuid.UUID, channel_id: str, *, is_open: bool
) -> None:
    await note(session, department_id, channel_id, is_public=is_open)


async def _nothing(session: AsyncSession) -> None:
    """There is nothing to write down."""


COMPOSERS: Mapping[str, Composer] = {Topic.DESK_CHOSEN: _chosen}
