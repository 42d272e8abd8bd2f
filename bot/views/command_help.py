"""What can be typed after /ticket."""

from bot.ids import Action
from bot.views.parts import Block, Message, actions, button, header, message, mrkdwn, section

_WAYS = (
    ("/ticket", "opens the form for a new ticket"),
    ("/ticket my printer is broken", "opens it with these words filled in"),
    ("/ticket HD-12", "shows one ticket"),
    ("/ticket mine", "lists your open tickets"),
    ("/ticket queue", "lists what waits in your department, for the people at its desk"),
    ("/ticket search printer status:open dept:it", "finds tickets by words, and by what they are"),
    ("/ticket approvals", "shows what waits for your decision, and where to say that you are away"),
    ("/ticket verify HD-12", "checks that nothing of its approvals was changed afterwards"),
    ("/ticket report", "tells how your department did; “IT” or “7d”, “30d”, “90d” may follow"),
    ("/ticket help", "shows this"),
)


def command_help(*more: Block) -> Message:
    """`more`: what only who asked may do."""
    lines = "\n".join(f"`{typed}` {does}" for typed, does in _WAYS)
    spoken = "; ".join(f"{typed} {does}" for typed, does in _WAYS)
    choose = button(Action.NOTIFICATIONS, "Notifications…", "notifications")
    return message(
        f"What you can type: {spoken}",
        [header("What you can type"), section(mrkdwn(lines)), actions([choose]), *more],
    )
