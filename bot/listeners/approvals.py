"""Asking for money, and what becomes of it: the form and its preview, answers to questions,
withdrawing, reminding, sending again."""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from bot.interaction import Interaction
from bot.payloads import approval_forms
from bot.payloads.approval_forms import AskForm, AskRef
from bot.payloads.approval_refs import RequestRef
from bot.payloads.part_forms import view_id
from bot.payloads.part_refs import PartRef
from bot.people import introduce
from bot.views import approval_forms as views
from bot.views import verdict_forms
from bot.views.approval_words import heading
from core.errors import Refused
from core.files import queries as files
from core.tickets import queries as tickets
from core.tickets.approvals import queries
from core.tickets.approvals import service as approvals
from core.tickets.approvals.forms import Ask
from core.tickets.approvals.rulebooks import read_rules
from core.tickets.changes import Turn
from core.tickets.models import Source
from core.tickets.parts import queries as parts
from core.tickets.parts.queries import PartView
from core.tickets.queries import TicketView
from core.users.permissions import Actor, Permission
from core.users.queries import Identity

#: The ticket or part of a key, for somebody with the permission.
Get = Callable[[AsyncSession, Actor, Any, Permission], Awaitable[TicketView | PartView]]


async def open_ask(interaction: Interaction) -> None:
    ref = interaction.ticket_ref
    await _open(interaction, tickets.get_view_to, ref.ticket_id)


async def open_ask_for_part(interaction: Interaction) -> None:
    ref = PartRef.load(interaction.action.get("value"))
    await _open(interaction, parts.get_part_to, ref.part_id)


async def _open(interaction: Interaction, get: Get, key: UUID | int) -> None:
    async with interaction.acting(Source.BUTTON) as (session, turn):
        about = await get(session, turn.actor, key, Permission.REQUEST_APPROVAL)
        view = await _form(session, turn, about)
    await interaction.open_view(view)
    await interaction.ack()


async def preview(interaction: Interaction) -> None:
    ref, form = approval_forms.read_ask(interaction.view)
    await _show_preview(interaction, ref, form)


async def send(interaction: Interaction) -> None:
    """What was looked at. A form that changed since is looked at first."""
    ref, form = approval_forms.read_ask(interaction.view)
    if ref.shown != form.fingerprint:
        await _show_preview(interaction, ref, form)
        return
    ask = await _ask(interaction, form, _may_ask(ref))
    async with interaction.acting(Source.FORM) as (session, turn):
        ticket_id, part_id = ref.ticket.ticket_id, ref.part_id
        asked = await approvals.ask(session, turn, ticket_id, ask, part_id=part_id)
        request = await queries.get_card(session, turn.actor, asked.request_id)
    interaction.deps.waker.wake()
    await interaction.ack(response_action="update", view=views.sent(request))


async def _show_preview(interaction: Interaction, ref: AskRef, form: AskForm) -> None:
    ask, ticket_id = await _ask(interaction, form, _may_ask(ref)), ref.ticket.ticket_id
    async with interaction.acting(Source.FORM) as (session, turn):
        plan = await approvals.preview(session, turn, ticket_id, ask, part_id=ref.part_id)
        about = await _about(session, turn.actor, ref)
        view = await _form(session, turn, about, form, views.planned(plan))
    await interaction.ack(response_action="update", view=view)


async def _form(
    session: AsyncSession,
    turn: Turn,
    about: TicketView | PartView,
    typed: AskForm | None = None,
    plan: list[str] | None = None,
) -> dict[str, Any]:
    ticket_id = about.ticket_id if isinstance(about, PartView) else about.id
    kept = await files.list_files(session, turn.actor, ticket_id)
    base = (await read_rules(session)).book.currency
    named = [(each.id, each.name) for each in kept]
    return views.ask(about, base, named, typed, plan or ())


async def _about(session: AsyncSession, actor: Actor, ref: AskRef) -> TicketView | PartView:
    """What it is asked for. Raises NotAllowed."""
    permission = Permission.REQUEST_APPROVAL
    if ref.part is not None:
        return await parts.get_part_to(session, actor, ref.part.part_id, permission)
    return await tickets.get_view_to(session, actor, ref.ticket.ticket_id, permission)


Check = Callable[[AsyncSession, Actor], Awaitable[None]]


