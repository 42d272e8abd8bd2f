"""Which setting a button or form is about, and what somebody entered for it."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.payloads import TEXT_MAX, storable
from bot.setting_ids import NONE, SEVERAL_PEOPLE, Setting, Verb, input_name
from core.configuration.sections import Section
from core.configuration.typed import Shown
from core.errors import InvalidField, Refused
from core.tickets.merging.service import fingerprint

_OLD = "This is no longer valid. Please open the settings again."
_HIDDEN_MAX = 3000


@dataclass(frozen=True, slots=True)
class SectionRef:
    """A section and where in its list somebody looks."""

    section: Section
    offset: int = 0

    def dump(self) -> str:
        return f"{self.section} {self.offset}"

    @classmethod
    def load(cls, raw: Any) -> "SectionRef":
        """Raises Refused for anything that `dump` did not write."""
        name, _, offset = raw.partition(" ") if isinstance(raw, str) else ("", "", "")
        if name not in set(Section) or not (offset.isascii() and offset.isdecimal()):
            raise Refused(_OLD)
        return cls(Section(name), min(int(offset[:9]), 100_000))


@dataclass(frozen=True, slots=True)
class EntryRef:
    """What was chosen for which entry; the print says which, and what it was like."""

    verb: Verb
    section: Section
    print: str

    def dump(self) -> str:
        return f"{self.verb} {self.section} {self.print}"

    @classmethod
    def load(cls, raw: Any) -> "EntryRef":
        """Raises Refused for anything that `dump` did not write."""
        parts = raw.split(" ") if isinstance(raw, str) else []
        if len(parts) != 3 or parts[0] not in set(Verb) or parts[1] not in set(Section):
            raise Refused(_OLD)
        return cls(Verb(parts[0]), Section(parts[1]), parts[2])


@dataclass(frozen=True, slots=True)
class FormRef:
    """What a form is about: an entry as it was, or a new one; `seen` are prints of its inputs,
    `verb` says which of its forms it is."""

    section: Section
    shown: Shown | None = None
    seen: Mapping[str, str] = field(default_factory=dict)
    verb: Verb = Verb.EDIT
    #: The print of inputs whose consequences were shown; who sends the same again wants them.
    agreed: str = ""

    def dump(self) -> str:
        of = [self.shown.key, self.shown.print] if self.shown else None
        found = {"s": self.section.value, "e": of, "f": dict(self.seen), "v": self.verb.value}
        return json.dumps(found | {"a": self.agreed}, separators=(",", ":"))

    @classmethod
    def load(cls, view: Any) -> "FormRef":
        """Raises Refused for anything that `dump` did not write."""
        raw = view.get("private_metadata") if isinstance(view, dict) else None
        try:
            found = json.loads(raw) if isinstance(raw, str) and len(raw) <= _HIDDEN_MAX else None
        except (ValueError, RecursionError):
            raise Refused(_OLD) from None
        if not isinstance(found, dict) or found.get("s") not in set(Section):
            raise Refused(_OLD)
        of, seen = found.get("e"), found.get("f")
        if not isinstance(seen, dict) or not (of is None or _is_pair(of)):
            raise Refused(_OLD)
        verb = Verb.LABELS if found.get("v") == Verb.LABELS.value else Verb.EDIT
        shown = Shown(*of) if of else None
        prints = {str(name): str(each) for name, each in seen.items()}
        return cls(Section(found["s"]), shown, prints, verb, str(found.get("a")))


def _is_pair(found: Any) -> bool:
    return (
        isinstance(found, list) and len(found) == 2 and all(isinstance(each, str) for each in found)
    )


def seen_as(value: Any) -> str:
    """The print of an input's value."""
    return fingerprint(json.dumps(value, sort_keys=True, default=str))


def read_inputs(view: Any) -> dict[str, Any]:
    """What each input holds, as plain text, a list of chosen values, or None. One that a form has
    several of is called like its block."""
    found: dict[str, Any] = {}
    for block_id, inputs in _parts(view, "state", "values"):
        for name, held in inputs.items() if isinstance(inputs, dict) else ():
            if name in set(Setting) and isinstance(held, dict):
                own = str(block_id).partition("@")[0]
                is_one_of_several = own.startswith(input_name(Setting(name), ""))
                read = _people if name in SEVERAL_PEOPLE else _held
                found[own if is_one_of_several else name] = read(str(block_id), held)
    return found


def _parts(view: Any, *path: str) -> Iterator[tuple[Any, Any]]:
    for step in path:
        view = view.get(step) if isinstance(view, dict) else None
    yield from view.items() if isinstance(view, dict) else ()


_WRITTEN = (
    "value",
    "selected_user",
    "selected_conversation",
    "selected_time",
    "selected_date",
)


def _people(block_id: str, held: Mapping[str, Any]) -> list[str]:
    named = held.get("selected_users")
    return [each for each in named if isinstance(each, str)] if isinstance(named, list) else []


def _held(block_id: str, held: Mapping[str, Any]) -> Any:
    for key in _WRITTEN:
        if isinstance(held.get(key), str):
            text = storable(held[key]).strip()
            if len(text) > TEXT_MAX:
                raise InvalidField(block_id, f"Keep it within {TEXT_MAX} characters.")
            return text or None
    if isinstance(held.get("selected_options"), list):
        return [each.get("value") for each in held["selected_options"] if isinstance(each, dict)]
    if isinstance(held.get("selected_users"), list):
        return next((str(each) for each in held["selected_users"]), None)
    chosen = held.get("selected_option")
    value = chosen.get("value") if isinstance(chosen, dict) else None
    return value if isinstance(value, str) and value != NONE else None
