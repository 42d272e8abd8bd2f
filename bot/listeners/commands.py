"""Looking at tickets: `/ticket` with its words, and the "History" button."""

from bot import payloads
from bot.interaction import Interaction
from bot.listeners import new_ticket
from bot.payloads import File, Help, Mine, Queue, Show, ShowPart
from bot.views import command_help, part_card, ticket_card, ticket_list
from bot.views import history as history_view
from bot.views.parts import Message
from core.tickets import history as trail
from core.tickets import queries, sub_queries
from core.tickets.models import Source


async def ticket(interaction: Interaction) -> None:
    wish = payloads.parse_command(interaction.body.get("text"))
    if isinstance(wish, File):
        await new_ticket.open_form(interaction, wish.summary)
        await interaction.ack()
        return
    answer = await _answer(interaction, wish)
    await interaction.ack(response_type="ephemeral", text=answer["text"], blocks=answer["blocks"])


async def _answer(interaction: Interaction, wish: Show | ShowPart | Mine | Queue | Help) -> Message:
    if isinstance(wish, Help):
        return command_help.command_help()
    async with interaction.acting(Source.COMMAND) as (session, turn):
        match wish:
            case Show(number):
                found = await queries.get_view_by_number(session, turn.actor, number)
                return ticket_card.show(found)
            case ShowPart(number, position):
                part = await sub_queries.get_part_by_key(session, turn.actor, number, position)
                return part_card.show(part, turn.actor)
            case Mine():
                return ticket_list.mine(await queries.list_mine(session, turn.actor))
            case Queue():
                return ticket_list.queue(await queries.list_queue(session, turn.actor))


async def history(interaction: Interaction) -> None:
    ref = interaction.ticket_ref
    async with interaction.acting(Source.BUTTON) as (session, turn):
        found = await queries.get_view(session, turn.actor, ref.ticket_id)
        lines = await trail.list_history(session, turn.actor, ref.ticket_id)
        at_desk = turn.actor.desk_id == found.department_id
    await interaction.open_view(history_view.history(found, lines, at_desk=at_desk))
    await interaction.ack()
