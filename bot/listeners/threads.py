"""What people write in the threads of tickets."""

from typing import Any

from bot.interaction import Interaction
from bot.listeners import former, intake, sources
from bot.payloads import shared_files
from bot.payloads.mentions import mentioned
from bot.people import read_words
from core import notices, outbox
from core.communication import queries
from core.communication import service as communication
from core.communication.models import Thread
from core.communication.service import Words
from core.db import one_statement
from core.errors import NotAllowed
from core.notices import Place
from core.tickets.models import Source

#: Everything else that arrives as a message is bookkeeping of Slack's.
_CONTENT = frozenset({None, "file_share", "me_message", "thread_broadcast"})


async def on_message(interaction: Interaction) -> None:
    event = interaction.event
    if sources.is_for_the_app(event) and not interaction.deps.workspace.is_own(event):
        await sources.on_direct_message(interaction)
        return
    if (desk := await intake.desk_of(interaction)) is not None:
        await intake.take_in(interaction, desk)
        return
    place = _place_of(interaction, event)
    thread = await former.listening(interaction, *place) if place else None
    if thread is None:
        return
    words = Words(
        await read_words(interaction.deps, event.get("text")),
        channel_id=event["channel"],
        message_ts=event["ts"],
        mentioned=_others(interaction, event),
        files=shared_files.of_message(event),
    )
    if not words.body.strip() and not words.files:
        return
    try:
        async with interaction.acting(Source.MESSAGE) as (session, turn):
            await communication.hear(session, turn, thread, words)
    except NotAllowed:
        await _say_so(interaction, thread)
    await interaction.done()


def _others(interaction: Interaction, event: dict[str, Any]) -> tuple[str, ...]:
    """Whom it mentions, but for the app."""
    ourselves = interaction.deps.workspace.bot_user_id
    return tuple(each for each in mentioned(event.get("text")) if each != ourselves)


async def _say_so(interaction: Interaction, thread: Thread) -> None:
    """To somebody whose words were not kept: an event has no window to say it in."""
    async with interaction.acting(Source.MESSAGE) as (session, turn):
        place = Place(thread.ticket_id, thread.audience, thread.user_id, thread.part_id)
        row = notices.not_passed_on(place, turn.actor.id)
        await outbox.add(session, row)


async def thread_of(interaction: Interaction, event: dict[str, Any]) -> Thread | None:
    """None for what is not a person's reply in a thread of ours; nothing of it is kept."""
    place = _place_of(interaction, event)
    if place is None:
        return None
    async with one_statement(interaction.deps.sessions) as session:
        return await queries.find_thread(session, *place)


def _place_of(interaction: Interaction, event: dict[str, Any]) -> tuple[str, str] | None:
    """The channel and the root that a person replies below."""
    channel, root, ts = (event.get(name) for name in ("channel", "thread_ts", "ts"))
    if not (isinstance(channel, str) and isinstance(root, str) and isinstance(ts, str)):
        return None
    is_human = bool(event.get("user")) and not event.get("bot_id")
    if event.get("subtype") not in _CONTENT or not is_human or root == ts:
        return None
    if interaction.deps.workspace.is_own(event):
        return None
    return channel, root
