"""Every id that Slack echoes back to us. Never renamed once released: old messages keep them."""

from enum import StrEnum


class Command(StrEnum):
    TICKET = "/ticket"


class Shortcut(StrEnum):
    NEW_TICKET = "new_ticket"
    #: On a message.
    CREATE_TICKET = "create_ticket"
    #: On messages at a ticket's desk.
    SEND_TO_REQUESTER = "send_to_requester"
    ADD_TO_RESOLUTION = "add_to_resolution"


class Event(StrEnum):
    """Event types as they arrive; `message.im` and its kin all arrive as `message`."""

    MESSAGE = "message"
    REACTION_ADDED = "reaction_added"
    USER_CHANGE = "user_change"
    TEAM_JOIN = "team_join"
    MEMBER_JOINED_CHANNEL = "member_joined_channel"
    MEMBER_LEFT_CHANNEL = "member_left_channel"
    APP_HOME_OPENED = "app_home_opened"
    LINK_SHARED = "link_shared"


class View(StrEnum):
    """Callback ids of forms."""

    NEW_TICKET = "ticket.new"
    ASSIGN = "ticket.assign"
    HOLD = "ticket.hold"
    RESOLVE = "ticket.resolve"
    REPLY = "ticket.reply"
    SPLIT = "ticket.split"
    PART_SEND_BACK = "part.send_back"
    PART_PROPOSE = "part.propose"
    PART_DONE = "part.done"
    PART_ASSIGN = "part.assign"
    PART_SEND_AGAIN = "part.send_again"
    PART_CANCEL = "part.cancel"
    PART_WRITE = "part.write"
    TRANSFER = "ticket.transfer"
    PRIORITY = "ticket.priority"
    CANCEL = "ticket.cancel"
    MERGE = "ticket.merge"
    REPLY_PREVIEW = "ticket.reply_preview"
    NOTE = "ticket.note"
    EDIT = "ticket.edit"
    APPROVAL_ASK = "approval.ask"
    APPROVAL_SEND = "approval.send"
    APPROVAL_APPROVE = "approval.approve"
    APPROVAL_REJECT = "approval.reject"
    APPROVAL_CHANGES = "approval.changes"
    APPROVAL_ANSWER = "approval.answer"
    APPROVAL_WITHDRAW = "approval.withdraw"
    APPROVAL_CHANGE = "approval.change"
    ABSENCE = "absence.set"
    APPROVALS_PERIOD = "approvals.period"
    NOTIFICATIONS = "home.notifications"
    RATING = "rating.comment"
    SETTING = "settings.entry"
    RESTORE = "deleted.restore"
    DELETE = "ticket.delete"
    SETTING_TEXT = "settings.text"
    SETTINGS_TOGETHER = "settings.together"
    SETTING_DELETE = "settings.delete"
    SET_DUE = "ticket.set_due"


