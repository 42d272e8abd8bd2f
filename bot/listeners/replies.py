"""The desk's words: to the requester, with a form or sent on after all, and among themselves."""

from bot import payloads
from bot.ids import Field
from bot.interaction import Interaction
from bot.payloads import MessageRef, ReplyForm
from bot.payloads.replies import NOT_AT_A_DESK, PreviewRef, read_chosen
from bot.views import reply
from core.communication import holding
from core.communication import queries as conversations
from core.communication import service as communication
from core.communication.models import Audience
from core.communication.service import Words
from core.errors import Refused
from core.tickets import queries
from core.tickets.models import Source
from core.users.permissions import Permission


async def open_reply(interaction: Interaction) -> None:
    ref = interaction.ticket_ref
    async with interaction.acting(Source.BUTTON) as (session, turn):
        ticket = await queries.get_view_to(session, turn.actor, ref.ticket_id, Permission.WORK)
    await interaction.open_view(reply.reply(ticket))
    await interaction.ack()


async def preview(interaction: Interaction) -> None:
    await _show_preview(interaction, payloads.read_reply(interaction.view))


async def _show_preview(interaction: Interaction, form: ReplyForm) -> None:
    async with interaction.acting(Source.FORM) as (session, turn):
        ticket_id, actor = form.ref.ticket_id, turn.actor
        ticket = await queries.get_view_to(session, actor, ticket_id, Permission.WORK)
    shown = reply.preview(ticket, actor.name, form.body)
    await interaction.ack(response_action="update", view=shown)


async def send(interaction: Interaction) -> None:
    """What was looked at. Words that changed since are looked at first."""
    form = payloads.read_reply(interaction.view)
    if not PreviewRef.load(interaction.view.get("private_metadata")).shows(form.body):
        await _show_preview(interaction, form)
        return
    words = Words(form.body, source_key=f"view:{form.view_id}")
    async with interaction.acting(Source.FORM) as (session, turn):
        await communication.reply(session, turn, form.ref.ticket_id, words)
    await interaction.done()


async def publish(interaction: Interaction) -> None:
    ref = MessageRef.load(interaction.action.get("value"))
    async with interaction.acting(Source.BUTTON) as (session, turn):
        await communication.publish(session, turn, ref.message_id)
    await interaction.done()


async def send_to_requester(interaction: Interaction) -> None:
    """The shortcut, on any message; only what a person wrote at a ticket's desk can be sent on."""
    async with interaction.acting(Source.SHORTCUT) as (session, turn):
        chosen = read_chosen(interaction.body)
        thread = await conversations.find_thread(session, chosen.channel_id, chosen.root_ts)
        if thread is None or thread.audience is not Audience.DESK:
            raise Refused(NOT_AT_A_DESK)
        await communication.publish_at(session, turn, thread, chosen.message_ts)
    await interaction.done()


async def undo(interaction: Interaction) -> None:
    ref = MessageRef.load(interaction.action.get("value"))
    async with interaction.acting(Source.BUTTON) as (session, turn):
        await holding.undo(session, turn, ref.message_id)
    await interaction.done()


async def open_note(interaction: Interaction) -> None:
    ref = interaction.ticket_ref
    async with interaction.acting(Source.BUTTON) as (session, turn):
        ticket = await queries.get_view_to(session, turn.actor, ref.ticket_id, Permission.NOTE)
    await interaction.open_view(reply.note(ticket))
    await interaction.ack()


async def note(interaction: Interaction) -> None:
    form = payloads.read_reply(interaction.view, Field.NOTE)
    words = Words(form.body, source_key=f"view:{form.view_id}")
    async with interaction.acting(Source.FORM) as (session, turn):
        await communication.note(session, turn, form.ref.ticket_id, words)
    await interaction.done()
