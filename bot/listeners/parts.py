"""A part at the desk that has it, and what the desk that passed it on decides about it."""

from collections.abc import Awaitable, Callable
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from bot.ids import Field
from bot.interaction import Interaction
from bot.payloads import SUMMARY_MAX, part_forms
from bot.payloads.part_forms import Answers
from bot.payloads.part_refs import PartRef, ProposalRef
from bot.views import part_forms as forms
from core.communication import part_threads
from core.communication.service import Words
from core.home import service as home
from core.tickets.changes import Turn
from core.tickets.models import Source
from core.tickets.parts import queries as sub_queries
from core.tickets.parts import service as sub_tickets
from core.tickets.parts.queries import PartView
from core.users.permissions import Permission

Verb = Callable[..., Awaitable[Any]]


async def accept(interaction: Interaction) -> None:
    await _press(interaction, sub_tickets.accept)


async def start(interaction: Interaction) -> None:
    await _press(interaction, sub_tickets.start)


async def _press(interaction: Interaction, verb: Verb) -> None:
    ref = PartRef.load(interaction.action.get("value"))
    async with interaction.acting(Source.BUTTON) as (session, turn):
        await verb(session, turn, ref.part_id)
        if interaction.is_on_home:
            await home.show_now(session, [turn.actor.id])
    await interaction.done()


async def agree(interaction: Interaction) -> None:
    await _answer(interaction, sub_tickets.agree)


async def keep(interaction: Interaction) -> None:
    await _answer(interaction, sub_tickets.keep)


async def _answer(interaction: Interaction, verb: Verb) -> None:
    ref = ProposalRef.load(interaction.action.get("value"))
    async with interaction.acting(Source.BUTTON) as (session, turn):
        await verb(session, turn, ref.part_id, proposed=ref.proposed)
    await interaction.done()


def _opens(view: Callable[[PartView], dict[str, Any]], permission: Permission) -> Verb:
    async def listener(interaction: Interaction) -> None:
        ref = PartRef.load(interaction.action.get("value"))
        async with interaction.acting(Source.BUTTON) as (session, turn):
            part = await sub_queries.get_part_to(session, turn.actor, ref.part_id, permission)
        await interaction.open_view(view(part))
        await interaction.ack()

    return listener


open_send_back = _opens(forms.send_back, Permission.WORK_PART)
open_propose = _opens(forms.propose, Permission.WORK_PART)
open_done = _opens(forms.done, Permission.WORK_PART)
open_send_again = _opens(forms.send_again, Permission.STEER_PART)
open_cancel = _opens(forms.cancel, Permission.STEER_PART)
open_write = _opens(forms.write, Permission.STEER_PART)


async def _submit(interaction: Interaction, verb: Verb, **given: Any) -> None:
    part_id = part_forms.part_of(interaction.view)
    async with interaction.acting(Source.FORM) as (session, turn):
        await verb(session, turn, part_id, **given)
    await interaction.done()


async def send_back(interaction: Interaction) -> None:
    reason = Answers(interaction.view).text(Field.REASON)
    await _submit(interaction, sub_tickets.send_back, reason=reason)


async def propose(interaction: Interaction) -> None:
    due_at = part_forms.read_due(interaction.view)
    reason = Answers(interaction.view).text(Field.REASON)
    await _submit(interaction, sub_tickets.propose, due_at=due_at, reason=reason)


async def done(interaction: Interaction) -> None:
    note = Answers(interaction.view).text(Field.NOTE)
    await _submit(interaction, sub_tickets.done, note=note)


async def send_again(interaction: Interaction) -> None:
    answers = Answers(interaction.view)
    summary = answers.text(Field.SUMMARY, most=SUMMARY_MAX)
    passed_on = answers.text(Field.PASSED_ON)
    await _submit(interaction, sub_tickets.send_again, summary=summary, passed_on=passed_on)


async def cancel(interaction: Interaction) -> None:
    reason = Answers(interaction.view).text(Field.REASON)
    await _submit(interaction, sub_tickets.cancel_part, reason=reason)


async def write(interaction: Interaction) -> None:
    key = f"view:{part_forms.view_id(interaction.view)}"
    words = Words(Answers(interaction.view).text(Field.REPLY), source_key=key)

    async def verb(session: AsyncSession, turn: Turn, part_id: int) -> None:
        await part_threads.write(session, turn, part_id, words)

    await _submit(interaction, verb)
