"""A new ticket that goes on from one which is over."""

from uuid import UUID

from bot.interaction import Interaction
from bot.listeners.asking import asked_at
from bot.views import ticket_form
from bot.views import ticket_form_fields as form_fields
from core.tickets import queries
from core.tickets import service as tickets
from core.tickets.models import Source
from core.tickets.service import NewTicket
from core.users.permissions import Actor


async def open_form(interaction: Interaction) -> None:
    ref = interaction.ticket_ref
    async with interaction.acting(Source.BUTTON) as (session, turn):
        earlier = await queries.get_view(session, turn.actor, ref.ticket_id)
        desk = turn.policy.desks.get(earlier.department_id)
    view = ticket_form.linked_ticket(earlier)
    if desk is not None and (asked := await asked_at(interaction, desk)):
        view = form_fields.with_fields(view, asked)
    await interaction.open_view(view)
    await interaction.ack()


async def file(
    interaction: Interaction, follows_id: UUID, form: NewTicket, requester: Actor
) -> None:
    """The submitted form, whose author has to be on the earlier ticket still."""
    async with interaction.acting(Source.FORM) as (session, turn):
        await tickets.open_follow_up(session, turn, follows_id, form, requester=requester)
