"""Inputs of the forms of settings. Each is called as the configuration file calls what it holds."""

from enum import StrEnum


class Setting(StrEnum):
    NAME = "name"
    DESK_CHANNEL = "desk_channel"
    INTAKE_CHANNEL = "intake_channel"
    HEAD = "head"
    TITLE = "title"
    BODY = "body"
    TIME_ZONE = "time_zone"
    AUTO_ASSIGN = "auto_assign"
    NUDGE_AFTER = "nudge_after"
    EYES_FOR = "eyes_for"
    CHECK_MARK_FOR = "check_mark_for"
    SIREN_FOR = "siren_for"
    FORM_FIELDS = "form_fields"
    SLACK_USER_ID = "slack_user_id"
    ROLE = "role"
    DEPARTMENT = "department"
    EMPLOYEE_CODE = "employee_code"
    WORDS = "words"
    PRIORITY = "priority"
    REQUESTER_DEPARTMENT = "requester_department"
    TO = "to"
    SET_PRIORITY = "set_priority"
    ASSIGNEE = "assignee"
    FIRST_RESPONSE = "first_response"
    RESOLUTION = "resolution"
    NEXT_REPLY = "next_reply"
    CALENDAR = "calendar"
    CURRENCY = "currency"
    FROM = "from"
    STEPS = "steps"
    QUORUM_FINANCE = "quorum_finance"
    QUORUM_CEO = "quorum_ceo"
    DEADLINE = "deadline"
    REMIND_AT = "remind_at"
    ESCALATE_AT = "escalate_at"
    EXPIRE_AT = "expire_at"
    ALTERNATES_FINANCE = "alternates_finance"
    ALTERNATES_CEO = "alternates_ceo"
    NUDGE_EVERY = "nudge_every"
    SAME_PURPOSE_DAYS = "same_purpose_days"
    SELECT_BELOW = "select_below"
    CONFIRM_FROM = "confirm_from"
    RATE = "rate"
    RESOLUTION_NOTE = "resolution_note"
    MOST_MB = "most_mb"
    TYPES = "types"
    #: With a status, as in `status_labels_on_hold`.
    STATUS_LABELS = "status_labels"
    MON = "mon"
    TUE = "tue"
    WED = "wed"
    THU = "thu"
    FRI = "fri"
    SAT = "sat"
    SUN = "sun"
    COUNTRY = "country"
    SUBDIVISION = "subdivision"
    DATES = "dates"
    ICS = "ics"
    REPLY_HOLD = "reply_hold"
    REOPEN_GRACE = "reopen_grace"
    CARD_FOLD = "card_fold"
    HOME_FOLD = "home_fold"
    ESCALATE_AFTER = "escalate_after"
    OLD_TEXTS = "old_texts"
    DIGEST_AT = "digest_at"
    QUIET_FROM = "quiet_from"
    QUIET_UNTIL = "quiet_until"
    AUTO_CLOSE = "auto_close"
    NUDGE_REQUESTER = "nudge_requester"
    KEEP_DELIVERIES = "keep_deliveries"
    #: Of a part of a split template, with its place, as in `summary_2`.
    SUMMARY = "summary"
    PASSED_ON = "passed_on"
    DUE_AFTER = "due_after"
    #: Checkboxes, each the name of a switch.
    HABITS = "habits"
    #: A checkbox: what is saved holds for open tickets too.
    FOR_RUNNING = "for_running"
    #: A whole entry as text.
    TEXT = "text"
    REASON = "reason"


#: Inputs that name any number of people.
SEVERAL_PEOPLE = frozenset({Setting.ALTERNATES_FINANCE, Setting.ALTERNATES_CEO})
#: The switches among a department's keys.
HABITS = (
    "open_threads",
    "waits_after_reply",
    "reactions",
    "agents_from_channel",
    "approval_first",
    "report_at_desk",
    "private_tickets",
)
#: Those of the whole desk.
DESK_HABITS = ("resolve_unanswered", "guests_may_file")
#: Of a part: that it is needed, and that there shall be no such part.
REQUIRED, LEFT_OUT = "required", "left_out"
#: Stands for "nothing chosen", since a menu of Slack's cannot be emptied.
NONE = "-"


class Verb(StrEnum):
    """What can be done with an entry, from its menu."""

    EDIT = "edit"
    #: A form of its own for the department's words.
    LABELS = "labels"
    TEXT = "text"
    UP = "up"
    DOWN = "down"
    DELETE = "delete"


def input_name(setting: Setting, place: str | int) -> str:
    """Of an input that a form has several of."""
    return f"{setting}_{place}"
