"""Every id that Slack echoes back to us. Never renamed once released: old messages keep them."""

from enum import StrEnum


class Command(StrEnum):
    TICKET = "/ticket"


class Shortcut(StrEnum):
    NEW_TICKET = "new_ticket"
    #: On a message.
    CREATE_TICKET = "create_ticket"
    #: On a message at a ticket's desk.
    SEND_TO_REQUESTER = "send_to_requester"


class Event(StrEnum):
    """Event types as they arrive; `message.im` and its kin all arrive as `message`."""

    MESSAGE = "message"
    REACTION_ADDED = "reaction_added"
    USER_CHANGE = "user_change"


class View(StrEnum):
    """Callback ids of forms."""

    NEW_TICKET = "ticket.new"
    ASSIGN = "ticket.assign"
    RESOLVE = "ticket.resolve"
    REPLY = "ticket.reply"
    REPLY_PREVIEW = "ticket.reply_preview"
    NOTE = "ticket.note"
    EDIT = "ticket.edit"


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
    #: Value: a PageRef.
    HISTORY_OLDER = "history.older"
    HISTORY_NEWER = "history.newer"
    TRANSCRIPT = "transcript.ask"
    EDIT = "ticket.edit"
    REPLY = "ticket.reply"
    #: Value: a MessageRef.
    SEND_TO_REQUESTER = "message.send"
    #: Value: a MessageRef.
    UNDO = "message.undo"
    FILES = "ticket.files"
    #: Value: a FileRef.
    SEND_FILE = "file.send"
    WATCH = "ticket.watch"
    UNWATCH = "ticket.unwatch"
    #: "Add them" and "No". Value: a MentionRef.
    ADD_FOLLOWER = "follower.add"
    LEAVE_OUT = "follower.leave_out"
    OPEN_LINKED = "ticket.open_linked"
    #: Value: a Draft.
    MAKE_TICKET = "source.make_ticket"
    #: The card's menu: the chosen value is a MenuRef.
    MORE = "ticket.more"


class More(StrEnum):
    """What the card's menu offers; at most five at a time."""

    HISTORY = "history"
    EDIT = "edit"
    WATCH = "watch"
    UNWATCH = "unwatch"
    NOTE = "note"


class Field(StrEnum):
    """Inputs of forms: the block id and the action id of each are this."""

    SUMMARY = "summary"
    DESCRIPTION = "description"
    DEPARTMENT = "department"
    PRIORITY = "priority"
    ON_BEHALF_OF = "on_behalf_of"
    PRIVATE = "private"
    FILES = "files"
    ASSIGNEE = "assignee"
    NOTE = "note"
    RESOLUTION = "resolution"
    REPLY = "reply"
