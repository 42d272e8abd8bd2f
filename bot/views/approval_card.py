"""A request for money as whoever decides sees it: all it takes to decide, and the buttons."""

from collections.abc import Iterator, Mapping
from typing import Any

from bot.ids import Action
from bot.payloads import TicketRef
from bot.payloads.approval_refs import FactsRef
from bot.views.approval_words import (
    amount,
    day,
    decider,
    heading,
    markup,
    name,
    verdicts,
)
from bot.views.parts import (
    NOTHING,
    Block,
    Message,
    actions,
    button,
    clip,
    context,
    date,
    fields,
    header,
    message,
    mrkdwn,
    one_line,
    plain_text,
    section,
)
from core.money import money
from core.tickets.approvals.states import RequestStatus, SeatReason, SeatState
from core.tickets.approvals.views import CardView, Waiting

FILES_NAMED = 10
WORDS_MAX = 1000
DIFFERENCES_MOST = 8
#: Facts that no person reads: whoever is paid has a name as well.
_UNREAD = frozenset({"payee_id"})


def card(request: CardView) -> Message:
    """For one of those who are asked. Without buttons once they have nothing to decide."""
    blocks = [
        header(f"{amount(request)} · {request.ticket_key}"),
        section(plain_text(request.purpose)),
        fields(_facts(request)),
        *_differences(request.difference),
        *_note(request),
        *_exchange(request),
        *(context(plain_text(each)) for each in _why(request)),
        *(context(mrkdwn(date(at)), plain_text(said)) for at, said in verdicts(request)),
    ]
    if request.can_decide:
        files = [_files_button(request)] if request.files else []
        blocks.append(actions([*decision_buttons(request), *files]))
    else:
        blocks.append(context(plain_text(outcome(request), WORDS_MAX)))
    return message(_spoken(request), blocks)


def gone() -> Message:
    """In place of a card whose ticket was deleted, or that its reader may not see any more."""
    words = "This request for approval is not here any more."
    return message(words, [section(plain_text(words))])


def decision_buttons(request: CardView | Waiting) -> list[Block]:
    """Approving repeats the amount before it counts."""
    words = f"{heading(request)}. The decision is in your name."
    confirm = confirmation(f"Approve {amount(request)}?", words)
    value = reference(request).dump()
    return [
        button(Action.APPROVE, "Approve", value, "primary") | {"confirm": confirm},
        button(Action.APPROVE_WITH_NOTE, "Approve with note…", value),
        button(Action.REJECT, "Reject…", value, "danger"),
        button(Action.ASK_CHANGES, "Ask for changes…", value),
    ]


def reference(request: CardView | Waiting) -> FactsRef:
    request_id = request.id if isinstance(request, CardView) else request.request_id
    return FactsRef(request_id, request.facts_hash)


def confirmation(question: str, words: str) -> Block:
    return {
        "title": plain_text(question, 100),
        "text": plain_text(words, 300),
        "confirm": plain_text("Approve", 30),
        "deny": plain_text("Cancel", 30),
    }


def _files_button(request: CardView) -> Block:
    return button(Action.FILES, "Files…", TicketRef(request.ticket_id, 0).dump())


def _facts(request: CardView) -> Iterator[tuple[str, str]]:
    yield "Amount", _amount(request)
    yield "Payee", markup(_payee(request))
    yield "Requester", markup(request.requester.name)
    yield "Asked by", markup(request.asked_by.name)
    yield "Ticket", markup(f"{request.ticket_key} · {request.ticket_summary}")
    yield "Department", markup(request.department)
    if request.needed_by:
        yield "Needed by", day(request.needed_by)
    step = request.step
    if step and step.due_at and request.status is RequestStatus.PENDING:
        yield "Decide by", date(step.due_at)
    if request.files:
        yield "Files", _files(request)


def _amount(request: CardView) -> str:
    words = amount(request)
    if request.rate is not None:
        on = f" of {day(request.rate_on)}" if request.rate_on else ""
        in_base = money(request.amount_in_base, request.base_currency)
        words += f"\n= {in_base} at {request.rate.normalize():f}{on}"
    return words


def _payee(request: CardView) -> str:
    person = request.payee_person
    if person is None or person.name == request.payee:
        return request.payee
    return f"{request.payee} ({person.name})" if request.payee.strip() else person.name


