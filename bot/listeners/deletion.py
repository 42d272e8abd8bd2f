"""Deleting a ticket, and what administrators see and restore of what was deleted."""

from bot.gateway import SlackFailure
from bot.interaction import Interaction, log
from bot.payloads import TicketRef
from bot.payloads.deleted import DeletedRef, RecordRef
from bot.payloads.settings import read_inputs
from bot.setting_ids import Setting
from bot.views import deleted as views
from bot.views.parts import Form
from core.configuration.deleted import list_deleted
from core.configuration.restoring import restore as bring_back
from core.tickets import queries
from core.tickets.deletion import delete_ticket
from core.tickets.models import Source
from core.users.permissions import Permission, authorize


async def open_delete(interaction: Interaction) -> None:
    ref = interaction.ticket_ref
    async with interaction.acting(Source.BUTTON) as (session, turn):
        ticket = await queries.get_view_to(session, turn.actor, ref.ticket_id, Permission.DELETE)
    await interaction.open_view(views.delete_ticket(ticket))
    await interaction.ack()


async def delete(interaction: Interaction) -> None:
    ref = TicketRef.load(interaction.view.get("private_metadata"))
    async with interaction.acting(Source.FORM) as (session, turn):
        await delete_ticket(session, turn, ref.ticket_id, reason=_reason(interaction))
    await interaction.done()


async def choose_kind(interaction: Interaction) -> None:
    chosen = interaction.action.get("selected_option") or {}
    await show(interaction, DeletedRef.load(chosen.get("value")))


async def turn_page(interaction: Interaction) -> None:
    await show(interaction, DeletedRef.load(interaction.action.get("value")))


async def show(interaction: Interaction, ref: DeletedRef) -> None:
    await interaction.update_view(await _list(interaction, ref))
    await interaction.ack()


async def _list(interaction: Interaction, ref: DeletedRef) -> Form:
    async with interaction.acting(Source.BUTTON) as (session, turn):
        found = await list_deleted(session, turn.actor, ref.kind, ref.before)
    return views.deleted(ref, found)


async def open_restore(interaction: Interaction) -> None:
    ref = RecordRef.load(interaction.action.get("value"))
    async with interaction.acting(Source.BUTTON) as (_, turn):
        authorize(turn.actor, Permission.RESTORE)
    await interaction.open_view(views.restore_form(ref))
    await interaction.ack()


async def restore(interaction: Interaction) -> None:
    """The form closes, and the list below it shows what is left."""
    ref = RecordRef.load(interaction.view.get("private_metadata"))
    async with interaction.acting(Source.FORM) as (session, turn):
        await bring_back(session, turn, ref.kind, ref.id, reason=_reason(interaction))
    interaction.deps.policies.forget()
    interaction.deps.directory.clear()
    await interaction.done()
    below = interaction.view.get("previous_view_id")
    if isinstance(below, str):
        try:
            view = await _list(interaction, DeletedRef(ref.kind))
            await interaction.deps.gateway.update_view(below, view)
        except SlackFailure as failure:
            log.info("list_not_shown", error=failure.code)


def _reason(interaction: Interaction) -> str:
    return str(read_inputs(interaction.view).get(Setting.REASON) or "")
