"""Who works on a ticket, and when: take it, give it to someone, start, wait, put on hold."""

from collections.abc import Awaitable, Callable
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from bot.interaction import Interaction
from bot.payloads import TicketRef, triage_forms
from bot.views import assignment
from bot.views import triage_forms as views
from bot.views.assignment import Offered
from core.db import utc_now
from core.home import service as home
from core.tickets import queries
from core.tickets import service as tickets
from core.tickets.models import Source, Ticket
from core.tickets.service import Turn
from core.tickets.triage import availability, workload
from core.users.permissions import Permission

Verb = Callable[[AsyncSession, Turn, UUID], Awaitable[Ticket]]


async def claim(interaction: Interaction) -> None:
    await press(interaction, tickets.claim)


async def start(interaction: Interaction) -> None:
    await press(interaction, tickets.start)


async def wait(interaction: Interaction) -> None:
    await press(interaction, tickets.wait)


async def open_hold(interaction: Interaction) -> None:
    ref = interaction.ticket_ref
    async with interaction.acting(Source.BUTTON) as (session, turn):
        ticket = await queries.get_view_to(session, turn.actor, ref.ticket_id, Permission.WORK)
    await interaction.open_view(views.hold(ticket))
    await interaction.ack()


async def hold(interaction: Interaction) -> None:
    form = triage_forms.read_hold(interaction.view)
    async with interaction.acting(Source.FORM) as (session, turn):
        await tickets.hold(session, turn, form.ref.ticket_id, reason=form.reason)
    await interaction.done()


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
    """The people of the ticket's desk whose name holds what was typed: who is at work first, and
    of them whoever has the least to do."""
    ref = TicketRef.load(interaction.view.get("private_metadata"))
    typed = str(interaction.body.get("value") or "").casefold()
    async with interaction.acting(Source.FORM) as (session, turn):
        ticket = await queries.get_view_to(session, turn.actor, ref.ticket_id, Permission.ASSIGN)
        found = await list_offered(session, ticket.department_id, typed)
    await interaction.ack(options=assignment.assignee_options(found)["options"])


async def list_offered(session: AsyncSession, department_id: UUID, typed: str) -> list[Offered]:
    loads = await workload.list_by_load(session, department_id)
    off = await availability.unavailable(session, [each.id for each in loads], utc_now())
    people = [Offered(each.id, each.name, each.open, off.get(each.id, "")) for each in loads]
    found = [each for each in people if typed in each.name.casefold()]
    return sorted(found, key=lambda each: bool(each.off))


async def assign(interaction: Interaction) -> None:
    """To who is off only when that was said, and is wanted all the same."""
    form = triage_forms.read_assign(interaction.view)
    ticket_id, assignee_id = form.ref.ticket_id, form.assignee_id
    async with interaction.acting(Source.FORM) as (session, turn):
        warned_of = None if form.is_sure else await _find_off(session, turn, assignee_id)
        if warned_of is not None:
            ticket = await queries.get_view_to(session, turn.actor, ticket_id, Permission.ASSIGN)
            shown = assignment.assign(ticket, warned_of)
        else:
            await tickets.assign(session, turn, ticket_id, assignee_id=assignee_id, note=form.note)
    if warned_of is not None:
        await interaction.ack(response_action="update", view=shown)
    else:
        await interaction.done()


async def _find_off(session: AsyncSession, turn: Turn, assignee_id: UUID) -> Offered | None:
    """The person, if they are off. Of themselves everybody knows."""
    if assignee_id == turn.actor.id:
        return None
    off = await availability.unavailable(session, [assignee_id], utc_now())
    if assignee_id not in off:
        return None
    name = await queries.name_of(session, assignee_id)
    return Offered(assignee_id, name, 0, off[assignee_id])
