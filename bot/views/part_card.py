"""A part as messages show it: the card at the desk that has it, and a look at one part."""

from collections.abc import Mapping

from bot.ids import Action
from bot.payloads.part_refs import PartRef
from bot.views import approval_badges
from bot.views.approval_badges import NONE, Approvals
from bot.views.due import left
from bot.views.parts import (
    NAME_MAX,
    NOTHING,
    TEXT_MAX,
    Block,
    Message,
    actions,
    button,
    clip,
    clip_escaped,
    context,
    date,
    fields,
    header,
    message,
    one_line,
    plain_text,
    section,
)
from core.tickets.parts.queries import PartView
from core.tickets.states import PART_IS_HELD, SubTicketStatus
from core.users.permissions import Actor, Permission, may

LABELS: Mapping[Action, str] = {
    Action.PART_ACCEPT: "Accept",
    Action.PART_START: "Start",
    Action.PART_DONE: "Done…",
    Action.PART_ASSIGN: "Assign…",
    Action.PART_SEND_BACK: "Send back…",
    Action.PART_PROPOSE: "Propose another time…",
    Action.PART_SEND_AGAIN: "Send again…",
    Action.PART_CANCEL: "Cancel part…",
    Action.PART_WRITE: "Write to them…",
    Action.PART_ASK_APPROVAL: "Request approval…",
}
_MAIN = frozenset({Action.PART_ACCEPT, Action.PART_START})
_WORKS = (Action.PART_ASSIGN, Action.PART_SEND_BACK, Action.PART_PROPOSE)

#: What the desk that has it may do.
_WORK: Mapping[SubTicketStatus, tuple[Action, ...]] = {
    SubTicketStatus.NEW: (Action.PART_ACCEPT, *_WORKS),
    SubTicketStatus.ACCEPTED: (Action.PART_START, Action.PART_DONE, *_WORKS),
    SubTicketStatus.IN_PROGRESS: (Action.PART_DONE, *_WORKS),
}
#: What the desk that passed it on may do.
_STEER: Mapping[SubTicketStatus, tuple[Action, ...]] = {
    **dict.fromkeys(_WORK, (Action.PART_WRITE, Action.PART_CANCEL)),
    SubTicketStatus.SENT_BACK: (Action.PART_SEND_AGAIN, Action.PART_WRITE, Action.PART_CANCEL),
}


def card(part: PartView, approvals: Approvals = NONE) -> Message:
    """For the other department's desk channel."""
    work, is_held = _WORK.get(part.status, ()), part.status in PART_IS_HELD
    if approvals.may_ask and is_held:
        work = (*work, Action.PART_ASK_APPROVAL)
    asked = approval_badges.rows(approvals, is_held=is_held)
    return message(spoken(part), [*_about(part, approvals), *buttons(part, *work), *asked])


def show(part: PartView, reader: Actor, approvals: Approvals = NONE) -> Message:
    """Answers `/ticket HD-12/1`, with what the reader may do."""
    offered: tuple[Action, ...] = ()
    if may(reader, Permission.WORK_PART, part.standing):
        may_assign = may(reader, Permission.ASSIGN_PART, part.standing)
        work = _WORK.get(part.status, ())
        offered += tuple(each for each in work if may_assign or each is not Action.PART_ASSIGN)
    if may(reader, Permission.STEER_PART, part.standing):
        offered += _STEER.get(part.status, ())
    if may(reader, Permission.REQUEST_APPROVAL, part.standing) and part.status in PART_IS_HELD:
        offered += (Action.PART_ASK_APPROVAL,)
    return message(spoken(part), [*_about(part, approvals), *buttons(part, *offered)])


def title(part: PartView) -> str:
    return f"{part.key} · {part.summary}"


def spoken(part: PartView) -> str:
    """What a lock screen may show of it."""
    return f"{part.key} · Part of a private ticket" if part.is_private else title(part)


def steering(part: PartView) -> list[Block]:
    """For the thread of the desk that passed it on."""
    return buttons(part, *_STEER.get(part.status, ()))


def buttons(part: PartView, *shown: Action) -> list[Block]:
    value = PartRef(part.id).dump()
    made = [
        button(each, LABELS[each], value, "primary" if each in _MAIN else None) for each in shown
    ]
    return [actions(made)] if made else []


def _due(part: PartView) -> str:
    if part.due_at is None and part.paused_left is not None:
        return f"Paused, {left(part.paused_left)}: waiting for approval"
    return date(part.due_at) if part.due_at else NOTHING


def _about(part: PartView, approvals: Approvals) -> list[Block]:
    facts = [
        ("Status", part.status.words),
        ("Department", _name(part.department)),
        ("Assignee", _name(part.assignee.name) if part.assignee else "Nobody yet"),
        ("Due", _due(part)),
        ("Part of", f"HD-{part.ticket_number}, {_name(part.sender)}"),
    ]
    if part.requester_department:
        facts.append(("For somebody of", _name(part.requester_department)))
    if part.proposed_due_at:
        facts.append(("Proposed", date(part.proposed_due_at)))
    facts += approval_badges.facts(approvals)
    found = [header(title(part))]
    if part.passed_on.strip():
        found.append(section(plain_text(part.passed_on, TEXT_MAX)))
    found.append(fields(facts))
    marks = [*_files(part), *([] if part.is_required else ["The ticket does not wait for it"])]
    said = _last_word(part)
    if said:
        found.append(section(plain_text(said, TEXT_MAX)))
    return [*found, context(*(plain_text(mark) for mark in marks))] if marks else found


def _files(part: PartView) -> list[str]:
    names = ", ".join(clip(one_line(name), NAME_MAX) for name in part.files)
    return [f"Files: {names}"] if names else []


def _last_word(part: PartView) -> str:
    if part.status is SubTicketStatus.SENT_BACK and part.sent_back_reason:
        return f"Sent back: {part.sent_back_reason}"
    if part.status is SubTicketStatus.DONE and part.done_note:
        return f"Done: {part.done_note}"
    return ""


def _name(name: str) -> str:
    return clip_escaped(one_line(name), NAME_MAX) if name.strip() else NOTHING