def _files(request: CardView) -> str:
    names = [markup(each.name) for each in request.files[:FILES_NAMED]]
    more = len(request.files) - len(names)
    return ", ".join(names) + (f" and {more} more" if more else "")


def _differences(found: Mapping[str, Any]) -> list[Block]:
    """What was approved before, in red, and what is asked for now, in green."""
    if not found:
        return []
    blocks = [context(plain_text("The facts changed since it was asked for before:"))]
    read = [(fact, pair) for fact, pair in found.items() if fact not in _UNREAD]
    for fact, pair in read[:DIFFERENCES_MOST]:
        label = fact.replace("_", " ").capitalize()
        before, after = (clip(_said(each), 300) for each in pair)
        blocks.append(section(plain_text(f"{label}\n🔴 {before}\n🟢 {after}")))
    return blocks


def _said(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(_said(each) for each in value) or NOTHING
    if isinstance(value, dict):
        # The same name says nothing about what is in a file.
        return f"{_said(value.get('name'))} ({str(value.get('sha256'))[:8]})"
    return one_line(str(value)) if value not in (None, "") else NOTHING


def _note(request: CardView) -> list[Block]:
    return _said_by(request.asked_by.name, "noted", request.note) if request.note.strip() else []


def _exchange(request: CardView) -> list[Block]:
    """The question that was asked last, and its answer."""
    question = request.question or _answered_question(request)
    if not question:
        return []
    who = request.questioned_by.name if request.questioned_by else "Somebody"
    blocks = _said_by(who, "asked", question)
    if request.answer and not request.question:
        blocks += _said_by(request.asked_by.name, "answered", request.answer)
    return blocks


def _answered_question(request: CardView) -> str | None:
    """Whoever asked has their seat back, with what they asked."""
    seats = request.step.seats if request.step and request.answer else ()
    asked = (each.reason for each in seats if each.state is SeatState.PENDING and each.reason)
    return next(asked, None)


def _said_by(who: str, verb: str, words: str) -> list[Block]:
    # No rich text: Slack would not let a card go back to blocks without.
    return [context(plain_text(f"{name(who)} {verb}:")), section(plain_text(words))]


def _why(request: CardView) -> Iterator[str]:
    if request.explanation.strip():
        yield request.explanation
    seat = request.my_seat
    if seat is not None and seat.stands_in_for is not None:
        yield f"You are asked because you stand in for {name(seat.stands_in_for.name)}."
    elif seat is not None and seat.why is SeatReason.ALTERNATE:
        yield "You are asked in place of those who may not decide this, or did not in time."


def outcome(request: CardView) -> str:
    """In place of the buttons: why there are none."""
    match request.status:
        case RequestStatus.APPROVED:
            return "Approved. There is nothing left to decide."
        case RequestStatus.REJECTED:
            return "Rejected. There is nothing left to decide."
        case RequestStatus.WITHDRAWN:
            who = name(request.ended_by.name) if request.ended_by else "The help desk"
            return _with_reason(f"{who} withdrew this request", request.end_reason)
        case RequestStatus.EXPIRED:
            return "This request expired: it was not decided in time."
        case RequestStatus.VOID:
            words = "Void – facts changed. What was approved does not hold any more"
            return _with_reason(words, request.end_reason)
        case RequestStatus.CHANGES_REQUESTED:
            return f"{name(request.asked_by.name)} is asked to answer. Then it comes back."
    return _still_pending(request)


def _still_pending(request: CardView) -> str:
    seat = request.my_seat
    if seat is None or seat.state is SeatState.MOVED:
        return "You are not asked about this any more."
    step = request.step
    asked = step.kind.words if step else "Somebody else"
    if step and any(each.user_id == seat.user_id for each in step.seats):
        return f"{decider(seat)} decided. Others of this step still have to."
    return f"This step is decided. {asked} is asked now."


def _with_reason(words: str, reason: str | None) -> str:
    return f"{words}: {one_line(reason)}" if reason and reason.strip() else f"{words}."


def _spoken(request: CardView) -> str:
    """What a lock screen may show of it: never what it is for."""
    if request.can_decide:
        return f"You are asked to approve {amount(request)} for {request.ticket_key}"
    return f"{amount(request)} for {request.ticket_key}: {clip(outcome(request), 300)}"
