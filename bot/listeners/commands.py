"""`/ticket` with its words: a form, or a look at tickets."""

from bot.interaction import Interaction
from bot.listeners import approvals_desk, evidence, looking, new_ticket, reports
from bot.payloads.wishes import (
    Approvals,
    File,
    Help,
    Mine,
    Queue,
    Report,
    Search,
    Show,
    ShowPart,
    Verify,
    parse_command,
)
from bot.people import introduce
from bot.views import command_help
from bot.views.parts import Message
from bot.views.settings_home import settings_blocks
from core.tickets.lists import ListName
from core.tickets.models import Source
from core.users.permissions import Permission, may

Look = Show | ShowPart | Mine | Queue | Search | Verify | Help


async def ticket(interaction: Interaction) -> None:
    wish = parse_command(interaction.body.get("text"))
    if isinstance(wish, File):
        await new_ticket.open_form(interaction, wish.summary)
        await interaction.ack()
        return
    if isinstance(wish, Approvals):
        await approvals_desk.open_window(interaction)
        return
    if isinstance(wish, Report):
        answer = await reports.ask(interaction, wish)
        if answer is None:
            await new_ticket.open_form(interaction, wish.words)
            await interaction.ack()
            return
    else:
        answer = await _answer(interaction, wish)
    await interaction.ack(response_type="ephemeral", text=answer["text"], blocks=answer["blocks"])


async def _answer(interaction: Interaction, wish: Look) -> Message:
    if isinstance(wish, Help):
        return await _help(interaction)
    async with interaction.acting(Source.COMMAND) as (session, turn):
        match wish:
            case Show(number):
                url = interaction.deps.public_url
                return await looking.show_number(session, turn.actor, number, url)
            case ShowPart(number, position):
                return await looking.show_part(session, turn.actor, number, position)
            case Verify(number):
                return await evidence.verify(session, turn.actor, number)
            case Mine():
                return await looking.first_with_parts(session, turn.actor, ListName.INVOLVED)
            case Queue():
                return await looking.first_with_parts(session, turn.actor, ListName.UNASSIGNED)
            case Search(typed):
                return await looking.find(session, turn, typed)


async def _help(interaction: Interaction) -> Message:
    actor = await introduce(interaction.deps, interaction.who)
    more = settings_blocks() if may(actor, Permission.CONFIGURE) else ()
    return command_help.command_help(*more)
