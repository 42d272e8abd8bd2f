"""The inputs of each kind of setting, and what they hold at first."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.payloads import TEXT_MAX
from bot.payloads.settings import STEPS_JOINED
from bot.setting_ids import HABITS, NONE, Setting
from bot.views.parts import (
    Block,
    choices,
    input_block,
    option,
    plain_text,
    text_input,
)
from core.configuration.form_fields import HOW, write_lines
from core.configuration.sections import Section
from core.tickets.states import Priority
from core.users.models import AutoAssign
from core.users.roles import Role

_SHORT, _CODE_MAX = 75, 75
#: Names in a menu: a form may have three of them, and weigh a quarter of a megabyte. Others can be
#: written in the form for text.
_NAMES_MOST = 300
_VARIABLES = "{requester}, {ticket}, {assignee}, {department} and {due} are filled in."
_LENGTH_HINT = "Like 30m, 4h or 2d of business time."

_HABITS: Mapping[str, str] = {
    "open_threads": "Every reply in a card's thread goes to the requester",
    "waits_after_reply": "A ticket waits for its requester after a reply",
    "reactions": "👀, ✅ and 🚨 on a card do something",
    "agents_from_channel": "Whoever joins the desk channel becomes an agent, until they leave it",
    "approval_first": "Work begins once an approval was given",
    "private_tickets": "Whatever is filed with it is private",
}
_AUTO_ASSIGN: Mapping[AutoAssign, str] = {
    AutoAssign.NONE: "No: people take them",
    AutoAssign.ROUND_ROBIN: "In turn",
    AutoAssign.LEAST_LOADED: "To who has the fewest open",
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


@dataclass(frozen=True, slots=True)
class Offered:
    """Names that menus offer."""

    departments: Sequence[str] = ()
    calendars: Sequence[str] = ()


Element = Callable[[Setting, Any, Offered], Block]


@dataclass(frozen=True, slots=True)
class Input:
    setting: Setting
    label: str
    element: Element
    optional: bool = False
    hint: str = ""
    #: Choosing something tells us at once.
    reports: bool = False

    def block(self, value: Any, offered: Offered, renewed: str = "") -> Block:
        """With `renewed`, Slack forgets what was typed in the one before."""
        element = self.element(self.setting, value, offered)
        block = input_block(
            self.setting, self.label, element, optional=self.optional, hint=self.hint
        )
        if self.reports:
            return block | {"dispatch_action": True}
        return block | ({"block_id": f"{self.setting}@{renewed}"} if renewed else {})


def _text(most: int = _SHORT, *, multiline: bool = False) -> Element:
    def element(setting: Setting, value: Any, offered: Offered) -> Block:
        initial = "" if value is None else str(value)
        return text_input(setting, most, multiline=multiline, initial=initial)

    return element


def _menu(labels: Mapping[str, str]) -> Element:
    def element(setting: Setting, value: Any, offered: Offered) -> Block:
        return _select(setting, labels, NONE if value is None else str(value))

    return element


def _named(list_names: Callable[[Offered], Sequence[str]], nothing: str = "") -> Element:
    def element(setting: Setting, value: Any, offered: Offered) -> Block:
        names = [*list_names(offered)[:_NAMES_MOST], *([value] if value else ())]
        found = ({NONE: nothing} if nothing else {}) | {each: each for each in names}
        return _select(setting, found, NONE if value is None else str(value))

    return element


def _select(setting: Setting, labels: Mapping[str, str], value: str) -> Block:
    listed = {each: option(label, each) for each, label in labels.items()}
    found = {
        "type": "static_select",
        "action_id": setting.value,
        **choices(list(listed.values())),
    }
    return found | ({"initial_option": listed[value]} if value in listed else {})


def _person(setting: Setting, value: Any, offered: Offered) -> Block:
    found = {"type": "users_select", "action_id": setting.value}
    return found | ({"initial_user": value} if value else {})


def _nobody_or_person(setting: Setting, value: Any, offered: Offered) -> Block:
    """As a list of at most one, which can be emptied."""
    found: Block = {
        "type": "multi_users_select",
        "action_id": setting.value,
        "max_selected_items": 1,
        "placeholder": plain_text("Nobody"),
    }
    return found | ({"initial_users": [value]} if value else {})


def _channel(setting: Setting, value: Any, offered: Offered) -> Block:
    found: Block = {
        "type": "conversations_select",
        "action_id": setting.value,
        "filter": {"include": ["private", "public"], "exclude_external_shared_channels": True},
        "placeholder": plain_text("The app has to be a member"),
    }
    return found | ({"initial_conversation": value} if value else {})


def _switches(setting: Setting, value: Any, offered: Offered) -> Block:
    listed = {each: option(_HABITS[each], each) for each in HABITS}
    chosen = [listed[each] for each in value or () if each in listed]
    found: Block = {
        "type": "checkboxes",
        "action_id": setting.value,
        "options": list(listed.values()),
    }
    return found | ({"initial_options": chosen} if chosen else {})


def _priorities(nothing: str) -> Element:
    named = {each.value: each.value.capitalize() for each in Priority}
    return _menu({NONE: nothing} | named)


def _departments(nothing: str) -> Element:
    return _named(lambda offered: offered.departments, nothing)


def _calendars(offered: Offered) -> Sequence[str]:
    return list(dict.fromkeys(("office", "always", *offered.calendars)))


_NAME = Input(Setting.NAME, "Name", _text())

INPUTS: Mapping[Section, tuple[Input, ...]] = {
    Section.DEPARTMENTS: (
        _NAME,
        Input(Setting.DESK_CHANNEL, "Desk channel", _channel, optional=True),
        Input(
            Setting.INTAKE_CHANNEL,
            "Channel for requests",
            _channel,
            optional=True,
            hint="Every new message there becomes a ticket, but for those that begin with 📣.",
        ),
        Input(Setting.HEAD, "Head", _nobody_or_person, optional=True),
        Input(Setting.TIME_ZONE, "Time zone", _text(), hint="Like Europe/Berlin."),
        Input(
            Setting.AUTO_ASSIGN,
            "New tickets are assigned",
            _menu({each.value: label for each, label in _AUTO_ASSIGN.items()}),
        ),
        Input(
            Setting.NUDGE_AFTER,
            "The desk hears of a ticket that nobody took after",
            _text(10),
            hint=f"{_LENGTH_HINT} 0m: never.",
        ),
        Input(Setting.HABITS, "Habits", _switches, optional=True),
        Input(
            Setting.FORM_FIELDS,
            "Further inputs of the form for new tickets",
            _text(TEXT_MAX, multiline=True),
            optional=True,
            hint=f"One a line, like “{HOW}”. There are text, select, date, amount and user.",
        ),
    ),
    Section.PEOPLE: (
        Input(Setting.SLACK_USER_ID, "Person", _person, reports=True),
        Input(Setting.ROLE, "Role", _menu({each.value: name for each, name in _ROLES.items()})),
        Input(Setting.DEPARTMENT, "Department", _departments("None")),
        Input(Setting.EMPLOYEE_CODE, "Employee code", _text(_CODE_MAX), optional=True),
    ),
    Section.ROUTING: (
        _NAME,
        Input(
            Setting.WORDS,
            "Words",
            _text(TEXT_MAX, multiline=True),
            optional=True,
            hint="One a line: any of them, as whole words. None: whatever it says.",
        ),
        Input(Setting.DEPARTMENT, "Filed with", _departments("Any department")),
        Input(Setting.PRIORITY, "With the priority", _priorities("Any priority")),
        Input(Setting.REQUESTER_DEPARTMENT, "By people of", _departments("Any department")),
        Input(Setting.TO, "Goes to", _departments("As chosen")),
        Input(Setting.SET_PRIORITY, "Gets the priority", _priorities("As chosen")),
        Input(Setting.ASSIGNEE, "Is given to", _nobody_or_person, optional=True),
    ),
    Section.SLA_TEMPLATES: (
        _NAME,
        Input(Setting.PRIORITY, "For the priority", _priorities("Any priority")),
        Input(Setting.DEPARTMENT, "For the department", _departments("Any department")),
        Input(Setting.FIRST_RESPONSE, "First response within", _text(10), hint=_LENGTH_HINT),
        Input(Setting.RESOLUTION, "Resolution within", _text(10), hint=_LENGTH_HINT),
        Input(Setting.CALENDAR, "Counted by the calendar", _named(_calendars)),
    ),
    Section.CANNED_REPLIES: (
        Input(Setting.TITLE, "Title", _text()),
        Input(Setting.DEPARTMENT, "For the department", _departments("Every department")),
        Input(Setting.BODY, "Body", _text(2500, multiline=True), hint=_VARIABLES),
    ),
    Section.APPROVAL_RULES: (
        Input(Setting.CURRENCY, "Currency", _text(3), hint="Like EUR."),
        Input(Setting.FROM, "From", _text(20), hint="This amount included."),
        Input(Setting.TO, "Up to", _text(20), optional=True, hint="This amount excluded."),
        Input(Setting.STEPS, "Who decides", _menu(_STEPS)),
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
    for name in (Setting.FROM, Setting.TO):
        if section is Section.APPROVAL_RULES and found[name] is not None:
            found[name.value] = str(found[name])
    return found


def at_first(section: Section) -> dict[str, Any]:
    """A new entry's inputs."""
    usual: Mapping[Section, dict[str, Any]] = {
        Section.DEPARTMENTS: {
            "time_zone": "UTC",
            "auto_assign": AutoAssign.NONE.value,
            "nudge_after": "30m",
            "habits": ["waits_after_reply", "reactions"],
        },
        Section.PEOPLE: {"role": Role.EMPLOYEE.value},
        Section.SLA_TEMPLATES: {"calendar": "office"},
        Section.APPROVAL_RULES: {"currency": "EUR"},
    }
    return usual.get(section, {})


def labels(section: Section) -> dict[str, str]:
    return {each.setting.value: each.label for each in INPUTS.get(section, ())}
