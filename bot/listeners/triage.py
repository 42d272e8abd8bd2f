"""Who works on a ticket, and when: take it, give it to someone, start, wait."""

from collections.abc import Awaitable, Callable
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from bot import payloads
from bot.interaction import Interaction
from bot.payloads import TicketRef
from bot.views import assignment
from core.home import service as home
from core.tickets import queries
from core.tickets import service as tickets
from core.tickets.models import Source, Ticket
from core.tickets.service import Turn
from core.tickets.triage import workload
from core.users.permissions import Permission

Verb = Callable[[AsyncSession, Turn, UUID], Awaitable[Ticket]]


async def claim(interaction: Interaction) -> None:
    await press(interaction, tickets.claim)


async def start(interaction: Interaction) -> None:
    await press(interaction, tickets.start)


async def wait(interaction: Interaction) -> None:
    await press(interaction, tickets.wait)


async def press(interaction: Interaction, verb: Verb) -> None:
    """A button that needs nothing but the ticket it stands on."""
    ref = interaction.ticket_ref
    async with interaction.acting(Source.BUTTON) as (session, turn):
        await verb(session, turn, ref.ticket_id)
        if interaction.is_on_home:
            await home.show_now(session, [turn.actor.id])
    await interaction.done()


async def open_assign(interaction: Interaction) -> None:
    ref = interaction.ticket_ref
    async with interaction.acting(Source.BUTTON) as (session, turn):
        ticket = await queries.get_view_to(session, turn.actor, ref.ticket_id, Permission.ASSIGN)
    await interaction.open_view(assignment.assign(ticket))
    await interaction.ack()


async def assignees(interaction: Interaction) -> None:
    """The people of the ticket's desk whose name holds what was typed, whoever has the least to
    do first."""
    ref = TicketRef.load(interaction.view.get("private_metadata"))
    typed = str(interaction.body.get("value") or "").casefold()
    async with interaction.acting(Source.FORM) as (session, turn):
        ticket = await queries.get_view_to(session, turn.actor, ref.ticket_id, Permission.ASSIGN)
        people = await workload.list_by_load(session, ticket.department_id)
    found = [(each.id, each.name, each.open) for each in people if typed in each.name.casefold()]
    await interaction.ack(options=assignment.assignee_options(found)["options"])


async def assign(interaction: Interaction) -> None:
    form = payloads.read_assign(interaction.view)
    async with interaction.acting(Source.FORM) as (session, turn):
        await tickets.assign(
            session, turn, form.ref.ticket_id, assignee_id=form.assignee_id, note=form.note
        )
    await interaction.done()
