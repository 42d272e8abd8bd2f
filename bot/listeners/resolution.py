"""The end of a ticket: resolve it, and what its people say to that."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from bot.interaction import Interaction
from bot.listeners.triage import Verb, press
from bot.payloads import triage_forms
from bot.payloads.pressed import read_pressed
from bot.views import resolution
from bot.views.resolution_note import gathered
from core.communication import resolution_notes
from core.tickets import queries
from core.tickets import service as tickets
from core.tickets.changes import Turn
from core.tickets.endings.answered import show_answered
from core.tickets.models import Source, Ticket
from core.users.permissions import Permission


async def open_resolve(interaction: Interaction) -> None:
    ref = interaction.ticket_ref
    async with interaction.acting(Source.BUTTON) as (session, turn):
        ticket = await queries.get_view_to(session, turn.actor, ref.ticket_id, Permission.WORK)
        needs_note = turn.policy.desk(ticket.department_id).needs_resolution_note
        begins = gathered(await resolution_notes.list_noted(session, ticket.id))
    await interaction.open_view(resolution.resolve(ticket, needs_note=needs_note, begins=begins))
    await interaction.ack()


async def resolve(interaction: Interaction) -> None:
    form = triage_forms.read_resolution(interaction.view)
    words, reason = form.resolution, form.reason
    async with interaction.acting(Source.FORM) as (session, turn):
        await tickets.resolve(session, turn, form.ref.ticket_id, resolution=words, reason=reason)
    await interaction.done()


async def reopen(interaction: Interaction) -> None:
    await _answer(interaction, tickets.reopen)


async def close(interaction: Interaction) -> None:
    await _answer(interaction, tickets.close)


async def _answer(interaction: Interaction, verb: Verb) -> None:
    pressed = read_pressed(interaction.body)

    async def with_question(session: AsyncSession, turn: Turn, ticket_id: UUID) -> Ticket:
        ticket = await verb(session, turn, ticket_id)
        if pressed is not None:
            await show_answered(session, ticket_id, pressed)
        return ticket

    await press(interaction, with_question)
