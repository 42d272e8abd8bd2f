"""What is said about approvals: in the threads of their ticket, and to one person."""

from collections.abc import Mapping
from typing import Any

from bot.ids import Action
from bot.payloads.approval_refs import RequestRef
from bot.views.approval_words import amount_of, name
from bot.views.history import detail, readable, who
from bot.views.parts import (
    Block,
    Message,
    actions,
    button,
    clip,
    message,
    one_line,
    plain_text,
    rich_text,
    section,
)
from core.tickets.approvals.states import RequestStatus, StepKind
from core.tickets.history import HistoryLine
from core.tickets.queries import TicketView

#: What the actions of the trail begin with that are about approvals.
AREA = "approval."
PURPOSE_MAX = 500

_SENTENCES: Mapping[str, str] = {
    "approval.ask": "{who} asked for approval of {amount} to {payee}: {purpose}",
    "approval.approve": "{decider} approved {amount}",
    "approval.reject": "{decider} rejected {amount}",
    "approval.ask_changes": "{decider} asked for changes before {amount} is approved",
    "approval.answer": "{who} answered about {amount}",
    "approval.withdraw": "{who} withdrew the request for approval of {amount}",
    "approval.expire": "The request for approval of {amount} expired: it was not decided in time. "
    "It can be sent again",
    "approval.escalate": "{amount} was not decided in time. {people} asked as well",
    "approval.void": "The approval of {amount} is void, since its facts changed. It is asked again",
    "approval.nudge": "{who} reminded whoever decides about {amount}",
}
_AUTOMATIC = "{amount} to {payee} was approved automatically by rule: {purpose}"
#: Which word of the trail follows the sentence, as it was written.
_FOLLOWED_BY = ("words", "reason", "answer")

_TOLD: Mapping[str, str] = {
    "approval.approved": "{by} approved {amount} for {key}.",
    "approval.rejected": "{by} rejected {amount} for {key}:",
    "approval.question": "{by} asks for changes before {amount} for {key} is approved:",
    "approval.withdrawn": "{by} withdrew the request for {amount} for {key}:",
    "approval.answered": "{by} answered you about {amount} for {key}. It waits for your decision.",
    "approval.nudge": "{by} asks you to decide about {amount} for {key}.",
    "approval.reminder": "{amount} for {key} still waits for your decision.",
    "approval.escalated": "{amount} for {key} was not decided in time. {people} asked as well.",
    "approval.expired": "Your request for {amount} for {key} expired: it was not decided in time. "
    "You can send it again.",
}


def happened(line: HistoryLine, key: str) -> Message:
    """A line in a thread of the ticket, or of the part that `key` names."""
    is_automatic = (line.action, detail(line, "request_status")) == (
        "approval.ask",
        RequestStatus.APPROVED.value,
    )
    sentence = _AUTOMATIC if is_automatic else _SENTENCES.get(line.action)
    if sentence is None:
        sentence = f"{{key}}: {{who}} ({readable(line.action)})"
    words = sentence.format(
        key=key,
        who=who(line),
        decider=_decider(line),
        amount=amount_of(line.details),
        payee=name(detail(line, "payee")),
        purpose=clip(one_line(detail(line, "purpose")), PURPOSE_MAX),
        people=_people(line.details),
    )
    said = next((found for each in _FOLLOWED_BY if (found := detail(line, each))), "")
    words = f"{words}: {said}" if said else f"{words.rstrip('.')}.{_then(line)}"
    return message(words, rich_text(words))


def _then(line: HistoryLine) -> str:
    """Who is asked after a step; nothing where the request has ended."""
    is_pending = detail(line, "request_status") == RequestStatus.PENDING.value
    if line.action != "approval.ask" or not is_pending:
        return ""
    step = detail(line, "step")
    return f" {StepKind(step).words} decides first." if step in set(StepKind) else ""


def _decider(line: HistoryLine) -> str:
    absent = detail(line, "on_behalf_of")
    return f"{who(line)} (for {name(absent)})" if absent else who(line)


def _people(details: Mapping[str, Any]) -> str:
    """Who was asked besides, with their verb."""
    found = details.get("people")
    names = [name(str(each)) for each in found] if isinstance(found, list) else []
    if not names:
        return "Nobody else can be"
    return f"{', '.join(names)} {'were' if len(names) > 1 else 'was'}"


def told(topic: str, details: Mapping[str, Any], ticket: TicketView, amount: str) -> Message | None:
    """To one person alone; None for what nothing is known to say about."""
    sentence = _TOLD.get(topic)
    if sentence is None:
        return None
    by = details.get("by")
    words = sentence.format(
        by=name(by) if isinstance(by, str) else "The help desk",
        amount=amount,
        key=ticket.key,
        people=_people(details),
    )
    said = next((str(found) for each in _FOLLOWED_BY if (found := details.get(each))), "")
    blocks = [section(plain_text(words)), *(rich_text(said) if said.strip() else ())]
    return message(words, [*blocks, *_buttons(topic, details)])


def _buttons(topic: str, details: Mapping[str, Any]) -> list[Block]:
    request_id = details.get("request_id")
    if not isinstance(request_id, int):
        return []
    value = RequestRef(request_id).dump()
    match topic:
        case "approval.question":
            return [actions([button(Action.ANSWER, "Answer…", value, "primary")])]
        case "approval.expired":
            return [actions([button(Action.SEND_AGAIN, "Send again", value, "primary")])]
    return []
