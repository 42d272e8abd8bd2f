"""What triage says: what stays behind, who was asked to look, why nothing happened."""

from collections.abc import Mapping
from datetime import UTC, datetime

from bot.ids import Action
from bot.views.parts import (
    NAME_MAX,
    Message,
    actions,
    button,
    clip,
    clip_escaped,
    context,
    date,
    message,
    mrkdwn,
    one_line,
    plain_text,
    section,
)
from bot.views.ticket_card import reference, spoken, title
from core.tickets.queries import TicketView

_SIGNS: Mapping[str, str] = {"eyes": "👀", "white_check_mark": "✅", "rotating_light": "🚨"}
_WHY: Mapping[str, str] = {
    "is_archived": "it was archived",
    "not_in_channel": "the app is not in it any more",
    "channel_not_found": "the app is not in it any more, or it was deleted",
}


def left_behind(ticket: TicketView) -> Message:
    """In place of a card or receipt. Of a ticket that is elsewhere it tells no more than that."""
    return _only(f"{_where(ticket)}.")


def gone_from_here(ticket: TicketView) -> Message:
    words = f"{_where(ticket)}."
    more = "What you wrote here was not kept."
    if ticket.merged_into:
        more += f" Write below the card of HD-{ticket.merged_into}."
    return message(f"{words} {more}", [section(plain_text(words)), context(plain_text(more))])


def merged(ticket: TicketView, *, is_answered: bool = True) -> Message:
    """To those who filed or followed a duplicate. Whoever is on the other one anyway reads the
    answers there."""
    words = f"{_where(ticket)}, which is about the same."
    more = "What you write here is heard there, and you read here what is answered."
    if not is_answered:
        more = f"What you write here is heard there. Answers come where HD-{ticket.merged_into} is."
    return message(f"{words} {more}", [section(plain_text(words)), context(plain_text(more))])


def _where(ticket: TicketView) -> str:
    if ticket.merged_into:
        return f"{ticket.key} was merged into HD-{ticket.merged_into}"
    return f"{ticket.key} moved to {_short(ticket.department)}"


def nudge(ticket: TicketView, since: int) -> Message:
    """Below the card."""
    moment = datetime.fromtimestamp(since, UTC)
    words = f"{ticket.key} waits for somebody since"
    return message(
        f"{words} {moment:%Y-%m-%d %H:%M} UTC.", [section(mrkdwn(f"{words} {date(moment)}."))]
    )


def waits(ticket: TicketView, since: int) -> Message:
    """To the head alone."""
    moment = datetime.fromtimestamp(since, UTC)
    words = f"Nobody of {_short(ticket.department)} has taken {ticket.key} yet."
    value = reference(ticket)
    buttons = [
        button(Action.ASSIGN, "Assign…", value, "primary"),
        button(Action.CLAIM, "Assign to me", value),
    ]
    return message(
        f"{words} {spoken(ticket)}",
        [
            section(plain_text(words)),
            section(plain_text(title(ticket))),
            context(mrkdwn(f"It waits since {date(moment)}.")),
            actions(buttons),
        ],
    )


def ask_resolve(ticket: TicketView) -> Message:
    """To who set ✅."""
    words = f"Resolve {ticket.key}?"
    press = button(Action.RESOLVE, "Resolve…", reference(ticket), "primary")
    return message(words, [section(plain_text(words)), actions([press])])


def reaction_refused(ticket: TicketView, emoji: str, why: str) -> Message:
    return _only(f"Your {_SIGNS.get(emoji, 'reaction')} on {ticket.key} did nothing. {why}")


def desk_in_trouble(department: str, channel: str, trouble: str) -> Message:
    """To an administrator. The channel's name shows to who may see it."""
    why = _WHY.get(trouble, "Slack does not take them")
    words = f"No cards can be posted in the desk channel of {_short(department)}: {why}."
    more = "Until that is mended they go to its head, in direct messages."
    help_ = f"Channel {clip_escaped(channel, NAME_MAX)}. Invite the app there, or name another one."
    return message(
        f"{words} {more}",
        [section(plain_text(words)), section(plain_text(more)), context(mrkdwn(help_))],
    )


def desk_mended(department: str) -> Message:
    return _only(f"Cards are posted in the desk channel of {_short(department)} again.")


def desk_in_public(department: str, channel: str) -> Message:
    """To an administrator."""
    words = f"The desk channel of {_short(department)} is public: everybody can read its cards."
    more = (
        "Desk channels are meant to be private. Make it private in Slack, or choose another one. "
        "Until then a private ticket shows there as no more than its number."
    )
    return message(
        f"{words} {more}",
        [
            section(plain_text(words)),
            section(plain_text(more)),
            context(mrkdwn(f"Channel {clip_escaped(channel, NAME_MAX)}.")),
        ],
    )


def not_sent(topic: str, row: str, error: str) -> Message:
    """To an administrator: for whoever runs the help desk, hence in the words of the log."""
    words = f"The help desk could not send something: {topic} (row {row}): {_short(error)}."
    more = (
        "Please tell whoever runs the help desk. Other messages are not held up, nothing is lost,"
        " and docs/operations.md says how it is sent again."
    )
    return message(f"{words} {more}", [section(plain_text(words)), context(plain_text(more))])


def _only(words: str) -> Message:
    return message(words, [section(plain_text(words))])


def _short(name: str) -> str:
    return clip(one_line(name), NAME_MAX)
