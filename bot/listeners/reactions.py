"""Reactions on a card of the desk."""

from bot.interaction import Interaction
from core.communication.models import Thread
from core.db import unit_of_work
from core.errors import HelpDeskError, NotFound, Unavailable
from core.tickets.models import Source
from core.tickets.triage import reactions
from core.tickets.triage.reactions import Emoji, Reaction


async def on_reaction(interaction: Interaction) -> None:
    reaction = _reaction_of(interaction)
    if reaction is None:
        return
    card = await _card_of(interaction, reaction)
    if card is None:
        return
    try:
        async with interaction.acting(Source.REACTION) as (session, turn):
            await reactions.react(session, turn, card.ticket_id, reaction)
    except (NotFound, Unavailable):
        raise
    except HelpDeskError as refusal:
        async with interaction.acting(Source.REACTION) as (session, turn):
            await reactions.refuse(session, turn, card.ticket_id, reaction, refusal)
    await interaction.done()


def _reaction_of(interaction: Interaction) -> Reaction | None:
    """None for what is on no message, means nothing here, or is our own."""
    event = interaction.event
    item = event.get("item")
    name = str(event.get("reaction") or "").partition("::")[0]
    if not isinstance(item, dict) or item.get("type") != "message" or name not in set(Emoji):
        return None
    channel, ts, event_ts = item.get("channel"), item.get("ts"), event.get("event_ts")
    if not (isinstance(channel, str) and isinstance(ts, str) and isinstance(event_ts, str)):
        return None
    if interaction.deps.workspace.is_own(event):
        return None
    return Reaction(channel, ts, Emoji(name), event_ts)


async def _card_of(interaction: Interaction, reaction: Reaction) -> Thread | None:
    async with unit_of_work(interaction.deps.sessions) as session:
        return await reactions.find_card(session, reaction.channel_id, reaction.message_ts)
