"""What Slack sends us, and what we hide in it, read into typed values."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from bot.ids import DeskMore, Field, More
from core.errors import InvalidField, Refused
from core.tickets.states import Priority

SUMMARY_MAX = 150
#: What an input of Slack's can hold.
TEXT_MAX = 3000
#: The value of the checkbox "Private".
IS_PRIVATE = "private"

_OLD_BUTTON = "This button is no longer valid. Type /ticket with the ticket's number, like HD-12."
_OLD_FORM = "This form is no longer valid. Please open it again."
_BUTTON_MAX = 2000

# PostgreSQL stores no NUL, and no half of a surrogate pair, which JSON may well carry.
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class TicketRef:
    """Which ticket, and what it was like when the button or form was made."""

    ticket_id: UUID
    version: int

    def dump(self) -> str:
        return _dump(self.ticket_id, "v", self.version)

    @classmethod
    def load(cls, raw: Any) -> "TicketRef":
        """Raises Refused for anything that `dump` did not write."""
        return cls(*_load(raw, "v"))


@dataclass(frozen=True, slots=True)
class MessageRef:
    ticket_id: UUID
    message_id: int

    def dump(self) -> str:
        return _dump(self.ticket_id, "m", self.message_id)

    @classmethod
    def load(cls, raw: Any) -> "MessageRef":
        """Raises Refused for anything that `dump` did not write."""
        return cls(*_load(raw, "m"))


@dataclass(frozen=True, slots=True)
class MenuRef:
    """What was chosen from a card's menus, and on which ticket."""

    chosen: More | DeskMore
    ticket: TicketRef

    def dump(self) -> str:
        return f"{self.chosen} {self.ticket.dump()}"

    @classmethod
    def load(cls, raw: Any) -> "MenuRef":
        """Raises Refused for anything that `dump` did not write."""
        chosen, _, ticket = raw.partition(" ") if isinstance(raw, str) else ("", "", "")
        entry = _ENTRIES.get(chosen)
        if entry is None:
            raise Refused(_OLD_BUTTON)
        return cls(entry, TicketRef.load(ticket))


_ENTRIES: dict[str, More | DeskMore] = {each.value: each for each in (*More, *DeskMore)}


def _dump(ticket_id: UUID, name: str, number: int) -> str:
    return f'{{"t":"{ticket_id}","{name}":{number}}}'


def _load(raw: Any, name: str) -> tuple[UUID, int]:
    if not isinstance(raw, str) or len(raw) > _BUTTON_MAX:
        raise Refused(_OLD_BUTTON)
    try:
        found = json.loads(raw)
    except (ValueError, RecursionError):
        raise Refused(_OLD_BUTTON) from None
    ticket_id, number = _uuid(_at(found, "t")), _at(found, name)
    # `type`, since True is an int as well.
    if ticket_id is None or type(number) is not int or not 0 <= number < 2**63:
        raise Refused(_OLD_BUTTON)
    return ticket_id, number


@dataclass(frozen=True, slots=True)
class NewTicketForm:
    summary: str
    description: str
    department_id: UUID
    priority: Priority
    #: A Slack user id; None when people file for themselves.
    on_behalf_of: str | None
    is_private: bool
    view_id: str
    #: The name of a split template, or nothing.
    template: str = ""


@dataclass(frozen=True, slots=True)
class ReplyForm:
    ref: TicketRef
    body: str
    view_id: str


def read_new_ticket(view: Any) -> NewTicketForm:
    """Raises InvalidField for what a person can mend, Refused for what is no form of ours."""
    return NewTicketForm(
        view_id=_view_id(view),
        summary=_required(view, Field.SUMMARY, "Say in a few words what it is about.", SUMMARY_MAX),
        description=_text(view, Field.DESCRIPTION),
        department_id=_chosen_id(view, Field.DEPARTMENT, "Choose a department from the list."),
        priority=_priority(view),
        on_behalf_of=storable(_answer(view, Field.ON_BEHALF_OF, "selected_user", str) or "")
        or None,
        is_private=any(
            _at(option, "value") == IS_PRIVATE
            for option in _answer(view, Field.PRIVATE, "selected_options", list) or []
        ),
        template=storable(_chosen(view, Field.TEMPLATE)),
    )


