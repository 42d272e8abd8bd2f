"""The desk's words to the requester: the form, and a message sent on after all."""

from bot import payloads
from bot.interaction import Interaction
from bot.payloads import MessageRef
from bot.views import reply
from core.communication import service as communication
from core.communication.service import Words
from core.tickets import queries
from core.tickets.models import Source
from core.users.permissions import Permission


async def open_reply(interaction: Interaction) -> None:
    ref = interaction.ticket_ref
    async with interaction.acting(Source.BUTTON) as (session, turn):
        ticket = await queries.get_view_to(session, turn.actor, ref.ticket_id, Permission.WORK)
    await interaction.open_view(reply.reply(ticket))
    await interaction.ack()


async def send(interaction: Interaction) -> None:
    form = payloads.read_reply(interaction.view)
    words = Words(form.body, source_key=f"view:{form.view_id}")
    async with interaction.acting(Source.FORM) as (session, turn):
        await communication.reply(session, turn, form.ref.ticket_id, words)
    await interaction.done()


async def publish(interaction: Interaction) -> None:
    ref = MessageRef.load(interaction.action.get("value"))
    async with interaction.acting(Source.BUTTON) as (session, turn):
        await communication.publish(session, turn, ref.message_id)
    await interaction.done()
