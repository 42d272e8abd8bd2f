"""Looking at tickets: `/ticket` with its words."""

from sqlalchemy.ext.asyncio import AsyncSession

from bot.interaction import Interaction
from bot.listeners import new_ticket
from bot.payloads.wishes import File, Help, Mine, Queue, Show, ShowPart, parse_command
from bot.people import introduce
from bot.views import command_help, part_card, ticket_card, ticket_list
from bot.views.parts import Message
from bot.views.settings_home import settings_blocks
from core.tickets import followers, queries
from core.tickets.models import Source
from core.tickets.parts import queries as sub_queries
from core.tickets.standing import load
from core.tickets.states import FINAL
from core.users.permissions import Actor, Permission, Relation, may, relations


async def ticket(interaction: Interaction) -> None:
    wish = parse_command(interaction.body.get("text"))
    if isinstance(wish, File):
        await new_ticket.open_form(interaction, wish.summary)
        await interaction.ack()
        return
    answer = await _answer(interaction, wish)
    await interaction.ack(response_type="ephemeral", text=answer["text"], blocks=answer["blocks"])


async def _answer(interaction: Interaction, wish: Show | ShowPart | Mine | Queue | Help) -> Message:
    if isinstance(wish, Help):
        return await _help(interaction)
    async with interaction.acting(Source.COMMAND) as (session, turn):
        match wish:
            case Show(number):
                return await _show(session, turn.actor, number)
            case ShowPart(number, position):
                part = await sub_queries.get_part_by_key(session, turn.actor, number, position)
                return part_card.show(part, turn.actor)
            case Mine():
                return ticket_list.mine(await queries.list_mine(session, turn.actor))
            case Queue():
                return ticket_list.queue(await queries.list_queue(session, turn.actor))


async def _help(interaction: Interaction) -> Message:
    actor = await introduce(interaction.deps, interaction.who)
    more = settings_blocks() if may(actor, Permission.CONFIGURE) else ()
    return command_help.command_help(*more)


async def _show(session: AsyncSession, actor: Actor, number: int) -> Message:
    found = await queries.get_view_by_number(session, actor, number)
    _, standing = await load(session, actor, found.id)
    can_edit = may(actor, Permission.EDIT, standing)
    people = await followers.list_followers(session, found.id)
    is_theirs = relations(actor, standing) & {Relation.REQUESTER, Relation.AUTHOR}
    is_following = actor.slack_user_id in {each.slack_user_id for each in people}
    return ticket_card.show(
        found,
        can_edit=can_edit and found.status not in FINAL,
        can_delete=may(actor, Permission.DELETE, standing),
        followers=people,
        is_following=None if is_theirs else is_following,
    )
