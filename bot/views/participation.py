"""What followers see of a ticket, and what is asked about who takes part and what is over."""

from bot.ids import Action
from bot.payloads.mentions import MentionRef
from bot.views.parts import (
    NAME_MAX,
    Message,
    actions,
    button,
    clip,
    clip_escaped,
    context,
    fields,
    header,
    message,
    one_line,
    plain_text,
    section,
)
from bot.views.ticket_card import reference, spoken, title
from core.tickets import states
from core.tickets.queries import TicketView


def followed(ticket: TicketView, *, is_following: bool) -> Message:
    """The root of a follower's thread."""
    department = clip_escaped(one_line(ticket.department), NAME_MAX)
    status = clip_escaped(one_line(ticket.status_words), NAME_MAX)
    facts = [("Department", department), ("Status", status)]
    blocks = [header(title(ticket)), fields(facts)]
    if not is_following:
        blocks.append(context(plain_text(f"You do not follow {ticket.key} any more.")))
        return message(spoken(ticket), blocks)
    hint = f"You follow {ticket.key}: what is said publicly appears here, and you can answer."
    blocks += [context(plain_text(hint)), actions([_unwatch(ticket)])]
    return message(f"You follow {spoken(ticket)}", blocks)


def followed_again(ticket: TicketView) -> Message:
    """In the thread that a follower had before."""
    words = f"You follow {ticket.key} again: what is said publicly appears here."
    return message(words, [section(plain_text(words)), actions([_unwatch(ticket)])])


def unfollowed(ticket: TicketView) -> Message:
    words = f"You do not follow {ticket.key} any more."
    more = "Nothing more appears here. Whoever is on it can add you again."
    return message(words, [section(plain_text(words)), context(plain_text(more))])


def add_them(ticket: TicketView, name: str, slack_user_id: str) -> Message:
    """To whoever mentioned somebody who is not on the ticket."""
    words = f"Add {_short(name)} to {ticket.key}?"
    value = MentionRef(ticket.id, slack_user_id).dump()
    more = "They would read what is said publicly from now on, and could answer."
    buttons = [
        button(Action.ADD_FOLLOWER, "Add them", value, "primary"),
        button(Action.LEAVE_OUT, "No", value),
    ]
    return message(words, [section(plain_text(words)), context(plain_text(more)), actions(buttons)])


def added(key: str, name: str) -> Message:
    """In the place of the question."""
    words = f"{_short(name)} follows {key} now."
    return message(words, [section(plain_text(words))])


def not_solved(ticket: TicketView, *, may_reopen: bool) -> Message:
    """To whoever wrote after the resolution."""
    words = f"{ticket.key} is resolved. Is it not solved?"
    blocks = [section(plain_text(words))]
    if may_reopen:
        return message(words, [*blocks, actions([_button(Action.REOPEN, "Reopen?", ticket)])])
    more = "Its requester and its department can reopen it. They got what you wrote."
    return message(words, [*blocks, context(plain_text(more))])


def goes_on(ticket: TicketView) -> Message:
    """To whoever wrote when it was over for good."""
    is_now = states.spoken(ticket.status, ticket.status_labels)
    words = f"{ticket.key} is {is_now}. Open a new ticket that goes on from it?"
    buttons = [_button(Action.OPEN_LINKED, "Open linked ticket", ticket)]
    return message(words, [section(plain_text(words)), actions(buttons)])


def _unwatch(ticket: TicketView) -> dict[str, object]:
    return _button(Action.UNWATCH, "Unwatch", ticket)


def _button(action: Action, label: str, ticket: TicketView) -> dict[str, object]:
    return button(action, label, reference(ticket))


def _short(name: str) -> str:
    return clip(one_line(name), NAME_MAX)