class Action(StrEnum):
    """Buttons. Their value is a TicketRef, or a message's id where it says so."""

    CLAIM = "ticket.claim"
    ASSIGN = "ticket.assign"
    START = "ticket.start"
    WAIT = "ticket.wait"
    HOLD = "ticket.hold"
    RESOLVE = "ticket.resolve"
    #: Out of the resolution note. Value: a MessageRef.
    TAKE_OUT = "resolution.take_out"
    REOPEN = "ticket.reopen"
    CLOSE = "ticket.close"
    HISTORY = "ticket.history"
    #: In lists: opens the ticket in a window.
    SHOW = "ticket.show"
    #: Value: a ListRef.
    LIST_BACK = "list.back"
    LIST_ON = "list.on"
    #: On the Home tab. Value: a department's id, or nothing that is one.
    HOME_FILE = "home.file"
    #: Value: a list's name.
    HOME_LIST = "home.list"
    #: Menus: a list, and what it is filtered by.
    HOME_SHOW = "home.show"
    HOME_STATUS = "home.status"
    HOME_PRIORITY = "home.priority"
    HOME_DEPARTMENT = "home.department"
    #: Value: a place in the list.
    HOME_BACK = "home.back"
    HOME_ON = "home.on"
    #: Value: a SearchRef.
    SEARCH_BACK = "search.back"
    SEARCH_ON = "search.on"
    #: Value: a PageRef.
    HISTORY_OLDER = "history.older"
    HISTORY_NEWER = "history.newer"
    TRANSCRIPT = "transcript.ask"
    #: What was sent for a ticket. The value of the second is a MessageRef: what came before it.
    DELIVERIES = "history.deliveries"
    DELIVERIES_OLDER = "deliveries.older"
    EDIT = "ticket.edit"
    REPLY = "ticket.reply"
    #: A menu in the form "Reply to requester", named as its field is.
    CANNED = "canned"
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
    SPLIT = "ticket.split"
    #: In the form "Split…".
    ADD_PART = "split.add_part"
    USE_TEMPLATE = "split.use_template"
    #: On parts; their value is a PartRef.
    PART_ACCEPT = "part.accept"
    PART_START = "part.start"
    PART_SEND_BACK = "part.send_back"
    PART_PROPOSE = "part.propose"
    PART_DONE = "part.done"
    PART_ASSIGN = "part.assign"
    PART_SEND_AGAIN = "part.send_again"
    PART_CANCEL = "part.cancel"
    PART_WRITE = "part.write"
    PART_ASK_APPROVAL = "part.ask_approval"
    #: Answers to a proposed time. Value: a ProposalRef.
    PART_AGREE = "part.agree"
    PART_KEEP = "part.keep"
    #: In the form "New ticket", called as its input is.
    DEPARTMENT = "department"
    #: Settings. Values: a SectionRef; in the menu at an entry, an EntryRef.
    SETTINGS = "settings.open"
    SETTINGS_SECTION = "settings.section"
    SETTINGS_BACK = "settings.back"
    SETTINGS_ON = "settings.on"
    SETTINGS_ADD = "settings.add"
    SETTINGS_ADD_TEXT = "settings.add_text"
    SETTINGS_ALL_TEXT = "settings.all_text"
    SETTINGS_ENTRY = "settings.entry"
    #: In the form of a split template, which comes along.
    SETTINGS_ADD_PART = "settings.add_part"
    #: Deleted records. Values: a DeletedRef; a RecordRef.
    DELETED_KIND = "deleted.kind"
    DELETED_OLDER = "deleted.older"
    DELETED_NEWEST = "deleted.newest"
    RESTORE = "deleted.restore"
    DELETE = "ticket.delete"
    #: In the form for a new person, called as its input is.
    SETTINGS_PERSON = "slack_user_id"
    CANCEL = "ticket.cancel"
    WHY_DUE = "ticket.why_due"
    #: In what explains the due time.
    SET_DUE = "ticket.set_due"
    CLEAR_DUE = "ticket.clear_due"
    #: The card's second menu: the chosen value is a MenuRef.
    DESK_MORE = "ticket.desk_more"
    APPROVAL_ASK = "approval.ask"
    #: On a step of an approval; their value is a StepRef.
    APPROVE = "approval.approve"
    APPROVE_WITH_NOTE = "approval.approve_with_note"
    REJECT = "approval.reject"
    ASK_CHANGES = "approval.ask_changes"
    #: On a request for an approval; their value is a RequestRef.
    ANSWER = "approval.answer"
    WITHDRAW = "approval.withdraw"
    REMIND = "approval.remind"
    SEND_AGAIN = "approval.send_again"
    CHANGE = "approval.change"
    #: Value: a TicketRef.
    EVIDENCE = "approval.evidence"
    #: On the desk of an approver.
    APPROVALS_FILTER = "approvals.filter"
    APPROVALS_SELECT = "approvals.select"
    APPROVE_SELECTED = "approvals.approve_selected"
    APPROVALS_PERIOD = "approvals.period"
    AWAY = "absence.open"
    #: Value: the absence's id.
    AWAY_END = "absence.end"
    RATE_1 = "rating.1"
    RATE_2 = "rating.2"
    RATE_3 = "rating.3"
    RATE_4 = "rating.4"
    RATE_5 = "rating.5"
    RATE_COMMENT = "rating.comment"
    #: Below a report; the chosen value is an ExportRef.
    EXPORT = "report.export"
    #: All news up to the one whose id is the value.
    NEWS_READ = "home.news_read"
    #: How somebody wants to hear of things. No value.
    NOTIFICATIONS = "home.notifications"


class More(StrEnum):
    """What the card's menu offers; at most five at a time."""

    HISTORY = "history"
    EDIT = "edit"
    WATCH = "watch"
    UNWATCH = "unwatch"
    NOTE = "note"
    WHY_DUE = "why_due"


class DeskMore(StrEnum):
    """What the card's second menu offers, for what is done rarely; at most five at a time, and
    no value of the first."""

    RELEASE = "release"
    PRIORITY = "priority"
    TRANSFER = "transfer"
    MERGE = "merge"
    CANCEL = "cancel"


class Field(StrEnum):
    """Inputs of forms: the block id and the action id of each are this."""

    SUMMARY = "summary"
    DESCRIPTION = "description"
    DEPARTMENT = "department"
    PRIORITY = "priority"
    ON_BEHALF_OF = "on_behalf_of"
    PRIVATE = "private"
    FILES = "files"
    #: What a department asks besides; the block id says which department and which input.
    EXTRA = "extra"
    #: A split template.
    TEMPLATE = "template"
    ASSIGNEE = "assignee"
    NOTE = "note"
    RESOLUTION = "resolution"
    REPLY = "reply"
    #: A canned reply; choosing it writes it into the form.
    CANNED = "canned"
    #: In the form "Split…" the block id also counts the parts: summary_1.
    PASSED_ON = "passed_on"
    REQUIRED = "required"
    DUE = "due"
    PASSED_FILES = "passed_files"
    PART_ASSIGNEE = "part_assignee"
    REASON = "reason"
    #: What becomes of a part when its ticket is cancelled.
    FATE = "fate"
    #: Where a ticket is moved to, and what it is merged into.
    TO_DEPARTMENT = "to_department"
    WINNER = "winner"
    AMOUNT = "amount"
    CURRENCY = "currency"
    PAYEE = "payee"
    PAYEE_USER = "payee_user"
    PURPOSE = "purpose"
    NEEDED_BY = "needed_by"
    QUESTION = "question"
    ANSWER = "answer"
    #: Of an absence: who is away, from when until when, who stands in, and up to what amount.
    AWAY_PERSON = "person"
    STARTS = "starts_at"
    ENDS = "ends_at"
    STAND_IN = "stand_in"
    LIMIT = "amount_limit"
    #: The block id of each is the kind of news.
    WAY = "way"
    QUIET_FROM = "quiet_from"
    QUIET_UNTIL = "quiet_until"
    COMMENT = "comment"
