"""A ticket as messages show it: the desk's card, the requester's receipt, a look at one ticket."""

from collections.abc import Collection, Sequence

from bot.ids import Action, More
from bot.payloads import MenuRef, TicketRef
from bot.views import approval_badges
from bot.views.approval_badges import NONE, Approvals
from bot.views.card_buttons import AFTERWARDS, DESK_MORE, LABELS, MAIN, MORE, at_desk
from bot.views.due import due, status_to_requester, to_requester
from bot.views.parts import (
    FIELD_MAX,
    NAME_MAX,
    NOTHING,
    Block,
    Form,
    Message,
    actions,
    button,
    clip_escaped,
    context,
    date,
    fields,
    header,
    menu,
    message,
    modal,
    one_line,
    plain_text,
    section,
)
from bot.views.ticket_facts import answers, marks
from core.tickets.queries import Person, TicketView
from core.tickets.states import FINAL, IS_HELD, IS_OPEN, IS_OVER, Status

EXCERPT_MAX = 600
#: Followers by name, each as long as a name may be, within a field.
NAMED_MOST = 20


def card(ticket: TicketView, approvals: Approvals = NONE) -> Message:
    """For the desk channel. Names are no mentions: a card that changes must ping nobody."""
    facts = [
        ("Status", _name(ticket.status_words)),
        ("Priority", ticket.priority.value.capitalize()),
        ("Department", _name(ticket.department)),
        ("Requester", _name(ticket.requester.name)),
        ("Assignee", _person(ticket.assignee)),
        ("Due", due(ticket)),
    ]
    if ticket.parts:
        facts.append(("Sub-tickets", _progress(ticket)))
    facts += _end(ticket)
    facts += approval_badges.facts(approvals)
    blocks = [header(title(ticket)), *_words(ticket.description, EXCERPT_MAX), fields(facts)]
    blocks += answers(ticket)
    can_ask = approval_badges.can_ask(approvals, ticket.status)
    shown = (*at_desk(ticket.status, can_ask=can_ask), *_files(ticket))
    if ticket.open_threads and _is_promised(ticket):
        shown = (*shown, Action.WHY_DUE)
    menus = [_more(ticket), *_desk_more(ticket)]
    buttons = actions([*_pressed(ticket, *shown), *menus])
    asked = approval_badges.rows(approvals, is_held=ticket.status in IS_HELD)
    return message(spoken(ticket), [*blocks, *marks(ticket), buttons, *asked])


def receipt(ticket: TicketView) -> Message:
    """For the requester: the root of their thread."""
    status = _name(status_to_requester(ticket))
    facts = [("Department", _name(ticket.department)), ("Status", status)]
    if ticket.status not in IS_OVER:
        facts.append(("Assignee", _person(ticket.assignee)))
    if ticket.first_response_due_at and ticket.status not in IS_OVER:
        facts.append(("First answer expected by", date(ticket.first_response_due_at)))
    if ticket.due_at or ticket.sla_state:
        facts.append(("Due", to_requester(due(ticket))))
    facts += _parts_done(ticket)
    facts += _end(ticket)
    is_resolved = ticket.status is Status.RESOLVED
    shown = (*AFTERWARDS, Action.HISTORY) if is_resolved else (Action.HISTORY,)
    if ticket.status not in FINAL:
        shown = (*shown, Action.EDIT)
    if ticket.status in IS_OPEN:
        shown = (*shown, Action.CANCEL)
    return message(
        spoken(ticket),
        [
            header(title(ticket)),
            fields(facts),
            *marks(ticket),
            context(plain_text(_hint(ticket))),
            _buttons(ticket, *shown, *_files(ticket)),
        ],
    )


def show(
    ticket: TicketView,
    *,
    allowed: Collection[Action] = (),
    followers: Sequence[Person] = (),
    is_following: bool | None = None,
    approvals: Approvals = NONE,
    link: str | None = None,
) -> Message:
    """Answers `/ticket HD-12`, seen by who asked only. `allowed`: whether they may edit and delete
    it. `is_following`: whether they follow it; None when it is theirs anyway."""
    facts = [
        ("Status", _name(ticket.status_words)),
        ("Priority", ticket.priority.value.capitalize()),
        ("Department", _name(ticket.department)),
        ("Requester", _name(ticket.requester.name)),
        ("Assignee", _person(ticket.assignee)),
        ("Due", due(ticket)),
        ("Filed", date(ticket.created_at)),
        *_parts_done(ticket),
    ]
    facts += _end(ticket)
    if followers:
        facts.append(("Followers", _names(followers)))
    facts += approval_badges.facts(approvals)
    blocks = [header(title(ticket)), *_words(ticket.description, FIELD_MAX), fields(facts)]
    blocks += answers(ticket)
    if ticket.resolution and ticket.status in IS_OVER:
        blocks.append(section(plain_text(f"Resolution: {ticket.resolution}")))
    shown = (Action.HISTORY, Action.EDIT) if Action.EDIT in allowed else (Action.HISTORY,)
    if is_following is not None:
        shown = (*shown, Action.UNWATCH if is_following else Action.WATCH)
    if _is_promised(ticket):
        shown = (*shown, Action.WHY_DUE)
    if Action.DELETE in allowed:
        shown = (*shown, Action.DELETE)
    buttons = _buttons(ticket, *shown, *_files(ticket))
    shared = [context(plain_text(f"To share it: {link}"))] if link else []
    return message(spoken(ticket), [*blocks, *marks(ticket), *shared, buttons])