def chosen_department(view: Any) -> UUID:
    """Raises InvalidField."""
    return _chosen_id(view, Field.DEPARTMENT, "Choose a department from the list.")


def read_reply(view: Any, field: Field = Field.REPLY) -> ReplyForm:
    """What somebody of the desk writes: to the requester, or in a note."""
    return ReplyForm(
        view_id=_view_id(view),
        ref=_ref(view),
        body=_required(view, field, "Write what you want to say.", TEXT_MAX),
    )


def _at(raw: Any, *keys: str) -> Any:
    """What lies under the keys; None where the payload is not built that way."""
    for key in keys:
        if not isinstance(raw, dict):
            return None
        raw = raw.get(key)
    return raw


def _answer(view: Any, field: Field, name: str, kind: type) -> Any:
    values = _at(view, "state", "values")
    # An input that a form got anew is called `field@…`.
    blocks = [each for each in values if str(each).partition("@")[0] == field] if values else []
    found = _at(values, blocks[0] if isinstance(values, dict) and blocks else field, field, name)
    return found if isinstance(found, kind) else None


def _view_id(view: Any) -> str:
    view_id = _at(view, "id")
    if not isinstance(view_id, str) or not view_id:
        raise Refused(_OLD_FORM)
    return storable(view_id)


def _ref(view: Any) -> TicketRef:
    try:
        return TicketRef.load(_at(view, "private_metadata"))
    except Refused:
        raise Refused(_OLD_FORM) from None


def _text(view: Any, field: Field, most: int = TEXT_MAX) -> str:
    text = storable(_answer(view, field, "value", str) or "").strip()
    if len(text) > most:
        raise InvalidField(field, f"Keep it within {most} characters; it has {len(text)}.")
    return text


def _required(view: Any, field: Field, words: str, most: int) -> str:
    text = _text(view, field, most)
    if not any(sign.isprintable() and not sign.isspace() for sign in text):
        raise InvalidField(field, words)
    return text


def _chosen(view: Any, field: Field) -> str:
    value = _at(_answer(view, field, "selected_option", dict), "value")
    return value if isinstance(value, str) else ""


def _chosen_id(view: Any, field: Field, words: str) -> UUID:
    chosen = _uuid(_chosen(view, field))
    if chosen is None:
        raise InvalidField(field, words)
    return chosen


def _priority(view: Any) -> Priority:
    chosen = _at(_answer(view, Field.PRIORITY, "selected_option", dict), "value")
    try:
        return Priority(chosen)
    except ValueError:
        raise InvalidField(Field.PRIORITY, "Choose a priority from the list.") from None


def _uuid(raw: Any) -> UUID | None:
    try:
        return UUID(raw) if isinstance(raw, str) else None
    except ValueError:
        return None


_TOKEN = re.compile(r"<([^<>]+)>")
_NOBODY: Mapping[str, str] = {}
_LABEL_SAYS_IT = ("", "mailto:", "tel:", "http://", "https://")


def plain(text: Any, names: Mapping[str, str] = _NOBODY) -> str:
    """A message's text as a person reads it: names for mentions, no markup of Slack's. `names`
    are those of people we know, by their Slack ids."""
    if not isinstance(text, str):
        return ""
    text = _TOKEN.sub(lambda token: _readable(token[1], names), storable(text))
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _readable(token: str, names: Mapping[str, str]) -> str:
    target, _, label = token.partition("|")
    kind, name = target[0:1], target[1:]
    if kind == "@" and name in names:
        # What is unescaped afterwards leaves a name as it is.
        return kind + names[name].replace("&", "&amp;")
    if kind in ("@", "#"):
        return kind + (label or name).removeprefix(kind)
    if kind == "!":
        return _readable_command(name, label)
    if not label or not target or any(target == scheme + label for scheme in _LABEL_SAYS_IT):
        return label or target
    return f"{label} ({target})"


def _readable_command(name: str, label: str) -> str:
    command, _, rest = name.partition("^")
    if command == "date":
        return label or rest.partition("^")[2]
    return "@" + (label or rest or command).removeprefix("@")


def storable(text: str) -> str:
    """Without the few characters that a database or a request cannot hold."""
    return _UNSTORABLE.sub("", text)