def _may_ask(ref: AskRef) -> Check:
    return partial(approvals.check_may_ask, ticket_id=ref.ticket.ticket_id, part_id=ref.part_id)


async def _ask(interaction: Interaction, form: AskForm, check: Check) -> Ask:
    """With the person who is paid, where one is: they may be new to us, and are looked up only
    for somebody who may ask."""
    payee, payee_id = form.payee, None
    if form.payee_user is not None:
        async with interaction.acting(Source.FORM) as (session, turn):
            await check(session, turn.actor)
        who = Identity(interaction.who.team_id, form.payee_user)
        person = await introduce(interaction.deps, who)
        payee, payee_id = payee or person.name, person.id
    return Ask(
        amount=f"{form.amount:f}",
        currency=form.currency,
        payee=payee,
        purpose=form.purpose,
        payee_id=payee_id,
        needed_by=form.needed_by,
        attachment_ids=form.file_ids,
        source_key=f"view:{view_id(interaction.view)}",
        note=form.note,
    )


async def open_answer(interaction: Interaction) -> None:
    ref = RequestRef.load(interaction.action.get("value"))
    async with interaction.acting(Source.BUTTON) as (session, turn):
        request = await queries.get_card(session, turn.actor, ref.request_id)
    if not request.question:
        raise Refused("There is no question to answer any more.")
    await interaction.open_view(verdict_forms.answer(heading(request), request.question, ref))
    await interaction.ack()


async def answer(interaction: Interaction) -> None:
    form = approval_forms.read_answer(interaction.view)
    async with interaction.acting(Source.FORM) as (session, turn):
        await approvals.answer(session, turn, form.ref.request_id, form.words)
    await interaction.done()


async def open_change(interaction: Interaction) -> None:
    """Of an approved request, or of one that an approver asks about."""
    ref = RequestRef.load(interaction.action.get("value"))
    async with interaction.acting(Source.BUTTON) as (session, turn):
        request = await queries.get_card(session, turn.actor, ref.request_id)
        await approvals.check_may_change(session, turn.actor, ref.request_id)
        kept = await files.list_files(session, turn.actor, request.ticket_id)
    await interaction.open_view(views.change(request, [(each.id, each.name) for each in kept]))
    await interaction.ack()


async def change(interaction: Interaction) -> None:
    ref, form, answered = approval_forms.read_change(interaction.view)
    may_change = partial(approvals.check_may_change, request_id=ref.request_id)
    ask = await _ask(interaction, form, may_change)
    async with interaction.acting(Source.FORM) as (session, turn):
        if answered is None:
            asked = await approvals.change(session, turn, ref.request_id, ask)
        else:
            asked = await approvals.answer(session, turn, ref.request_id, answered, ask)
        request = await queries.get_card(session, turn.actor, asked.request_id)
    interaction.deps.waker.wake()
    await interaction.ack(response_action="update", view=views.sent(request))


async def open_withdraw(interaction: Interaction) -> None:
    ref = RequestRef.load(interaction.action.get("value"))
    async with interaction.acting(Source.BUTTON) as (session, turn):
        request = await queries.get_card(session, turn.actor, ref.request_id)
    await interaction.open_view(verdict_forms.withdraw(heading(request), ref))
    await interaction.ack()


async def withdraw(interaction: Interaction) -> None:
    form = approval_forms.read_withdrawal(interaction.view)
    async with interaction.acting(Source.FORM) as (session, turn):
        await approvals.withdraw(session, turn, form.ref.request_id, form.words)
    await interaction.done()


async def remind(interaction: Interaction) -> None:
    ref = RequestRef.load(interaction.action.get("value"))
    async with interaction.acting(Source.BUTTON) as (session, turn):
        names = await approvals.nudge(session, turn, ref.request_id)
    interaction.deps.waker.wake()
    await interaction.open_view(views.reminded(names))
    await interaction.ack()


async def send_again(interaction: Interaction) -> None:
    ref = RequestRef.load(interaction.action.get("value"))
    async with interaction.acting(Source.BUTTON) as (session, turn):
        asked = await approvals.ask_again(session, turn, ref.request_id)
        request = await queries.get_card(session, turn.actor, asked.request_id)
    interaction.deps.waker.wake()
    await interaction.open_view(views.sent(request))
    await interaction.ack()
