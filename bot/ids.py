"""Every id that Slack echoes back to us. Never renamed once released: old messages keep them."""

from enum import StrEnum


class Command(StrEnum):
    TICKET = "/ticket"


class Shortcut(StrEnum):
    NEW_TICKET = "new_ticket"


class Event(StrEnum):
    """Event types as they arrive; `message.im` and its kin all arrive as `message`."""

    MESSAGE = "message"
    USER_CHANGE = "user_change"


class View(StrEnum):
    """Callback ids of forms."""

    NEW_TICKET = "ticket.new"
    ASSIGN = "ticket.assign"
    RESOLVE = "ticket.resolve"
    REPLY = "ticket.reply"


class Action(StrEnum):
    """Buttons. Their value is a TicketRef, or a message's id where it says so."""

    CLAIM = "ticket.claim"
    ASSIGN = "ticket.assign"
    START = "ticket.start"
    WAIT = "ticket.wait"
    RESOLVE = "ticket.resolve"
    REOPEN = "ticket.reopen"
    CLOSE = "ticket.close"
    HISTORY = "ticket.history"
    REPLY = "ticket.reply"
    #: Value: a MessageRef.
    SEND_TO_REQUESTER = "message.send"
    #: The card's menu: the chosen value is a MenuRef.
    MORE = "ticket.more"


class More(StrEnum):
    """What the card's menu offers; at most five at a time."""

    HISTORY = "history"


class Field(StrEnum):
    """Inputs of forms: the block id and the action id of each are this."""

    SUMMARY = "summary"
    DESCRIPTION = "description"
    DEPARTMENT = "department"
    PRIORITY = "priority"
    ON_BEHALF_OF = "on_behalf_of"
    PRIVATE = "private"
    ASSIGNEE = "assignee"
    NOTE = "note"
    RESOLUTION = "resolution"
    REPLY = "reply"
