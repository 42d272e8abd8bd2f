"""What inputs of settings are made of: how each kind shows what it holds."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.setting_ids import NONE, Setting, input_name
from bot.views.parts import Block, choices, input_block, option, plain_text, text_input

SHORT = 75
LENGTHS_HINT = "Like 30m, 4h or 2d of business time."
#: Names in a menu: a form may have three of them, and weigh a quarter of a megabyte. Others can be
#: written in the form for text.
NAMES_MOST = 300


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
    #: Which of several it is.
    place: str = ""
    #: Stands above it.
    heading: str = ""

    @property
    def name(self) -> str:
        return input_name(self.setting, self.place) if self.place else self.setting.value

    def block(self, value: Any, offered: Offered, renewed: str = "") -> Block:
        """With `renewed`, Slack forgets what was typed in the one before."""
        element = self.element(self.setting, value, offered)
        block = input_block(
            self.setting, self.label, element, optional=self.optional, hint=self.hint
        )
        if self.reports:
            return block | {"dispatch_action": True}
        return block | {"block_id": f"{self.name}@{renewed}" if renewed else self.name}

    def holds(self, value: Any) -> bool:
        """Whether all of it fits in: a text that is cut would be saved as it was cut."""
        most = self.element(self.setting, None, Offered()).get("max_length")
        return not (most and isinstance(value, str) and len(value) > most)

    def words(self, offered: Offered) -> dict[str, str]:
        """What is read, by what it stands for."""
        element = self.element(self.setting, None, offered)
        return {each["value"]: each["text"]["text"] for each in _offers(element)}


def _offers(element: Block) -> Iterator[Block]:
    for group in element.get("option_groups") or [element]:
        yield from group.get("options") or ()


def text(most: int = SHORT, *, multiline: bool = False) -> Element:
    def element(setting: Setting, value: Any, offered: Offered) -> Block:
        initial = "" if value is None else str(value)
        return text_input(setting, most, multiline=multiline, initial=initial)

    return element


def number(most: int) -> Element:
    """What is stored may be more."""

    def element(setting: Setting, value: Any, offered: Offered) -> Block:
        now = int(value) if value is not None else 0
        found = {
            "type": "number_input",
            "action_id": setting.value,
            "is_decimal_allowed": False,
            "min_value": "0",
            "max_value": str(max(most, now)),
        }
        return found | ({} if value is None else {"initial_value": str(value)})

    return element


def menu(labels: Mapping[str, str]) -> Element:
    def element(setting: Setting, value: Any, offered: Offered) -> Block:
        return _select(setting, labels, value)

    return element


def named(
    list_names: Callable[[Offered], Sequence[str]], nothing: str = "", most: int = NAMES_MOST
) -> Element:
    def element(setting: Setting, value: Any, offered: Offered) -> Block:
        names = {each: each for each in list_names(offered)[:most]}
        return _select(setting, ({NONE: nothing} if nothing else {}) | names, value)

    return element


def _select(setting: Setting, labels: Mapping[str, str], value: Any) -> Block:
    """What an entry says is offered in any case: otherwise saving it would choose another."""
    now = NONE if value is None else str(value)
    known = labels if value is None else {**labels, now: labels.get(now, now)}
    listed = {each: option(label, each) for each, label in known.items()}
    offers = list(listed.values()) or [option("There are none", NONE)]
    found = {"type": "static_select", "action_id": setting.value, **choices(offers)}
    return found | ({"initial_option": listed[now]} if now in listed else {})


def choice(labels: Mapping[str, str]) -> Element:
    """A few, all of them in sight."""

    def element(setting: Setting, value: Any, offered: Offered) -> Block:
        listed = {each: option(label, each) for each, label in labels.items()}
        found = {
            "type": "radio_buttons",
            "action_id": setting.value,
            "options": list(listed.values()),
        }
        return found | ({"initial_option": listed[value]} if value in listed else {})

    return element


def switches(labels: Mapping[str, str]) -> Element:
    def element(setting: Setting, value: Any, offered: Offered) -> Block:
        listed = {each: option(label, each) for each, label in labels.items()}
        chosen = [listed[each] for each in listed if each in (value or ())]
        found: Block = {
            "type": "checkboxes",
            "action_id": setting.value,
            "options": list(listed.values()),
        }
        return found | ({"initial_options": chosen} if chosen else {})

    return element


def time_of_day(setting: Setting, value: Any, offered: Offered) -> Block:
    found: Block = {"type": "timepicker", "action_id": setting.value}
    return found | ({"initial_time": value} if value else {})


def day(setting: Setting, value: Any, offered: Offered) -> Block:
    found: Block = {"type": "datepicker", "action_id": setting.value}
    return found | ({"initial_date": value} if value else {})


def people(setting: Setting, value: Any, offered: Offered) -> Block:
    found: Block = {"type": "multi_users_select", "action_id": setting.value}
    return found | ({"initial_users": list(value)} if value else {})


def person(setting: Setting, value: Any, offered: Offered) -> Block:
    found = {"type": "users_select", "action_id": setting.value}
    return found | ({"initial_user": value} if value else {})


def nobody_or_person(setting: Setting, value: Any, offered: Offered) -> Block:
    """As a list of at most one, which can be emptied."""
    found: Block = {
        "type": "multi_users_select",
        "action_id": setting.value,
        "max_selected_items": 1,
        "placeholder": plain_text("Nobody"),
    }
    return found | ({"initial_users": [value]} if value else {})


def channel(setting: Setting, value: Any, offered: Offered) -> Block:
    found: Block = {
        "type": "conversations_select",
        "action_id": setting.value,
        "filter": {"include": ["private", "public"], "exclude_external_shared_channels": True},
        "placeholder": plain_text("The app has to be a member"),
    }
    return found | ({"initial_conversation": value} if value else {})


def departments(nothing: str = "", most: int = NAMES_MOST) -> Element:
    return named(lambda offered: offered.departments, nothing, most)


def calendars(nothing: str = "") -> Element:
    def listed(offered: Offered) -> list[str]:
        return list(dict.fromkeys(("office", "always", *offered.calendars)))

    return named(listed, nothing)
