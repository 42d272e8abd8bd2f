"""What the desk gathers for the resolution of a ticket, message by message."""

from bot.interaction import Interaction
from bot.payloads import MessageRef
from bot.payloads.replies import NOT_AT_A_DESK, read_any_chosen
from bot.views.resolution_note import Came, resolution_note
from core.communication import queries as conversations
from core.communication import resolution_notes as notes
from core.communication.models import Audience
from core.errors import Refused
from core.tickets import queries
from core.tickets.models import Source


async def add(interaction: Interaction) -> None:
    """The shortcut, on any message; only what was said at a ticket's desk can be in it."""
    async with interaction.acting(Source.SHORTCUT) as (session, turn):
        chosen = read_any_chosen(interaction.body)
        thread = await conversations.find_thread(session, chosen.channel_id, chosen.root_ts)
        if thread is None or thread.audience is not Audience.DESK:
            raise Refused(NOT_AT_A_DESK)
        is_new = await notes.add(session, turn, thread, chosen.message_ts)
        ticket = await queries.get_view(session, turn.actor, thread.ticket_id)
        noted = await notes.list_noted(session, ticket.id)
    came = Came.ADDED if is_new else Came.WAS_THERE
    await interaction.open_view(resolution_note(ticket, noted, came))
    await interaction.ack()


async def take_out(interaction: Interaction) -> None:
    ref = MessageRef.load(interaction.action.get("value"))
    async with interaction.acting(Source.BUTTON) as (session, turn):
        is_out = await notes.remove(session, turn, ref.ticket_id, ref.message_id)
        ticket = await queries.get_view(session, turn.actor, ref.ticket_id)
        noted = await notes.list_noted(session, ticket.id)
    came = Came.TAKEN_OUT if is_out else Came.WAS_OUT
    await interaction.update_view(resolution_note(ticket, noted, came))
    await interaction.ack()
