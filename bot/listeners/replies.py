"""The desk's words: to the requester, with a form or sent on after all, and among themselves."""

from bot import payloads
from bot.ids import Field
from bot.interaction import Interaction
from bot.payloads import MessageRef, ReplyForm, TicketRef, storable
from bot.payloads.replies import (
    NOT_AT_A_DESK,
    PreviewRef,
    canned_of,
    read_chosen,
    read_draft,
)
from bot.views import reply
from core.communication import canned, holding
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
        has_canned = await canned.has_canned(session, ticket.department_id)
    await interaction.open_view(reply.reply(ticket, has_canned=has_canned))
    await interaction.ack()


async def canned_replies(interaction: Interaction) -> None:
    """Those of the ticket's desk that say what was typed."""
    ref = TicketRef.load(interaction.view.get("private_metadata"))
    typed = storable(str(interaction.body.get("value") or ""))
    async with interaction.acting(Source.FORM) as (session, turn):
        ticket = await queries.get_view_to(session, turn.actor, ref.ticket_id, Permission.WORK)
        found = await canned.find_canned(session, ticket, typed)
    offered = [(each.id, each.title) for each in found]
    await interaction.ack(options=reply.canned_options(offered)["options"])


async def use_canned(interaction: Interaction) -> None:
    """Its words go below what is typed; choosing nothing changes nothing."""
    draft = read_draft(interaction.view)
    if draft.canned_id is not None:
        async with interaction.acting(Source.FORM) as (session, turn):
            ticket_id, actor = draft.ticket.ticket_id, turn.actor
            ticket = await queries.get_view_to(session, actor, ticket_id, Permission.WORK)
            words = await canned.fill_in(session, ticket, draft.canned_id)
        together = f"{draft.words}\n\n{words}".strip()
        shown = reply.reply(ticket, has_canned=True, words=together, turn=draft.turn + 1)
        await interaction.update_view(shown)
    await interaction.ack()


async def preview(interaction: Interaction) -> None:
    form, canned_id = payloads.read_reply(interaction.view), canned_of(interaction.view)
    await _show_preview(interaction, form, canned_id)


async def _show_preview(interaction: Interaction, form: ReplyForm, canned_id: int | None) -> None:
    async with interaction.acting(Source.FORM) as (session, turn):
        ticket_id, actor = form.ref.ticket_id, turn.actor
        ticket = await queries.get_view_to(session, actor, ticket_id, Permission.WORK)
    shown = reply.preview(ticket, actor.name, form.body, canned_id)
    await interaction.ack(response_action="update", view=shown)


async def send(interaction: Interaction) -> None:
    """What was looked at. Words that changed since are looked at first."""
    form = payloads.read_reply(interaction.view)
    looked_at = PreviewRef.load(interaction.view.get("private_metadata"))
    if not looked_at.shows(form.body):
        await _show_preview(interaction, form, looked_at.canned_id)
        return
    key = f"view:{form.view_id}"
    words = Words(form.body, source_key=key, canned_id=looked_at.canned_id)
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
