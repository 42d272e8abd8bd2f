"""Giving a part to somebody of the desk that has it."""

from bot.ids import Field
from bot.interaction import Interaction
from bot.listeners.triage import list_offered
from bot.payloads import part_forms, triage_forms
from bot.payloads.part_forms import Answers
from bot.payloads.part_refs import PartRef
from bot.views import assignment
from bot.views import part_forms as forms
from core.tickets.models import Source
from core.tickets.parts import giving
from core.tickets.parts import queries as sub_queries
from core.users.permissions import Permission


async def open_assign(interaction: Interaction) -> None:
    ref = PartRef.load(interaction.action.get("value"))
    async with interaction.acting(Source.BUTTON) as (session, turn):
        part = await sub_queries.get_part_to(
            session, turn.actor, ref.part_id, Permission.ASSIGN_PART
        )
    await interaction.open_view(forms.assign(part))
    await interaction.ack()


async def assignees(interaction: Interaction) -> None:
    """As for a ticket: who is at work first, and of them whoever has the least to do."""
    part_id = part_forms.part_of(interaction.view)
    typed = str(interaction.body.get("value") or "").casefold()
    async with interaction.acting(Source.FORM) as (session, turn):
        part = await sub_queries.get_part_to(session, turn.actor, part_id, Permission.ASSIGN_PART)
        found = await list_offered(session, part.department_id, typed)
    await interaction.ack(options=assignment.assignee_options(found)["options"])


async def assign(interaction: Interaction) -> None:
    part_id = part_forms.part_of(interaction.view)
    assignee_id = triage_forms.read_part_assignee(interaction.view)
    note = Answers(interaction.view).text(Field.NOTE)
    async with interaction.acting(Source.FORM) as (session, turn):
        await giving.assign(session, turn, part_id, assignee_id=assignee_id, note=note)
    await interaction.done()
