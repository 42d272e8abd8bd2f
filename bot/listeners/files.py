"""The files of a ticket: looking at the list, and having one sent."""

from bot.interaction import Interaction
from bot.payloads.shared_files import FileRef
from bot.views import files as files_view
from core.files import queries as files
from core.files import service
from core.tickets import queries
from core.tickets.models import Source


async def open_list(interaction: Interaction) -> None:
    ref = interaction.ticket_ref
    async with interaction.acting(Source.BUTTON) as (session, turn):
        ticket = await queries.get_view(session, turn.actor, ref.ticket_id)
        kept = await files.list_files(session, turn.actor, ref.ticket_id)
    await interaction.open_view(files_view.files(ticket, kept))
    await interaction.ack()


async def send(interaction: Interaction) -> None:
    """The worker asks for permission again when it sends it."""
    ref = FileRef.load(interaction.action.get("value"))
    async with interaction.acting(Source.BUTTON) as (session, turn):
        file = await service.send_to(session, turn, ref.attachment_id)
    interaction.deps.waker.wake()
    await interaction.open_view(files_view.on_its_way(file))
    await interaction.ack()
