"""The form "Edit…": opened, saved, and shown again when somebody else was faster."""

from bot.interaction import Interaction
from bot.payloads.edits import read_edit
from bot.views import edit_form
from core.tickets import editing
from core.tickets.models import Source


async def open_edit(interaction: Interaction) -> None:
    ref = interaction.ticket_ref
    async with interaction.acting(Source.BUTTON) as (session, turn):
        ticket = await editing.read_editable(session, turn.actor, ref.ticket_id)
    await interaction.open_view(edit_form.edit(ticket))
    await interaction.ack()


async def save(interaction: Interaction) -> None:
    form = read_edit(interaction.view)
    wanted = editing.Edit(form.ref.shown, form.typed)
    try:
        async with interaction.acting(Source.FORM) as (session, turn):
            await editing.edit(session, turn, form.ref.ticket.ticket_id, wanted)
    except editing.EditedMeanwhile as meanwhile:
        again = edit_form.edit_again(meanwhile.editable, form.changed, meanwhile.overlaps)
        await interaction.ack(response_action="update", view=again)
        return
    await interaction.done()
