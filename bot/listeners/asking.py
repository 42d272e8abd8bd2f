"""What the form "New ticket" asks besides, once its department is known."""

from bot.interaction import Interaction
from bot.views.ticket_form_fields import Asked
from core.db import unit_of_work
from core.tickets.parts.templates import list_usable
from core.tickets.policy import Desk


async def asked_at(interaction: Interaction, desk: Desk) -> Asked:
    """By the desk, of whoever has the form open. Slack is asked about nobody for it: whom we have
    not met leads no desk."""
    deps = interaction.deps
    async with unit_of_work(deps.sessions) as session:
        author = await deps.directory.find(session, interaction.who)
        templates = await list_usable(session, author, desk) if author else ()
    return Asked(desk.id, desk.form_fields, templates)
