"""The inputs that forms of settings are made of."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.setting_ids import NONE, Setting
from bot.views.parts import Block, choices, input_block, option, plain_text, text_input
from core.tickets.states import Priority

_SHORT = 75
#: Names in a menu: a form may have three of them, and weigh a quarter of a megabyte. Others can be
#: written in the form for text.
_NAMES_MOST = 300


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


def text(most: int = _SHORT, *, multiline: bool = False) -> Element:
    def element(setting: Setting, value: Any, offered: Offered) -> Block:
        initial = "" if value is None else str(value)
        return text_input(setting, most, multiline=multiline, initial=initial)

    return element


def menu(labels: Mapping[str, str]) -> Element:
    def element(setting: Setting, value: Any, offered: Offered) -> Block:
        return _select(setting, labels, NONE if value is None else str(value))

    return element


def named(list_names: Callable[[Offered], Sequence[str]], nothing: str = "") -> Element:
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


def day(setting: Setting, value: Any, offered: Offered) -> Block:
    found: Block = {"type": "datepicker", "action_id": setting.value}
    return found | ({"initial_date": str(value)} if value else {})


def channel(setting: Setting, value: Any, offered: Offered) -> Block:
    found: Block = {
        "type": "conversations_select",
        "action_id": setting.value,
        "filter": {"include": ["private", "public"], "exclude_external_shared_channels": True},
        "placeholder": plain_text("The app has to be a member"),
    }
    return found | ({"initial_conversation": value} if value else {})


def switches(labels: Mapping[str, str]) -> Element:
    def element(setting: Setting, value: Any, offered: Offered) -> Block:
        listed = {each: option(label, each) for each, label in labels.items()}
        chosen = [listed[each] for each in value or () if each in listed]
        found: Block = {
            "type": "checkboxes",
            "action_id": setting.value,
            "options": list(listed.values()),
        }
        return found | ({"initial_options": chosen} if chosen else {})

    return element


def priorities(nothing: str) -> Element:
    named = {each.value: each.value.capitalize() for each in Priority}
    return menu({NONE: nothing} | named)


def departments(nothing: str) -> Element:
    return named(lambda offered: offered.departments, nothing)


def calendars(offered: Offered) -> Sequence[str]:
    return list(dict.fromkeys(("office", "always", *offered.calendars)))
