"""What people read when something did not work."""

from bot.views.parts import Form, Message, message, modal, plain_text, rich_text, section


def refusal_view(sentence: str) -> Form:
    return modal("That did not work", [section(plain_text(sentence))], close="OK")


def refusal(sentence: str) -> Message:
    """For an answer that only one person sees."""
    return message(sentence, [section(plain_text(sentence))])


def unexpected(reference: str) -> str:
    """For a fault of ours; the reference number finds it in the log."""
    return (
        "Something went wrong on our side, and it is not your fault. Please try again. "
        f"If it happens again, tell your administrator this number: {reference}"
    )


def records_away() -> str:
    """While the database does not answer; short enough to stand beside an input."""
    return (
        "The help desk cannot reach its records right now, so this was not saved. "
        "Please try again in a few minutes."
    )


def records_away_keeping(words: str) -> Message:
    """Gives back what was typed where no form keeps it."""
    if not words.strip():
        return refusal(records_away())
    said = f"{records_away()} You wrote:"
    return message(f"{said} {words}", [section(plain_text(said)), *rich_text(words)])
