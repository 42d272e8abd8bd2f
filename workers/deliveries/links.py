"""What is shown below links to tickets."""

import uuid
from collections.abc import Mapping
from functools import partial
from typing import Any

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from bot.gateway import SlackFailure
from bot.views.unfurl import unfurl
from core.db import unit_of_work
from core.notices import Topic
from core.tickets.links import read_linked
from core.users import queries as users
from workers.deliveries.calls import Composed, Composer, Errand, Skip, Write
from workers.deliveries.scene import Scene
from workers.runtime import Runtime

log = structlog.get_logger(__name__)

#: Slack's words for what it will never take, such as a link in a message that was deleted.
_NEVER = frozenset(
    {
        "cannot_find_channel",
        "cannot_find_message",
        "cannot_find_service",
        "cannot_parse_attachment",
        "cannot_prompt",
        "cannot_unfurl_message",
        "cannot_unfurl_url",
        "invalid_source",
        "invalid_unfurl_id",
        "invalid_unfurls_format",
        "unfurl_not_authorized",
    }
)


def _linked(payload: dict[str, Any], scene: Scene) -> Composed:
    if scene.reader(payload) is None:
        return Skip("the person was deleted")
    return Errand(partial(_unfurl, payload))


async def _unfurl(payload: dict[str, Any], runtime: Runtime) -> Write:
    numbers = [number for _, number in payload["links"]]
    async with unit_of_work(runtime.sessions) as session:
        actor = await users.get_actor(session, uuid.UUID(payload["reader_id"]))
        found = await read_linked(session, actor, numbers)
    shown = {url: unfurl(found[n]) for url, n in payload["links"] if n in found}
    if shown:
        try:
            await runtime.gateway.ask("chat.unfurl", unfurls=shown, **payload["place"])
        except SlackFailure as failure:
            if failure.code not in _NEVER:
                raise
            log.info("link_not_shown", error=failure.code)
    return _nothing


async def _nothing(session: AsyncSession) -> None:
    """There is nothing to remember."""


COMPOSERS: Mapping[str, Composer] = {Topic.LINKED: _linked}
