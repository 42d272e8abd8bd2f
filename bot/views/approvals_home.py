"""An approver's desk: what waits for their decision, approving several at once, and absences.
Shown in the Home tab, and in a window of its own."""

from collections.abc import Iterator, Sequence

from bot.ids import Action
from bot.payloads.approval_refs import AbsenceRef
from bot.payloads.approvals_desk import ANY_AMOUNT
from bot.views.approval_card import confirmation, decision_buttons, reference
from bot.views.approval_words import heading, markup, name
from bot.views.parts import (
    Block,
    Form,
    actions,
    button,
    clip,
    context,
    date,
    header,
    modal,
    mrkdwn,
    one_line,
    option,
    plain_text,
    section,
)
from core.money import money
from core.tickets.approvals.desks import ApproversDesk
from core.tickets.approvals.views import AbsenceView, Waiting

PURPOSE_MAX = 300
WORDS_MAX = 500
#: As many as Slack's checkboxes can be.
TICKS_MOST = 10


def section_of(
    desk: ApproversDesk, chosen: str = ANY_AMOUNT, report: Sequence[str] = ()
) -> list[Block]:
    """`chosen`: the size that is shown. `report`: what came of what was just done."""
    blocks = [header("Waiting for your decision")]
    blocks += [section(plain_text(each)) for each in report]
    if desk.waiting or chosen != ANY_AMOUNT:
        blocks.append(_filter(desk, chosen))
    if not desk.waiting:
        nothing = "Nothing waits for your decision."
        if chosen != ANY_AMOUNT:
            nothing = "Nothing of that size waits for your decision."
        blocks.append(section(plain_text(nothing)))
    for each in desk.waiting:
        blocks += _row(each)
    if desk.has_more:
        blocks.append(context(plain_text("… and more, as soon as you have decided these.")))
    return [*blocks, *_several(desk, chosen), *_absences(desk), *_period(desk)]


def window(desk: ApproversDesk, chosen: str = ANY_AMOUNT, report: Sequence[str] = ()) -> Form:
    """The same as a window, which the filter and decisions bring up to date in place."""
    return modal("Approvals", section_of(desk, chosen, report), close="Close")


def _filter(desk: ApproversDesk, chosen: str) -> Block:
    offered = [option(label, value) for value, label in _sizes(desk)]
    shown = next((each for each in offered if each["value"] == chosen), offered[0])
    menu = {
        "type": "static_select",
        "action_id": Action.APPROVALS_FILTER.value,
        "options": offered,
        "initial_option": shown,
    }
    return section(plain_text("Amount")) | {"accessory": menu}


def _sizes(desk: ApproversDesk) -> Iterator[tuple[str, str]]:
    yield ANY_AMOUNT, "Any amount"
    for bound in desk.bounds[:20]:
        yield f"<{bound}", f"Under {money(bound, desk.currency)}"
    for bound in desk.bounds[:20]:
        yield f">{bound}", f"{money(bound, desk.currency)} and more"


def _row(request: Waiting) -> list[Block]:
    about = [mrkdwn(f"Asked {date(request.seat_at)}")]
    if request.due_at:
        about.append(mrkdwn(f"Decide by {date(request.due_at)}"))
    about.append(plain_text(f"Requester: {name(request.requester.name)}"))
    words = f"{heading(request)}\n{clip(one_line(request.purpose), PURPOSE_MAX)}"
    return [section(plain_text(words)), context(*about), actions(decision_buttons(request))]


def _several(desk: ApproversDesk, chosen: str) -> list[Block]:
    small = [each for each in desk.waiting if each.may_be_selected]
    if not small:
        return []
    limit = money(desk.small_below, desk.currency)
    offered = [option(heading(each), reference(each).dump()) for each in small[:TICKS_MOST]]
    ticks = {
        "type": "checkboxes",
        "action_id": Action.APPROVALS_SELECT.value,
        "options": offered,
    }
    words = "Each of them is a decision of its own, in your name."
    confirm = confirmation("Approve all you ticked?", words)
    press = button(Action.APPROVE_SELECTED, "Approve selected", chosen, "primary")
    return [
        header("Several at once"),
        context(plain_text(f"What is under {limit} can be approved together.")),
        actions([ticks]) | {"block_id": Action.APPROVALS_SELECT.value},
        actions([press | {"confirm": confirm}]),
    ]


def _absences(desk: ApproversDesk) -> list[Block]:
    blocks = [header("When you are away")]
    for each in desk.away:
        end = button(Action.AWAY_END, "End", AbsenceRef(each.id).dump())
        blocks.append(section(mrkdwn(_away(each, desk))) | {"accessory": end})
    if not desk.away:
        words = "Name a stand-in, and what waits for you is asked of them as well."
        blocks.append(section(plain_text(words)))
    return [*blocks, actions([button(Action.AWAY, "I'm away…", "away")])]


def _away(absence: AbsenceView, desk: ApproversDesk) -> str:
    is_theirs = absence.user_id == desk.reader_id
    who = "You are" if is_theirs else f"{markup(absence.person.name)} is"
    until = f" until {date(absence.ends_at)}" if absence.ends_at else ""
    words = f"{who} away from {date(absence.starts_at)}{until}. "
    words += f"{markup(absence.stand_in.name)} stands in"
    limit = absence.amount_limit
    return words + (f", up to {money(limit, desk.currency)}." if limit is not None else ".")


def _period(desk: ApproversDesk) -> list[Block]:
    if not desk.may_export:
        return []
    return [actions([button(Action.APPROVALS_PERIOD, "Approvals of a period…", "period")])]


def report(found: Sequence[tuple[str, str, bool]]) -> list[str]:
    """What came of approving several, of (heading, what it was answered, whether it is done)."""
    done = [heading for heading, _, is_done in found if is_done]
    rest = [f"{heading}: {words}" for heading, words, is_done in found if not is_done]
    first = f"Approved: {len(done)} of {len(found)}."
    return [clip(each, WORDS_MAX) for each in (first, *done, *rest)]
