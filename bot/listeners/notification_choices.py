"""How somebody wants to hear of things."""

from bot.interaction import Interaction
from bot.payloads import notification_form as payloads
from bot.views import notification_form as views
from core.communication import choices
from core.tickets.models import Source


async def open_form(interaction: Interaction) -> None:
    async with interaction.acting(Source.BUTTON) as (session, turn):
        found = await choices.read_choices(session, turn.actor)
    await interaction.open_view(views.notifications(found))
    await interaction.ack()


async def save(interaction: Interaction) -> None:
    chosen = payloads.read_choices(interaction.view)
    async with interaction.acting(Source.FORM) as (session, turn):
        await choices.save_choices(session, turn.actor, chosen)
    await interaction.ack()
