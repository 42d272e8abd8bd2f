"""Reading a ticket's history: its pages, and all of it as a file."""

from bot.interaction import Interaction
from bot.payloads import MessageRef
from bot.payloads.pages import PageRef
from bot.views import deliveries, history
from core.communication.deliveries import read_deliveries
from core.communication.inbox import mark_read
from core.communication.timeline import read_timeline
from core.communication.transcripts import ask_for_transcript
from core.tickets.models import Source


async def open_history(interaction: Interaction) -> None:
    ref = interaction.ticket_ref
    async with interaction.acting(Source.BUTTON) as (session, turn):
        page = await read_timeline(session, turn.actor, ref.ticket_id)
        await mark_read(session, turn.actor, ticket_id=ref.ticket_id)
    await interaction.open_view(history.history(page))
    await interaction.ack()


async def turn_page(interaction: Interaction) -> None:
    ref = PageRef.load(interaction.action.get("value"))
    before, after = (ref.edge, None) if ref.is_older else (None, ref.edge)
    async with interaction.acting(Source.BUTTON) as (session, turn):
        page = await read_timeline(
            session, turn.actor, ref.ticket.ticket_id, before=before, after=after
        )
    await interaction.update_view(history.history(page))
    await interaction.ack()


async def ask_transcript(interaction: Interaction) -> None:
    ref = interaction.ticket_ref
    async with interaction.acting(Source.BUTTON) as (session, turn):
        ticket = await ask_for_transcript(session, turn, ref.ticket_id)
    await interaction.open_view(history.transcript_coming(ticket.key))
    await interaction.done()


async def open_deliveries(interaction: Interaction) -> None:
    ref = interaction.ticket_ref
    async with interaction.acting(Source.BUTTON) as (session, turn):
        page = await read_deliveries(session, turn.actor, ref.ticket_id)
    await interaction.open_view(deliveries.deliveries(page))
    await interaction.ack()


async def older_deliveries(interaction: Interaction) -> None:
    ref = MessageRef.load(interaction.action.get("value"))
    async with interaction.acting(Source.BUTTON) as (session, turn):
        page = await read_deliveries(session, turn.actor, ref.ticket_id, before=ref.message_id)
    await interaction.update_view(deliveries.deliveries(page))
    await interaction.ack()
