"""The Home tab: opening it, choosing what it shows, and asking for something from it."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from bot.interaction import Interaction
from bot.listeners.asking import asked_at
from bot.payloads.lists import load_edge
from bot.views import ticket_form
from bot.views import ticket_form_fields as form_fields
from core.home import service as home
from core.home.state import HomeState
from core.tickets.lists import ListName
from core.tickets.models import Source
from core.tickets.states import Priority, Status

Change = Callable[[HomeState], HomeState]


async def on_opened(interaction: Interaction) -> None:
    """The tab with the messages is none of ours."""
    if interaction.event.get("tab") != "home":
        return
    async with interaction.acting(Source.BUTTON) as (session, turn):
        await home.opened(session, turn.actor)
    interaction.deps.waker.wake()


async def file(interaction: Interaction) -> None:
    """With the department filled in beside which the button stands."""
    deps = interaction.deps
    policy = await deps.policies.read(deps.sessions)
    desk = policy.desks.get(_uuid(interaction.action.get("value")))
    department = (desk.id, desk.name) if desk else None
    view = ticket_form.new_ticket(department=department)
    if desk is not None and (asked := await asked_at(interaction, desk)):
        view = form_fields.with_fields(view, asked)
    await interaction.open_view(view)
    await interaction.ack()


async def see_all(interaction: Interaction) -> None:
    name = _list(interaction.action.get("value"))
    await _turn_to(interaction, lambda state: state.listing(name))


async def show(interaction: Interaction) -> None:
    name = _list(_chosen(interaction))
    await _turn_to(interaction, lambda state: state.listing(name))


async def by_status(interaction: Interaction) -> None:
    chosen = _chosen(interaction)
    status = Status(chosen) if chosen in set(Status) else None
    await _turn_to(interaction, lambda state: state.filtered(status=status))


async def by_priority(interaction: Interaction) -> None:
    chosen = _chosen(interaction)
    priority = Priority(chosen) if chosen in set(Priority) else None
    await _turn_to(interaction, lambda state: state.filtered(priority=priority))


async def by_department(interaction: Interaction) -> None:
    chosen = _uuid(_chosen(interaction))
    department_id = chosen if chosen.int else None
    await _turn_to(interaction, lambda state: state.filtered(department_id=department_id))


async def turn_page(interaction: Interaction) -> None:
    edge = load_edge(interaction.action.get("value"))
    await _turn_to(interaction, lambda state: state.turned(edge))


async def _turn_to(interaction: Interaction, change: Change) -> None:
    async with interaction.acting(Source.BUTTON) as (session, turn):
        await home.turn_to(session, turn.actor, change)
    await interaction.done()


def _chosen(interaction: Interaction) -> str:
    chosen = interaction.action.get("selected_option")
    return str(chosen.get("value")) if isinstance(chosen, dict) else ""


def _list(value: Any) -> ListName | None:
    return ListName(value) if value in set(ListName) else None


def _uuid(value: Any) -> UUID:
    """Of nobody and nothing, where it is none."""
    try:
        return UUID(value) if isinstance(value, str) else UUID(int=0)
    except ValueError:
        return UUID(int=0)
