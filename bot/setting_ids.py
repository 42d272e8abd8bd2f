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
    CALENDAR = "calendar"
    CURRENCY = "currency"
    FROM = "from"
    STEPS = "steps"
    #: Checkboxes, each the name of a switch.
    HABITS = "habits"
    #: A whole entry as text.
    TEXT = "text"
    REASON = "reason"


#: The switches among a department's keys.
HABITS = (
    "open_threads",
    "waits_after_reply",
    "reactions",
    "agents_from_channel",
    "approval_first",
    "private_tickets",
)
#: Stands for "nothing chosen", since a menu of Slack's cannot be emptied.
NONE = "-"


class Verb(StrEnum):
    """What can be done with an entry, from its menu."""

    EDIT = "edit"
    TEXT = "text"
    UP = "up"
    DOWN = "down"
    DELETE = "delete"
