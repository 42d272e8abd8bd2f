"""The inputs of each kind of setting, and what they hold at first."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from bot.payloads import TEXT_MAX
from bot.payloads.held import Values
from bot.payloads.setting_values import shown
from bot.payloads.split_values import blank, count_in
from bot.setting_ids import NONE, Setting, Verb
from bot.views import (
    approval_inputs,
    calendar_inputs,
    department_inputs,
    desk_inputs,
    split_inputs,
)
from bot.views.setting_elements import (
    LENGTHS_HINT,
    Input,
    calendars,
    departments,
    menu,
    nobody_or_person,
    person,
    switches,
    text,
)
from core.configuration.sections import Section
from core.tickets.states import Priority
from core.users.models import AutoAssign, Reacting
from core.users.roles import Role

_CODE_MAX = 75
_VARIABLES = "{requester}, {ticket}, {assignee}, {department} and {due} are filled in."
_ROLES: Mapping[Role, str] = {
    Role.EMPLOYEE: "Employee",
    Role.AGENT: "Agent",
    Role.DEPARTMENT_HEAD: "Department head",
    Role.OBSERVER: "Observer",
    Role.FINANCE: "Finance",
    Role.CEO: "CEO",
    Role.ADMIN: "Administrator",
}


def _priorities(nothing: str) -> Any:
    return menu({NONE: nothing} | {each.value: each.value.capitalize() for each in Priority})


_NAME = Input(Setting.NAME, "Name", text())

INPUTS: Mapping[Section, tuple[Input, ...]] = {
    Section.DEPARTMENTS: (_NAME, *department_inputs.INPUTS),
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
        Input(Setting.PRIORITY, "With the priority", _priorities("Any priority")),
        Input(Setting.REQUESTER_DEPARTMENT, "By people of", departments("Any department")),
        Input(Setting.TO, "Goes to", departments("As chosen")),
        Input(Setting.SET_PRIORITY, "Gets the priority", _priorities("As chosen")),
        Input(Setting.ASSIGNEE, "Is given to", nobody_or_person, optional=True),
    ),
    Section.SLA_TEMPLATES: (
        _NAME,
        Input(Setting.PRIORITY, "For the priority", _priorities("Any priority")),
        Input(Setting.DEPARTMENT, "For the department", departments("Any department")),
        Input(Setting.REQUESTER_DEPARTMENT, "For people of", departments("Any department")),
        Input(Setting.FIRST_RESPONSE, "First response within", text(10), hint=LENGTHS_HINT),
        Input(Setting.RESOLUTION, "Resolution within", text(10), hint=LENGTHS_HINT),
        Input(
            Setting.NEXT_REPLY,
            "Each further reply within",
            text(10),
            optional=True,
            hint=f"{LENGTHS_HINT} Left empty: not promised.",
        ),
        Input(Setting.CALENDAR, "Counted by the calendar", calendars("The department's")),
        Input(
            Setting.FOR_RUNNING,
            "Tickets that are open",
            switches({"yes": "They get these times too, from now on"}),
            optional=True,
        ),
    ),
    Section.CALENDARS: (_NAME, *calendar_inputs.INPUTS),
    Section.APPROVAL_RULES: approval_inputs.RULE,
    Section.APPROVALS: approval_inputs.SETTINGS,
    Section.EXCHANGE_RATES: approval_inputs.RATE,
    Section.SPLIT_TEMPLATES: (_NAME, split_inputs.FOR),
    Section.CANNED_REPLIES: (
        Input(Setting.TITLE, "Title", text()),
        Input(Setting.DEPARTMENT, "For the department", departments("Every department")),
        Input(Setting.BODY, "Body", text(2500, multiline=True), hint=_VARIABLES),
    ),
    Section.SETTINGS: desk_inputs.INPUTS,
}


def inputs_for(about: Section, verb: Verb, held: Mapping[str, Any]) -> Sequence[Input]:
    """Of one of its forms. A split template has as many groups as are held."""
    if verb is Verb.LABELS:
        return department_inputs.LABELS
    if about is Section.SPLIT_TEMPLATES:
        return [*INPUTS[about], *_parts(count_in(held))]
    return INPUTS[about]


def _parts(count: int) -> Iterator[Input]:
    for place in range(1, count + 1):
        yield from split_inputs.part(place)


def shown_at_first(about: Section, values: Values | None) -> dict[str, Any]:
    """What the inputs hold of an entry, or of a new one."""
    return at_first(about) if values is None else shown(about, values)


def at_first(section: Section) -> dict[str, Any]:
    """A new entry's inputs."""
    usual: Mapping[Section, dict[str, Any]] = {
        Section.DEPARTMENTS: {
            "time_zone": "UTC",
            "calendar": "office",
            "auto_assign": AutoAssign.NONE.value,
            "nudge_after": "30m",
            "habits": ["waits_after_reply", "reactions"],
            "eyes_for": Reacting.DESK.value,
            "check_mark_for": Reacting.DESK.value,
            "siren_for": Reacting.DESK.value,
            "resolution_note": "required",
            "most_mb": "25",
        },
        Section.PEOPLE: {"role": Role.EMPLOYEE.value},
        Section.APPROVAL_RULES: {
            "currency": "EUR",
            "quorum_finance": "any",
            "quorum_ceo": "any",
        },
        Section.CALENDARS: dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), "09:00-17:00"),
        Section.SPLIT_TEMPLATES: blank(1),
    }
    return usual.get(section, {})
