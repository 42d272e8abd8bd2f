"""The form "Split…": opening it, one more part, a template, and its submission."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from bot.interaction import Interaction
from bot.payloads import TicketRef, part_forms
from bot.payloads.part_forms import PartDraft, SplitRef
from bot.views import split
from bot.views.ticket_card import reference
from core.db import utc_now
from core.errors import Refused
from core.tickets import queries
from core.tickets.changes import Turn
from core.tickets.models import Source
from core.tickets.parts import queries as sub_queries
from core.tickets.parts import splitting
from core.tickets.parts import templates as split_templates
from core.tickets.parts.templates import Draft
from core.tickets.queries import TicketView
from core.tickets.standing import load
from core.users.permissions import Permission, may


async def open_split(interaction: Interaction) -> None:
    """For a head. Anybody else of the desk asks the head with it."""
    ref = interaction.ticket_ref
    async with interaction.acting(Source.BUTTON) as (session, turn):
        view = await _form_or_question(session, turn, ref.ticket_id)
    await interaction.open_view(view)
    await interaction.done()


async def _form_or_question(session: AsyncSession, turn: Turn, ticket_id: UUID) -> dict[str, Any]:
    ticket = await queries.get_view_to(session, turn.actor, ticket_id, Permission.WORK)
    splitting.check_divisible(ticket)
    _, standing = await load(session, turn.actor, ticket_id)
    if may(turn.actor, Permission.SPLIT, standing):
        ref = SplitRef(TicketRef.load(reference(ticket)))
        return await _form(session, ticket, ref, [PartDraft()])
    names = await splitting.ask_to_split(session, turn, ticket_id)
    return split.asked(ticket, names)


async def _form(
    session: AsyncSession, ticket: TicketView, ref: SplitRef, drafts: Sequence[PartDraft]
) -> dict[str, Any]:
    templates = await split_templates.read_templates(session, ticket.department)
    files = await sub_queries.list_files(session, ticket.id, most=splitting.FILES_MOST)
    return split.split(ticket, ref, drafts, [each.name for each in templates], files)


async def add_part(interaction: Interaction) -> None:
    ref, drafts = part_forms.read_drafts(interaction.view)
    more = SplitRef(ref.ticket, ref.first, ref.count + 1)
    if more.count > splitting.PARTS_MOST:
        raise Refused(f"A form splits off up to {splitting.PARTS_MOST} parts.")
    async with interaction.acting(Source.FORM) as (session, turn):
        ticket = await _ticket(session, turn, ref)
        view = await _form(session, ticket, more, [*drafts, PartDraft()])
    await interaction.update_view(view)
    await interaction.ack()


async def use_template(interaction: Interaction) -> None:
    """Its parts in place of those in the form."""
    ref = SplitRef.load(interaction.view.get("private_metadata"))
    option = interaction.action.get("selected_option")
    name = option.get("value") if isinstance(option, dict) else None
    async with interaction.acting(Source.FORM) as (session, turn):
        ticket = await _ticket(session, turn, ref)
        templates = await split_templates.read_templates(session, ticket.department)
        chosen = next((each for each in templates if each.name == name), None)
        if chosen is None:
            raise Refused("This template does not exist any more.")
        drafts = split_templates.drafts(chosen.parts, turn.policy, utc_now())
        anew = SplitRef(ref.ticket, ref.first + ref.count, len(drafts))
        view = await _form(session, ticket, anew, [_drafted(each) for each in drafts])
    await interaction.update_view(view)
    await interaction.ack()


async def _ticket(session: AsyncSession, turn: Turn, ref: SplitRef) -> TicketView:
    ticket_id = ref.ticket.ticket_id
    return await queries.get_view_to(session, turn.actor, ticket_id, Permission.SPLIT)


def _drafted(draft: Draft) -> PartDraft:
    department = (str(draft.department[0]), draft.department[1]) if draft.department else None
    return PartDraft(department, draft.summary, draft.passed_on, draft.is_required, draft.due_at)


async def submit(interaction: Interaction) -> None:
    ref, parts = part_forms.read_split(interaction.view)
    key = f"view:{part_forms.view_id(interaction.view)}"
    async with interaction.acting(Source.FORM) as (session, turn):
        await splitting.split(session, turn, ref.ticket.ticket_id, parts, source_key=key)
    await interaction.done()
