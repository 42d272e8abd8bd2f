"""What a desk does rarely, from the card's second menu: release, priority, transfer, merge,
cancel. Requesters cancel from their receipt."""

from collections.abc import Callable

from bot.interaction import Interaction
from bot.listeners.triage import press
from bot.payloads import TicketRef, triage_forms
from bot.views import triage_forms as views
from bot.views.parts import Form
from core.tickets import queries
from core.tickets import service as tickets
from core.tickets.merging.duplicates import merge as merge_into
from core.tickets.models import Source
from core.tickets.parts import queries as sub_queries
from core.tickets.queries import TicketView
from core.tickets.states import PART_IS_OPEN
from core.tickets.triage.candidates import list_candidates
from core.tickets.triage.priority import set_priority
from core.tickets.triage.transfers import transfer as move_to
from core.users.permissions import Permission, may


async def release(interaction: Interaction) -> None:
    await press(interaction, tickets.release)


async def open_transfer(interaction: Interaction) -> None:
    await _open(interaction, Permission.TRANSFER, views.transfer)


async def open_priority(interaction: Interaction) -> None:
    await _open(interaction, Permission.WORK, views.priority)


async def open_merge(interaction: Interaction) -> None:
    await _open(interaction, Permission.WORK, views.merge)


async def _open(
    interaction: Interaction, permission: Permission, view: Callable[[TicketView], Form]
) -> None:
    ref = interaction.ticket_ref
    async with interaction.acting(Source.BUTTON) as (session, turn):
        ticket = await queries.get_view_to(session, turn.actor, ref.ticket_id, permission)
    await interaction.open_view(view(ticket))
    await interaction.ack()


async def open_cancel(interaction: Interaction) -> None:
    ref = interaction.ticket_ref
    async with interaction.acting(Source.BUTTON) as (session, turn):
        ticket = await queries.get_view_to(session, turn.actor, ref.ticket_id, Permission.CANCEL)
        parts = await sub_queries.list_parts(session, ref.ticket_id)
    deciding = [
        each
        for each in parts
        if each.status in PART_IS_OPEN and may(turn.actor, Permission.STEER_PART, each.standing)
    ]
    await interaction.open_view(views.cancel(ticket, deciding))
    await interaction.ack()


async def departments(interaction: Interaction) -> None:
    """All but the one it is with, whose name holds what was typed."""
    ref = TicketRef.load(interaction.view.get("private_metadata"))
    typed = str(interaction.body.get("value") or "").casefold()
    async with interaction.acting(Source.FORM) as (session, turn):
        ticket = await queries.get_view_to(session, turn.actor, ref.ticket_id, Permission.TRANSFER)
        desks = sorted(turn.policy.desks.values(), key=lambda desk: desk.name)
    found = [
        (desk.id, desk.name)
        for desk in desks
        if desk.id != ticket.department_id and typed in desk.name.casefold()
    ]
    await interaction.ack(options=views.department_options(found)["options"])


async def winners(interaction: Interaction) -> None:
    ref = TicketRef.load(interaction.view.get("private_metadata"))
    typed = str(interaction.body.get("value") or "")
    async with interaction.acting(Source.FORM) as (session, turn):
        ticket = await queries.get_view_to(session, turn.actor, ref.ticket_id, Permission.WORK)
        found = await list_candidates(session, turn.actor, ticket, typed)
    await interaction.ack(options=views.winner_options(found)["options"])


async def transfer(interaction: Interaction) -> None:
    form = triage_forms.read_transfer(interaction.view)
    async with interaction.acting(Source.FORM) as (session, turn):
        await move_to(
            session,
            turn,
            form.ref.ticket_id,
            department_id=form.department_id,
            reason=form.reason,
        )
    await interaction.done()


async def priority(interaction: Interaction) -> None:
    form = triage_forms.read_priority(interaction.view)
    async with interaction.acting(Source.FORM) as (session, turn):
        await set_priority(session, turn, form.ref.ticket_id, form.priority)
    await interaction.done()


async def merge(interaction: Interaction) -> None:
    form = triage_forms.read_merge(interaction.view)
    async with interaction.acting(Source.FORM) as (session, turn):
        await merge_into(session, turn, form.ref.ticket_id, winner_id=form.winner_id)
    await interaction.done()


async def cancel(interaction: Interaction) -> None:
    form = triage_forms.read_cancel(interaction.view)
    async with interaction.acting(Source.FORM) as (session, turn):
        await tickets.cancel(
            session, turn, form.ref.ticket_id, reason=form.reason, fates=form.fates
        )
    await interaction.done()
