"""What a person is asked about a message that may become a ticket, and what others read of it."""

from bot.ids import Action
from bot.payloads.sources import Draft
from bot.views.parts import Message, actions, button, message, plain_text, section


def offer(draft: Draft) -> Message:
    """To whoever reacted."""
    return _question("Create a ticket from this message?", "Create ticket", draft)


def offer_in_direct_message(draft: Draft) -> Message:
    return _question("Open a ticket with this text?", "Open ticket", draft)


def _question(words: str, label: str, draft: Draft) -> Message:
    pressed = button(Action.MAKE_TICKET, label, draft.dump(), "primary")
    return message(words, [section(plain_text(words)), actions([pressed])])


def filed_quietly() -> Message:
    """In the conversation a private ticket was made from, where others read along."""
    words = "A request was filed."
    return message(words, [section(plain_text(words))])
