"""Links to tickets that people post."""

from bot.interaction import Interaction
from bot.payloads.links import read_links, read_place
from core.tickets import links
from core.tickets.models import Source


async def on_shared(interaction: Interaction) -> None:
    """Nothing of ours stands where people of another company read along."""
    found, place = read_links(interaction.event), read_place(interaction.event)
    if not found or place is None or interaction.body.get("is_ext_shared_channel"):
        return
    async with interaction.acting(Source.MESSAGE) as (session, turn):
        await links.share(session, turn.actor, found, place)
    interaction.deps.waker.wake()
