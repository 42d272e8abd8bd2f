"""What people write in a thread that its ticket has left."""

from bot.interaction import Interaction
from core import outbox
from core.communication.models import Thread
from core.communication.redirects import heard_in
from core.db import unit_of_work
from core.tickets import triage_notices
from core.tickets.models import Source


async def listening(interaction: Interaction, thread: Thread) -> Thread | None:
    """Where it is heard. None when it is heard nowhere, of which the writer is told alone."""
    async with unit_of_work(interaction.deps.sessions) as session:
        heard = await heard_in(session, thread)
    if heard is not None:
        return heard
    async with interaction.acting(Source.MESSAGE) as (session, turn):
        place = (thread.channel_id, thread.root_ts)
        row = triage_notices.gone_from_here(thread.ticket_id, turn.actor.id, *place)
        await outbox.add(session, row)
    await interaction.done()
    return None
