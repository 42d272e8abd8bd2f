"""Who takes part: following a ticket, leaving it, and adding whom somebody mentioned."""

from bot.interaction import Interaction
from bot.listeners.triage import press
from bot.payloads.mentions import MentionRef
from bot.people import introduce
from bot.views import participation
from core.tickets import service as tickets
from core.tickets.models import Source
from core.users.queries import Identity


async def watch(interaction: Interaction) -> None:
    await press(interaction, tickets.watch)


async def unwatch(interaction: Interaction) -> None:
    await press(interaction, tickets.unwatch)


async def add(interaction: Interaction) -> None:
    ref = MentionRef.load(interaction.action.get("value"))
    # Before anybody is looked up at Slack for them.
    async with interaction.acting(Source.BUTTON) as (session, turn):
        await tickets.check_may_add(session, turn.actor, ref.ticket_id)
    mentioned = Identity(interaction.who.team_id, ref.slack_user_id)
    person = await introduce(interaction.deps, mentioned)
    async with interaction.acting(Source.BUTTON) as (session, turn):
        ticket, added = await tickets.add_follower(session, turn, ref.ticket_id, person.id)
    await interaction.done()
    await interaction.replace(participation.added(ticket.key, added.name))


async def leave_out(interaction: Interaction) -> None:
    await interaction.ack()
    await interaction.replace(None)
