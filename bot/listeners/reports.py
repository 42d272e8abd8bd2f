"""Looking back: a department's report, and its rows as CSV."""

from bot.interaction import Interaction
from bot.payloads.reports import ExportRef
from bot.payloads.wishes import Report
from bot.views import reports as views
from bot.views.parts import Message
from core.reports import asking
from core.tickets.models import Source


async def ask(interaction: Interaction, wish: Report) -> Message | None:
    """What to answer. None when the words name no department: then they are a summary."""
    async with interaction.acting(Source.COMMAND) as (session, turn):
        desk = asking.find_desk(turn.policy, wish.department) if wish.department else None
        if wish.department and desk is None:
            return None
        found = await asking.ask_for_report(session, turn, desk, wish.days)
    interaction.deps.waker.wake()
    return views.coming(found.name, wish.days)


async def export(interaction: Interaction) -> None:
    chosen = interaction.action.get("selected_option")
    ref = ExportRef.load(chosen.get("value") if isinstance(chosen, dict) else None)
    async with interaction.acting(Source.BUTTON) as (session, turn):
        await asking.ask_for_export(session, turn, ref.period, ref.kind)
    await interaction.open_view(views.export_coming(ref.kind))
    await interaction.done()
