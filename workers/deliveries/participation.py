"""A follower's thread, and what writers are asked about who takes part and what is over."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from bot.gateway import Post, Update, Whisper
from bot.people import read_profile
from bot.views import participation
from bot.views.parts import Message
from core.communication.models import Thread
from core.notices import Place, Topic
from core.tickets.queries import TicketView
from core.tickets.states import IS_OVER, Status
from workers.deliveries.calls import Composed, Composer, Errand, NotYet, Skip, Write
from workers.deliveries.scene import Scene
from workers.runtime import Runtime

GONE = Skip("the ticket was deleted, or there is no such thread or person")
NOT_FOLLOWING = Skip("the person does not follow the ticket any more")
FOLLOWING = Skip("the person follows the ticket again")
CHANGED = Skip("the ticket is not in that state any more")


def _followed(payload: dict[str, Any], scene: Scene) -> Composed:
    """The root, for whoever has none."""
    ticket, thread, reader = scene.ticket(payload), scene.thread(payload), scene.reader(payload)
    if ticket is None or reader is None:
        return GONE
    if Place.of(payload) not in scene.following:
        return NOT_FOLLOWING
    if thread is None:
        return Post(reader, **participation.followed(ticket, is_following=True))
    message = participation.followed_again(ticket)
    return Post(thread.channel_id, **message, thread_ts=thread.root_ts)


def _followed_changed(payload: dict[str, Any], scene: Scene) -> Composed:
    ticket, thread, place = scene.ticket(payload), scene.thread(payload), Place.of(payload)
    if ticket is None:
        return GONE
    if thread is None or thread.card_ts is None:
        return NotYet() if scene.is_awaited(place) else GONE
    message = participation.followed(ticket, is_following=place in scene.following)
    return Update(thread.channel_id, thread.card_ts, **message)


def _unfollowed(payload: dict[str, Any], scene: Scene) -> Composed:
    ticket, thread = scene.ticket(payload), scene.thread(payload)
    if ticket is None or thread is None:
        return GONE
    if Place.of(payload) in scene.following:
        return FOLLOWING
    message = participation.unfollowed(ticket)
    return Post(thread.channel_id, **message, thread_ts=thread.root_ts)


def _add_them(payload: dict[str, Any], scene: Scene) -> Composed:
    ticket, thread, reader = scene.ticket(payload), scene.thread(payload), scene.reader(payload)
    if ticket is None or thread is None or reader is None:
        return GONE
    mentioned: str = payload["mentioned"]
    name = scene.names.get(mentioned)
    if name is not None:
        return _whisper(thread, reader, participation.add_them(ticket, name, mentioned))
    return Errand(_ask_about(ticket, thread, reader, mentioned))


def _ask_about(
    ticket: TicketView, thread: Thread, reader: str, mentioned: str
) -> Callable[[Runtime], Awaitable[Write]]:
    """Whom we never met is looked up first: nobody is asked about an app."""

    async def run(runtime: Runtime) -> Write:
        user = await runtime.gateway.user(mentioned)
        if not user.get("is_bot"):
            message = participation.add_them(ticket, read_profile(user).name, mentioned)
            await runtime.gateway.whisper(_whisper(thread, reader, message))
        return _nothing

    return run


async def _nothing(session: AsyncSession) -> None:
    """What was asked is written down already."""


def _not_solved(payload: dict[str, Any], scene: Scene) -> Composed:
    ticket, thread, reader = scene.ticket(payload), scene.thread(payload), scene.reader(payload)
    if ticket is None or thread is None or reader is None:
        return GONE
    if ticket.status is not Status.RESOLVED:
        return CHANGED
    filed = {each.slack_user_id for each in (ticket.requester, ticket.author) if each}
    return _whisper(thread, reader, participation.not_solved(ticket, may_reopen=reader in filed))


def _goes_on(payload: dict[str, Any], scene: Scene) -> Composed:
    ticket, thread, reader = scene.ticket(payload), scene.thread(payload), scene.reader(payload)
    if ticket is None or thread is None or reader is None:
        return GONE
    if ticket.status not in IS_OVER:
        return CHANGED
    return _whisper(thread, reader, participation.goes_on(ticket))


def _whisper(thread: Thread, reader: str, message: Message) -> Whisper:
    return Whisper(thread.channel_id, reader, **message, thread_ts=thread.root_ts)


COMPOSERS: Mapping[str, Composer] = {
    Topic.FOLLOWED: _followed,
    Topic.FOLLOWED_CHANGED: _followed_changed,
    Topic.UNFOLLOWED: _unfollowed,
    Topic.ADD_THEM: _add_them,
    Topic.NOT_SOLVED: _not_solved,
    Topic.GOES_ON: _goes_on,
}
