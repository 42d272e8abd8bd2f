"""A private ticket in a desk channel that everybody can read: its number, and what can be done."""

from collections.abc import Sequence

from bot.ids import Action
from bot.views import part_card, ticket_card
from bot.views.parts import (
    Block,
    Message,
    actions,
    button,
    clip_escaped,
    header,
    mention,
    message,
    mrkdwn,
    plain_text,
    section,
)
from core.tickets.parts.queries import PartView
from core.tickets.queries import TicketView

_WHY = "Everybody can read this channel, so what it is about is not shown here."
KEY_MAX = 40


def ticket(view: TicketView, shown: Sequence[Block]) -> Message:
    """`shown`: its card as it would be; nothing but its buttons is taken from it."""
    title = ticket_card.spoken(view)
    show = button(Action.SHOW, "Show", ticket_card.reference(view))
    return message(
        title, [header(title), section(plain_text(_WHY)), actions([show]), *_only(shown)]
    )


def part(view: PartView, shown: Sequence[Block]) -> Message:
    title = part_card.spoken(view)
    words = f"{_WHY} Type /ticket {view.key} to read it."
    return message(title, [header(title), section(plain_text(words)), *_only(shown)])


def line(key: str, how: str, reader: str | None) -> Message:
    """In place of whatever was said or done."""
    words = f"There is something new about {clip_escaped(key, KEY_MAX)}. {how}"
    called = f"{mention(reader)} {words}" if reader else words
    return message(words, [section(mrkdwn(called))])


def _only(shown: Sequence[Block]) -> list[Block]:
    return [each for each in shown if each["type"] == "actions"]
