"""The inputs of each kind of setting, and what they hold at first."""

from collections.abc import Mapping
from typing import Any

from bot.payloads import TEXT_MAX
from bot.payloads.settings import STEPS_JOINED
from bot.setting_ids import HABITS, NONE, Setting
from bot.views.setting_elements import (
    Input,
    calendars,
    channel,
    day,
    departments,
    menu,
    named,
    nobody_or_person,
    person,
    priorities,
    switches,
    text,
)
from core.configuration.calendar_lines import HOW as HOW_HOURS
from core.configuration.calendar_lines import write_day_lines, write_hours_lines
from core.configuration.form_fields import HOW, write_lines
from core.configuration.sections import Section
from core.users.models import AutoAssign
from core.users.roles import Role

_CODE_MAX = 75
_VARIABLES = "{requester}, {ticket}, {assignee}, {department} and {due} are filled in."
_LENGTH_HINT = "Like 30m, 4h or 2d of business time."

_HABITS: Mapping[str, str] = {
    "open_threads": "Every reply in a card's thread goes to the requester",
    "waits_after_reply": "A ticket waits for its requester after a reply",
    "reactions": "👀, ✅ and 🚨 on a card do something",
    "agents_from_channel": "Whoever joins the desk channel becomes an agent, until they leave it",
    "approval_first": "Work begins once an approval was given",
    "report_at_desk": "Every Monday the week's report appears in the desk channel",
    "private_tickets": "Whatever is filed with it is private",
}
_AUTO_ASSIGN: Mapping[AutoAssign, str] = {
    AutoAssign.NONE: "No: people take them",
    AutoAssign.ROUND_ROBIN: "In turn",
    AutoAssign.LEAST_LOADED: "To who has the fewest open",
}
_NOTES: Mapping[str, str] = {
    "required": "“Resolve…” asks for them",
    "optional": "They may be left out",
}
_ROLES: Mapping[Role, str] = {
    Role.EMPLOYEE: "Employee",
    Role.AGENT: "Agent",
    Role.DEPARTMENT_HEAD: "Department head",
    Role.FINANCE: "Finance",
    Role.CEO: "CEO",
    Role.ADMIN: "Administrator",
}
_STEPS: Mapping[str, str] = {
    NONE: "Nobody: it is automatic",
    "finance": "Finance",
    "ceo": "CEO",
    "finance+ceo": "Finance, then the CEO",
}


_NAME = Input(Setting.NAME, "Name", text())

