"""What people write in a thread that its ticket has left."""

from bot.interaction import Interaction
from core import outbox
from core.communication.models import Thread
from core.communication.redirects import find_heard
from core.db import one_statement
from core.tickets.models import Source
from core.tickets.triage import notices as triage_notices


async def listening(interaction: Interaction, channel_id: str, root_ts: str) -> Thread | None:
    """Where it is heard. None when it is heard nowhere; of a thread of ours that its ticket has
    left, the writer is told alone."""
    async with one_statement(interaction.deps.sessions) as session:
        found = await find_heard(session, channel_id, root_ts)
    if found is None:
        return None
    thread, heard = found
    if heard is not None:
        return heard
    async with interaction.acting(Source.MESSAGE) as (session, turn):
        row = triage_notices.gone_from_here(thread.ticket_id, turn.actor.id, channel_id, root_ts)
        await outbox.add(session, row)
    await interaction.done()
    return None
