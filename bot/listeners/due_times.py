"""When a ticket is due, and why; a head changes it from there."""

from bot.interaction import Interaction
from bot.payloads import due_forms
from bot.views import due_form, why
from core.tickets import queries
from core.tickets.models import Source
from core.tickets.sla import manual
from core.tickets.sla.explaining import explain
from core.users.permissions import Permission


async def open_why(interaction: Interaction) -> None:
    ref = interaction.ticket_ref
    async with interaction.acting(Source.BUTTON) as (session, turn):
        found = await explain(session, turn.actor, ref.ticket_id, turn.policy)
    await interaction.open_view(why.why(found))
    await interaction.ack()


async def open_form(interaction: Interaction) -> None:
    ref = interaction.ticket_ref
    async with interaction.acting(Source.BUTTON) as (session, turn):
        ticket = await queries.get_view_to(session, turn.actor, ref.ticket_id, Permission.SET_DUE)
    await interaction.open_view(due_form.set_due(ticket))
    await interaction.ack()


async def set_by_hand(interaction: Interaction) -> None:
    """What explained it before is closed with the form."""
    form = due_forms.read(interaction.view)
    async with interaction.acting(Source.FORM) as (session, turn):
        await manual.set_due(
            session, turn, form.ref.ticket_id, due_at=form.due_at, reason=form.reason
        )
    await interaction.ack(response_action="clear")
    interaction.deps.waker.wake()


async def clear(interaction: Interaction) -> None:
    ref = interaction.ticket_ref
    async with interaction.acting(Source.BUTTON) as (session, turn):
        await manual.clear_due(session, turn, ref.ticket_id)
        await session.flush()
        found = await explain(session, turn.actor, ref.ticket_id, turn.policy)
    await interaction.update_view(why.why(found))
    await interaction.done()