INPUTS: Mapping[Section, tuple[Input, ...]] = {
    Section.DEPARTMENTS: (
        _NAME,
        Input(Setting.DESK_CHANNEL, "Desk channel", channel, optional=True),
        Input(
            Setting.INTAKE_CHANNEL,
            "Channel for requests",
            channel,
            optional=True,
            hint="Every new message there becomes a ticket, but for those that begin with 📣.",
        ),
        Input(Setting.HEAD, "Head", nobody_or_person, optional=True),
        Input(Setting.TIME_ZONE, "Time zone", text(), hint="Like Europe/Berlin."),
        Input(Setting.CALENDAR, "Business hours", named(calendars)),
        Input(
            Setting.AUTO_ASSIGN,
            "New tickets are assigned",
            menu({each.value: label for each, label in _AUTO_ASSIGN.items()}),
        ),
        Input(
            Setting.NUDGE_AFTER,
            "The desk hears of a ticket that nobody took after",
            text(10),
            hint=f"{_LENGTH_HINT} 0m: never.",
        ),
        Input(Setting.RESOLUTION_NOTE, "Words about how it was solved", menu(_NOTES)),
        Input(Setting.HABITS, "Habits", switches(_HABITS), optional=True),
        Input(
            Setting.FORM_FIELDS,
            "Further inputs of the form for new tickets",
            text(TEXT_MAX, multiline=True),
            optional=True,
            hint=f"One a line, like “{HOW}”. Others: text, date, amount, user, file.",
        ),
    ),
    Section.PEOPLE: (
        Input(Setting.SLACK_USER_ID, "Person", person, reports=True),
        Input(Setting.ROLE, "Role", menu({each.value: name for each, name in _ROLES.items()})),
        Input(Setting.DEPARTMENT, "Department", departments("None")),
        Input(Setting.EMPLOYEE_CODE, "Employee code", text(_CODE_MAX), optional=True),
    ),
    Section.ROUTING: (
        _NAME,
        Input(
            Setting.WORDS,
            "Words",
            text(TEXT_MAX, multiline=True),
            optional=True,
            hint="One a line: any of them, as whole words. None: whatever it says.",
        ),
        Input(Setting.DEPARTMENT, "Filed with", departments("Any department")),
        Input(Setting.PRIORITY, "With the priority", priorities("Any priority")),
        Input(Setting.REQUESTER_DEPARTMENT, "By people of", departments("Any department")),
        Input(Setting.TO, "Goes to", departments("As chosen")),
        Input(Setting.SET_PRIORITY, "Gets the priority", priorities("As chosen")),
        Input(Setting.ASSIGNEE, "Is given to", nobody_or_person, optional=True),
    ),
    Section.SLA_TEMPLATES: (
        _NAME,
        Input(Setting.PRIORITY, "For the priority", priorities("Any priority")),
        Input(Setting.DEPARTMENT, "For the department", departments("Any department")),
        Input(Setting.REQUESTER_DEPARTMENT, "For people of", departments("Any department")),
        Input(Setting.FIRST_RESPONSE, "First response within", text(10), hint=_LENGTH_HINT),
        Input(Setting.RESOLUTION, "Resolution within", text(10), hint=_LENGTH_HINT),
        Input(
            Setting.NEXT_REPLY,
            "Each later answer within",
            text(10),
            optional=True,
            hint=f"{_LENGTH_HINT} None: it is not promised.",
        ),
        Input(
            Setting.CALENDAR,
            "Counted by the calendar",
            named(calendars, "The department's own"),
        ),
        Input(
            Setting.FOR_RUNNING,
            "Tickets that are open",
            switches({"yes": "They get these times too, from now on"}),
            optional=True,
        ),
    ),
    Section.CALENDARS: (
        _NAME,
        Input(
            Setting.TIME_ZONE,
            "Time zone",
            text(),
            optional=True,
            hint="Like Europe/Berlin. None: each department's own.",
        ),
        Input(
            Setting.HOURS,
            "Open",
            text(TEXT_MAX, multiline=True),
            hint=f"A line each, like “{HOW_HOURS}”.",
        ),
        Input(
            Setting.COUNTRY,
            "Public holidays of",
            text(10),
            optional=True,
            hint="A country, like DE.",
        ),
        Input(
            Setting.SUBDIVISION,
            "Region",
            text(),
            optional=True,
            hint="Like BY, where it has holidays of its own.",
        ),
        Input(
            Setting.DATES,
            "Further days off",
            text(TEXT_MAX, multiline=True),
            optional=True,
            hint="A day a line, like 2026-12-24. What an ICS file says is added as text.",
        ),
    ),
    Section.CANNED_REPLIES: (
        Input(Setting.TITLE, "Title", text()),
        Input(Setting.DEPARTMENT, "For the department", departments("Every department")),
        Input(Setting.BODY, "Body", text(2500, multiline=True), hint=_VARIABLES),
    ),
    Section.APPROVAL_RULES: (
        Input(Setting.CURRENCY, "Currency", text(3), hint="Like EUR."),
        Input(Setting.FROM, "From", text(20), hint="This amount included."),
        Input(Setting.TO, "Up to", text(20), optional=True, hint="This amount excluded."),
        Input(Setting.STEPS, "Who decides", menu(_STEPS)),
    ),
    Section.EXCHANGE_RATES: (
        Input(Setting.CURRENCY, "Currency", text(3), hint="Like USD."),
        Input(Setting.RATE, "Rate", text(20), hint="What one of it is worth, like 0.92."),
        Input(Setting.FROM, "Holds from", day),
    ),
}


def inputs_of(section: Section, values: Mapping[str, Any]) -> dict[str, Any]:
    """What the form holds of an entry while nobody touches it."""
    found: dict[str, Any] = {}
    for each in INPUTS.get(section, ()):
        found[each.setting.value] = values.get(each.setting)
    if Setting.HABITS in found:
        found[Setting.HABITS.value] = [each for each in HABITS if values.get(each)]
        found[Setting.FORM_FIELDS.value] = write_lines(values.get("form_fields") or ()) or None
    if Setting.WORDS in found:
        found[Setting.WORDS.value] = "\n".join(values.get("words") or ()) or None
    if Setting.STEPS in found:
        found[Setting.STEPS.value] = STEPS_JOINED.join(values.get("steps") or ()) or None
    if section is Section.CALENDARS:
        found |= _calendar_inputs(values)
    for name in (Setting.FROM, Setting.TO):
        if section is Section.APPROVAL_RULES and found[name] is not None:
            found[name.value] = str(found[name])
    return found


def _calendar_inputs(values: Mapping[str, Any]) -> dict[str, Any]:
    holidays = values.get("holidays") or {}
    return {
        Setting.HOURS.value: write_hours_lines(values.get("hours") or {}) or None,
        Setting.COUNTRY.value: holidays.get("country"),
        Setting.SUBDIVISION.value: holidays.get("subdivision"),
        Setting.DATES.value: write_day_lines(holidays.get("dates") or ()) or None,
    }


def at_first(section: Section) -> dict[str, Any]:
    """A new entry's inputs."""
    usual: Mapping[Section, dict[str, Any]] = {
        Section.DEPARTMENTS: {
            "time_zone": "UTC",
            "auto_assign": AutoAssign.NONE.value,
            "nudge_after": "30m",
            "calendar": "office",
            "resolution_note": "required",
            "habits": ["waits_after_reply", "reactions"],
        },
        Section.PEOPLE: {"role": Role.EMPLOYEE.value},
        Section.CALENDARS: {"hours": "mon-fri: 09:00-17:00"},
        Section.APPROVAL_RULES: {"currency": "EUR"},
    }
    return usual.get(section, {})


def labels(section: Section) -> dict[str, str]:
    return {each.setting.value: each.label for each in INPUTS.get(section, ())}
