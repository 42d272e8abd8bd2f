"""For auditors: checking the trail of a ticket's approvals, and having it as files."""

from sqlalchemy.ext.asyncio import AsyncSession

from bot.interaction import Interaction
from bot.payloads import approval_forms
from bot.views import evidence as views
from bot.views.parts import Message
from core.communication import exports
from core.db import utc_now
from core.tickets import queries
from core.tickets.approvals import verifying
from core.tickets.models import Source
from core.users.permissions import Actor


async def verify(session: AsyncSession, actor: Actor, number: int) -> Message:
    """For whoever may read the ticket."""
    ticket = await queries.get_view_by_number(session, actor, number)
    return views.verified(ticket, await verifying.verify(session, ticket.id))


async def export(interaction: Interaction) -> None:
    ref = interaction.ticket_ref
    async with interaction.acting(Source.BUTTON) as (session, turn):
        ticket = await exports.ask_for_evidence(session, turn, ref.ticket_id)
    await interaction.open_view(views.coming(f"The evidence about {ticket.key}"))
    await interaction.done()


async def open_period(interaction: Interaction) -> None:
    async with interaction.acting(Source.BUTTON) as (_, turn):
        exports.check_may_export(turn.actor)
    await interaction.open_view(views.period(utc_now().date()))
    await interaction.ack()


async def export_period(interaction: Interaction) -> None:
    period = approval_forms.read_period(interaction.view)
    async with interaction.acting(Source.FORM) as (session, turn):
        await exports.ask_for_period(session, turn, period.first, period.last)
    interaction.deps.waker.wake()
    view = views.coming("The list of approvals")
    await interaction.ack(response_action="update", view=view)
