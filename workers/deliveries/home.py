"""The Home tab of one person: read, composed and published anew."""

import uuid
from collections.abc import Awaitable, Callable, Mapping, Sequence, Set
from functools import partial
from typing import Any

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from bot.gateway import SlackFailure
from bot.views import home as view
from bot.views import news_home, parts_home
from bot.views.parts import Block
from bot.views.settings_home import settings_blocks
from core.communication import inbox
from core.db import unit_of_work
from core.errors import Unavailable
from core.home import service
from core.home.page import HomePage, read_home
from core.notices import Topic
from core.outbox import Claim
from core.tickets.parts import queries as sub_queries
from core.users.permissions import Actor, Permission, may
from workers.deliveries.approval_scene import CARDS
from workers.deliveries.approvals import home_section
from workers.deliveries.calls import Composed, Composer, Errand, Skip, Write
from workers.deliveries.scene import Scene
from workers.runtime import Runtime

log = structlog.get_logger(__name__)

Section = Callable[[AsyncSession, Actor], Awaitable[Sequence[Block]]]


async def _news(session: AsyncSession, actor: Actor) -> Sequence[Block]:
    return news_home.news_section(await inbox.unread(session, actor, most=_NEWS_MOST))


async def _parts(session: AsyncSession, actor: Actor) -> Sequence[Block]:
    if not actor.has_desk:
        return ()
    free = await sub_queries.list_free(session, actor, most=_PARTS_MOST)
    held = await sub_queries.list_held(session, actor, most=_PARTS_MOST)
    return parts_home.section_of(free, held)


async def _settings(session: AsyncSession, actor: Actor) -> Sequence[Block]:
    return settings_blocks() if may(actor, Permission.CONFIGURE) else ()


_NEWS_MOST = 5
_PARTS_MOST = 5
#: What others show on it, above a person's tickets and below the list of departments.
TOP: tuple[Section, ...] = (_news, home_section, _parts)
BOTTOM: tuple[Section, ...] = (_settings,)

#: Every change of a ticket says one of these.
_OF_TICKETS = frozenset({Topic.CARD, Topic.CARD_CHANGED})
#: Slack's words for who has no Home tab.
_HAS_NONE = frozenset({"not_enabled", "user_not_found", "user_disabled"})


def _home(payload: dict[str, Any], scene: Scene) -> Composed:
    reader = scene.reader(payload)
    if reader is None:
        return Skip("the person was deleted")
    return Errand(partial(_publish, uuid.UUID(payload["reader_id"]), reader))


async def _publish(user_id: uuid.UUID, slack_user_id: str, runtime: Runtime) -> Write:
    """On top of what we know to be there. When something else is there by now, what was read is
    old: it is read once more, and published whatever is there."""
    view_hash, shown = await _read(runtime, user_id)
    if shown is None:
        return _nothing
    try:
        published = await _send(runtime, slack_user_id, shown, view_hash)
    except SlackFailure as failure:
        if failure.code in _HAS_NONE:
            log.info("home_not_shown", error=failure.code)
            return _nothing
        if failure.code != "hash_conflict":
            raise
        _, again = await _read(runtime, user_id)
        published = await _send(runtime, slack_user_id, again or shown, None)
    return partial(_remember, user_id, published)


async def _read(runtime: Runtime, user_id: uuid.UUID) -> tuple[str | None, dict[str, Any] | None]:
    async with unit_of_work(runtime.sessions) as session:
        page = await read_home(session, user_id)
        if page is None:
            return None, None
        return page.view_hash, await compose(session, page)


async def compose(session: AsyncSession, page: HomePage) -> dict[str, Any]:
    if not page.is_welcome:
        return view.home(page)
    top = [await each(session, page.actor) for each in TOP]
    bottom = [await each(session, page.actor) for each in BOTTOM]
    return view.home(page, top, bottom)


async def _send(
    runtime: Runtime, slack_user_id: str, shown: dict[str, Any], view_hash: str | None
) -> str:
    answer = await runtime.gateway.ask(
        "views.publish", user_id=slack_user_id, view=shown, hash=view_hash
    )
    return str(answer["view"]["hash"])


async def _remember(user_id: uuid.UUID, view_hash: str, session: AsyncSession) -> None:
    await service.remember(session, user_id, view_hash)


async def _nothing(session: AsyncSession) -> None:
    """There is nothing to remember."""


async def refresh(runtime: Runtime, claims: Sequence[Claim]) -> None:
    """For those who look at a ticket that changed, or who decide about its money. In a
    transaction of its own: one that holds claims must not wait for rows that others hold."""
    changed, filed = _tickets(claims, _OF_TICKETS), _tickets(claims, {Topic.RECEIPT})
    deciding = sorted({uuid.UUID(each.payload["reader_id"]) for each in claims if _is_card(each)})
    if changed or filed or deciding:
        try:
            async with unit_of_work(runtime.sessions) as session:
                await service.refresh_around(session, changed)
                await service.refresh_people(session, deciding)
                if filed:
                    await service.show_what_was_filed(session, filed)
        except Unavailable:
            raise
        except Exception:
            # They are made anew when somebody opens them; what is being sent goes on.
            log.exception("homes_not_refreshed")


def _is_card(claim: Claim) -> bool:
    return claim.topic in CARDS


def _tickets(claims: Sequence[Claim], topics: Set[str]) -> list[uuid.UUID]:
    return sorted({uuid.UUID(each.payload["ticket_id"]) for each in claims if each.topic in topics})


COMPOSERS: Mapping[str, Composer] = {Topic.HOME: _home}
