"""What is new for somebody, and how they want to hear of things."""

from bot.interaction import Interaction
from bot.payloads import notification_form as payloads
from bot.views import notification_form as views
from core.communication import choices, inbox
from core.errors import Refused
from core.home import service as home
from core.tickets.models import Source

#: More than any number of the database has.
_DIGITS = 19


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


async def read_news(interaction: Interaction) -> None:
    """What was shown, and what came before it. What came since stays new."""
    newest = str(interaction.action.get("value") or "")
    if not (newest.isascii() and newest.isdigit() and len(newest) < _DIGITS):
        raise Refused("This button is no longer valid. Open the Home tab again.")
    async with interaction.acting(Source.BUTTON) as (session, turn):
        await inbox.mark_read_up_to(session, turn.actor, int(newest))
        await home.show_now(session, [turn.actor.id])
    await interaction.done()
