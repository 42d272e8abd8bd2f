"""Deciding about money: the buttons on an approver's card, and the forms behind them."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

from bot.interaction import Interaction, answer_url
from bot.payloads import approval_forms
from bot.payloads.approval_forms import VerdictForm
from bot.payloads.approval_refs import FactsRef
from bot.twins import Twins
from bot.views import verdict_forms
from bot.views.approval_words import heading
from bot.views.parts import Form
from bot.views.refusals import refusal
from core.errors import HelpDeskError
from core.tickets.approvals import queries
from core.tickets.approvals import service as approvals
from core.tickets.approvals.forms import Click, Decision, Outcome, Result
from core.tickets.approvals.states import Choice
from core.tickets.models import Source

_TITLES = {
    Result.DECIDED: "Decided",
    Result.RECORDED: "Recorded",
    Result.TOO_LATE: "Already decided",
    Result.REFUSED: "Not yours to decide",
    Result.STALE: "The facts changed",
}
#: What a second click hears, as core says it, too.
RECORDED = "Your decision is recorded."
_CLICKS: Twins[Outcome] = Twins()


async def approve(interaction: Interaction) -> None:
    ref = _ref(interaction)
    decide = partial(_decide, interaction, Source.BUTTON, ref, Choice.APPROVE)
    outcome, is_first = await _CLICKS.run((interaction.who, ref), decide)
    await interaction.done()
    if not is_first and outcome.is_done:
        outcome = replace(outcome, result=Result.RECORDED, text=RECORDED)
    if outcome.result is not Result.DECIDED:
        await _tell(interaction, outcome)


async def open_approve(interaction: Interaction) -> None:
    await _open(interaction, verdict_forms.approve)


async def open_reject(interaction: Interaction) -> None:
    await _open(interaction, verdict_forms.reject)


async def open_changes(interaction: Interaction) -> None:
    await _open(interaction, verdict_forms.ask_for_changes)


async def approve_with_note(interaction: Interaction) -> None:
    await _submit(interaction, Choice.APPROVE, approval_forms.read_note(interaction.view))


async def reject(interaction: Interaction) -> None:
    await _submit(interaction, Choice.REJECT, approval_forms.read_rejection(interaction.view))


async def ask_changes(interaction: Interaction) -> None:
    await _submit(interaction, Choice.ASK_CHANGES, approval_forms.read_question(interaction.view))


async def _open(interaction: Interaction, view: Callable[[str, FactsRef], Form]) -> None:
    """Whoever could not submit it may open it: they are told when they do, and that is kept."""
    ref = _ref(interaction)
    async with interaction.acting(Source.BUTTON) as (session, turn):
        request = await queries.get_card(session, turn.actor, ref.request_id)
    await interaction.open_view(view(heading(request), ref))
    await interaction.ack()


async def _submit(interaction: Interaction, choice: Choice, form: VerdictForm) -> None:
    outcome = await _decide(interaction, Source.FORM, form.ref, choice, form.words)
    interaction.deps.waker.wake()
    if outcome.is_done:
        await interaction.ack()
    else:
        view = verdict_forms.said(_TITLES[outcome.result], outcome.text)
        await interaction.ack(response_action="update", view=view)


async def _decide(
    interaction: Interaction, source: Source, ref: FactsRef, choice: Choice, words: str = ""
) -> Outcome:
    click = _click(interaction, ref)
    async with interaction.acting(source) as (session, turn):
        return await approvals.decide(session, turn, ref.request_id, Decision(choice, words, click))


def _ref(interaction: Interaction) -> FactsRef:
    return FactsRef.load(interaction.action.get("value")).opened_from(interaction.body)


def _click(interaction: Interaction, ref: FactsRef) -> Click:
    body: dict[str, Any] = interaction.body
    pressed = body.get("actions")
    return Click(
        facts_hash=ref.facts,
        team_id=interaction.who.team_id,
        channel_id=ref.channel_id or None,
        message_ts=ref.message_ts or None,
        action_id=pressed[0]["action_id"] if pressed else body["view"]["callback_id"],
    )


async def _tell(interaction: Interaction, outcome: Outcome) -> None:
    """Where the person is looking; and beside the card, when no window opens."""
    try:
        await interaction.open_view(verdict_forms.said(_TITLES[outcome.result], outcome.text))
    except HelpDeskError:
        message = refusal(outcome.text)
        answer = {"response_type": "ephemeral", "replace_original": False, **message}
        await answer_url(interaction.deps, interaction.body, answer)
