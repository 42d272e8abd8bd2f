"""What an entry of the settings holds, in a line that people can read."""

from collections.abc import Iterator, Mapping
from typing import Any

from bot.views.parts import NAME_MAX, clip_escaped, mention, one_line
from core.configuration.sections import Section

_FACT_MAX = 80
_FACTS_MOST = 8
_PEOPLE_MOST = 5

#: What the entry is called by, or what its name says already.
_IN_THE_NAME: Mapping[Section, frozenset[str]] = {
    Section.PEOPLE: frozenset({"name", "slack_user_id"}),
    Section.APPROVAL_RULES: frozenset({"currency", "from", "steps", "to"}),
    Section.EXCHANGE_RATES: frozenset({"currency", "from"}),
    Section.CANNED_REPLIES: frozenset({"title"}),
}
_NAME_ONLY = frozenset({"name"})
_LABELS: Mapping[str, str] = {
    "auto_assign": "New tickets are assigned",
    "nudge_after": "Word of what nobody took after",
    "eyes_for": "👀",
    "check_mark_for": "✅",
    "siren_for": "🚨",
}
_WORDS: Mapping[tuple[str, str], str] = {
    ("auto_assign", "round_robin"): "in turn",
    ("auto_assign", "least_loaded"): "to who has the fewest open",
    ("eyes_for", "head"): "only the head",
    ("check_mark_for", "head"): "only the head",
    ("siren_for", "head"): "only the head",
    ("role", "department_head"): "Department head",
    ("role", "ceo"): "CEO",
    ("role", "admin"): "Administrator",
}
_USUAL: Mapping[str, str] = {
    "auto_assign": "none",
    "eyes_for": "desk",
    "check_mark_for": "desk",
    "siren_for": "desk",
}
_STEPS: Mapping[str, str] = {"finance": "Finance", "ceo": "the CEO"}
_CAPITALS = frozenset({"role", "priority", "set_priority"})
_PEOPLE = frozenset({"head", "assignee"})
_NOTHING: tuple[Any, ...] = (None, [], {}, "", False)


def facts(section: Section, values: Mapping[str, Any]) -> str:
    """Markup."""
    found = [*_steps(section, values), *_named(section, values)]
    return " · ".join(found[:_FACTS_MOST])


def _named(section: Section, values: Mapping[str, Any]) -> Iterator[str]:
    for name, value in values.items():
        is_usual = name in _USUAL and value == _USUAL[name]
        if name in _IN_THE_NAME.get(section, _NAME_ONLY) or is_usual or _is_nothing(value):
            continue
        label = _LABELS.get(name) or name.replace("_", " ").capitalize()
        yield label if value is True else f"{label}: {_fact(name, value)}"


def _is_nothing(value: Any) -> bool:
    if isinstance(value, Mapping):
        return all(_is_nothing(each) for each in value.values())
    return value in _NOTHING


def _steps(section: Section, values: Mapping[str, Any]) -> Iterator[str]:
    if section is not Section.APPROVAL_RULES:
        return
    steps = [_STEPS.get(str(each), str(each)) for each in values.get("steps") or ()]
    words = ", then ".join(steps) or "Nobody: it is automatic"
    yield clip_escaped(words[:1].upper() + words[1:], _FACT_MAX)
    if values.get("to") is not None:
        yield clip_escaped(f"Below {values['to']}", _FACT_MAX)


def _fact(name: str, value: Any) -> str:
    if name in _PEOPLE:
        return mention(str(value))
    if name == "alternates":
        named = [str(each) for ids in value.values() for each in ids]
        return ", ".join(map(mention, named[:_PEOPLE_MOST]))
    if name == "desk_channel":
        return f"<#{clip_escaped(str(value), NAME_MAX)}>"
    return clip_escaped(one_line(_said(name, value)), _FACT_MAX)


def _said(name: str, value: Any) -> str:
    if isinstance(value, Mapping):
        held = ((str(key), each) for key, each in value.items() if each not in _NOTHING)
        return "; ".join(
            "an ICS file" if key == "ics" else f"{_plain(key)} {_said(key, each)}"
            for key, each in held
        )
    if isinstance(value, list):
        return ", ".join(_item(each) for each in value)
    if value is True:
        return "yes"
    words = str(value)
    return _WORDS.get((name, words)) or (words.capitalize() if name in _CAPITALS else words)


def _plain(name: str) -> str:
    return name.replace("_", " ")


def _item(value: Any) -> str:
    if isinstance(value, Mapping):
        return str(value.get("label") or value.get("summary") or "")
    return str(value)
