"""An approver's desk: what waits for them, and approving several of it at once."""

from collections.abc import Sequence
from typing import Any

from bot.interaction import Interaction
from bot.payloads.approvals_desk import filters_of, known_size, read_selected
from bot.views import approvals_home
from core.tickets.approvals import service as approvals
from core.tickets.approvals.desks import read_desk
from core.tickets.approvals.forms import Click, Decision
from core.tickets.approvals.states import Choice
from core.tickets.models import Source
from core.users.permissions import check_member


async def open_window(interaction: Interaction) -> None:
    """Answers `/ticket approvals`."""
    async with interaction.acting(Source.COMMAND) as (session, turn):
        desk = await read_desk(session, turn.actor)
    await interaction.open_view(approvals_home.window(desk))
    await interaction.ack()


async def choose_size(interaction: Interaction) -> None:
    option = interaction.action.get("selected_option")
    chosen = known_size(option.get("value") if isinstance(option, dict) else None)
    await _show(interaction, chosen)


async def select(interaction: Interaction) -> None:
    """Ticks count when the button is pressed."""
    await interaction.ack()


async def approve_selected(interaction: Interaction) -> None:
    """Each is a decision of its own: one that was decided meanwhile keeps back no other."""
    selected = read_selected(interaction.view)
    chosen = known_size(interaction.action.get("value"))
    if not selected:
        await _show(interaction, chosen, ["Tick what you want to approve first."])
        return
    click = Click(team_id=interaction.who.team_id, action_id=interaction.action["action_id"])
    async with interaction.acting(Source.BUTTON) as (_, turn):
        check_member(turn.actor)
        acting = turn
    decisions = [
        (ref.request_id, Decision(Choice.APPROVE, click=_shown(click, ref.facts)))
        for _, ref in selected
    ]
    found = await approvals.decide_many(interaction.deps.sessions, acting, decisions)
    interaction.deps.waker.wake()
    headings = {ref.request_id: label for label, ref in selected}
    told = [(headings[request_id], words, is_done) for request_id, words, is_done in found]
    await _show(interaction, chosen, approvals_home.report(told))


def _shown(click: Click, facts: str) -> Click:
    return Click(facts_hash=facts, team_id=click.team_id, action_id=click.action_id)


async def _show(interaction: Interaction, chosen: str, report: Sequence[str] = ()) -> None:
    """In the window it was pressed in; from the Home tab in a window of its own."""
    shown = interaction.view
    async with interaction.acting(Source.BUTTON) as (session, turn):
        desk = await read_desk(session, turn.actor, filters_of(chosen))
    view: dict[str, Any] = approvals_home.window(desk, chosen, report)
    if shown.get("type") == "home":
        await interaction.open_view(view)
    else:
        await interaction.update_view(view)
    await interaction.ack()