def in_a_window(ticket: TicketView, shown: Message) -> Form:
    return modal(ticket.key, shown["blocks"], close="Close")


def taken_down() -> Message:
    """In place of the card or the receipt of a ticket that was deleted."""
    words = "This ticket was deleted."
    return message(words, [section(plain_text(words))])


def title(ticket: TicketView) -> str:
    return f"{ticket.key} · {ticket.summary}"


def spoken(ticket: TicketView) -> str:
    """What a lock screen may show of it."""
    return f"{ticket.key} · Private ticket" if ticket.is_private else title(ticket)


def reference(ticket: TicketView) -> str:
    return TicketRef(ticket.id, ticket.version).dump()


def _buttons(ticket: TicketView, *shown: Action) -> Block:
    return actions(_pressed(ticket, *shown))


def _pressed(ticket: TicketView, *shown: Action) -> list[Block]:
    value = reference(ticket)
    return [
        button(each, LABELS[each], value, "primary" if each in MAIN else None) for each in shown
    ]


def _files(ticket: TicketView) -> tuple[Action, ...]:
    return (Action.FILES,) if ticket.has_files else ()


def _more(ticket: TicketView) -> Block:
    """Where every reply goes to the requester, a note needs a form; then there is no room for
    why it is due, which has a button."""
    ref = TicketRef(ticket.id, ticket.version)
    hidden = {More.WHY_DUE} if ticket.open_threads or not _is_promised(ticket) else set()
    hidden |= set() if ticket.open_threads else {More.NOTE}
    shown = [each for each in MORE if each not in hidden]
    return menu(Action.MORE, [(MORE[each], MenuRef(each, ref).dump()) for each in shown])


def _is_promised(ticket: TicketView) -> bool:
    return ticket.due_at is not None or ticket.sla_state is not None


def _desk_more(ticket: TicketView) -> list[Block]:
    ref = TicketRef(ticket.id, ticket.version)
    shown = DESK_MORE.get(ticket.status, ())
    offered = [(label, MenuRef(chosen, ref).dump()) for chosen, label in shown]
    return [menu(Action.DESK_MORE, offered)] if offered else []


def _name(name: str) -> str:
    return clip_escaped(one_line(name), NAME_MAX) if name.strip() else NOTHING


def _person(person: Person | None) -> str:
    return _name(person.name) if person else "Nobody yet"


def _names(people: Sequence[Person]) -> str:
    shown = [_name(each.name) for each in people[:NAMED_MOST]]
    more = len(people) - len(shown)
    return ", ".join(shown) + (f" and {more} more" if more else "")


def _words(text: str, most: int) -> list[Block]:
    return [section(plain_text(text, most))] if text.strip() else []


def _end(ticket: TicketView) -> list[tuple[str, str]]:
    reason = ticket.resolution_reason
    return [("Resolved as", reason.words)] if reason and ticket.status in IS_OVER else []


def _hint(ticket: TicketView) -> str:
    if ticket.merged_into:
        return f"It goes on as HD-{ticket.merged_into}. What you write here is heard there."
    if ticket.status is Status.RESOLVED:
        return "Not solved? Press “Reopen” and tell us in this thread what is missing."
    if ticket.status in IS_OVER:
        return "This one is over. Type /ticket if there is something new."
    return "Answer here in this thread: the people who help you read it."


def _parts_done(ticket: TicketView) -> list[tuple[str, str]]:
    """Anybody on it may know that much of its parts."""
    return [("Progress", f"{ticket.parts_done} of {ticket.parts} done")] if ticket.parts else []


def _progress(ticket: TicketView) -> str:
    done, due_at = f"{ticket.parts_done} of {ticket.parts} done", ticket.next_part_due_at
    return f"{done}, next due {date(due_at)}" if due_at else done
