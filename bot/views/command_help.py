"""What can be typed after /ticket."""

from bot.views.parts import Block, Message, header, message, mrkdwn, section

_WAYS = (
    ("/ticket", "opens the form for a new ticket"),
    ("/ticket my printer is broken", "opens it with these words filled in"),
    ("/ticket HD-12", "shows one ticket"),
    ("/ticket mine", "lists your open tickets"),
    ("/ticket queue", "lists what waits in your department, for the people at its desk"),
    ("/ticket search printer status:open dept:it", "finds tickets by words, and by what they are"),
    ("/ticket help", "shows this"),
)


def command_help(*more: Block) -> Message:
    """`more`: what only who asked may do."""
    lines = "\n".join(f"`{typed}` {does}" for typed, does in _WAYS)
    spoken = "; ".join(f"{typed} {does}" for typed, does in _WAYS)
    return message(
        f"What you can type: {spoken}", [header("What you can type"), section(mrkdwn(lines)), *more]
    )
