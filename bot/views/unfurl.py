"""What stands below a link to a ticket. Everybody in the conversation sees it."""

from bot.ids import Action
from bot.payloads import TicketRef
from bot.views.parts import NAME_MAX, Block, button, clip, one_line, plain_text, section
from core.tickets.links import LinkedTicket


def unfurl(ticket: LinkedTicket) -> dict[str, list[Block]]:
    """Who may see the ticket sees it with the button; the others hear that they may not."""
    if ticket.is_private:
        return {"blocks": [section(plain_text("A private ticket"))]}
    department = clip(one_line(ticket.department), NAME_MAX)
    words = plain_text(f"{ticket.key} · {ticket.status.words} · {department}")
    show = button(Action.SHOW, "Show", TicketRef(ticket.id, ticket.version).dump())
    return {"blocks": [section(words) | {"accessory": show}]}
