"""Entries in the inputs of their forms and back: to the letter while nobody touches them."""

import contextlib
from typing import Any

import pytest

from bot.payloads.setting_values import shown, typed
from core.configuration.sections import Section
from core.errors import InvalidField

DEPARTMENT = {
    "name": "IT",
    "calendar": "shifts",
    "head": None,
    "open_threads": True,
    "waits_after_reply": False,
    "report_at_desk": True,
    "reactions": True,
    "agents_from_channel": False,
    "approval_first": False,
    "files": {},
    "form_fields": [{"label": "A", "type": "text", "required": False, "options": []}],
    "status_labels": {"on_hold": "With the vendor"},
    "resolution_note": "optional",
}
CALENDAR = {
    "name": "shifts",
    "time_zone": None,
    "hours": {"mon-wed": ["22:00-24:00", "06:00-14:00"], "tue": [], "sun": ["10:00-12:00"]},
    "holidays": {
        "country": "DE",
        "subdivision": "BY",
        "dates": ["2026-12-24", "2026-12-24", "2026-12-31"],
        "ics": "BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n",
    },
}
SETTINGS = {
    "reply_hold": "90s",
    "reopen_grace": "5d",
    "card_fold": "2s",
    "home_fold": "20s",
    "old_texts": "keep",
    "digest_at": None,
    "quiet_hours": "20:00 - 07:00",
    "auto_close": "0d",
    "nudge_requester": "12d",
    "resolve_unanswered": True,
    "keep_deliveries": "90d",
    "guests_may_file": False,
    "escalate_after": "0s",
}
SPLIT = {
    "name": "New starter",
    "department": None,
    "parts": [
        {
            "department": "IT",
            "summary": "Laptop",
            "passed_on": "As a block\nof text.\n",
            "required": False,
            "due_after": "16h",
        },
        {
            "department": "HR",
            "summary": "Contract",
            "passed_on": "",
            "required": True,
            "due_after": None,
        },
    ],
}
APPROVALS = {
    "deadline": "16h",
    "remind_at": [50, 90],
    "escalate_at": 100,
    "expire_at": 200,
    "nudge_every": "4h",
    "same_purpose_days": 30,
    "select_below": 500,
    "confirm_from": "5000.50",
    "alternates": {"ceo": ["U0ADA", "U0ANN"]},
}
NUMBERS = ("escalate_at", "expire_at", "same_purpose_days", "select_below")
RULE = {"currency": "EUR", "from": 500, "to": "999.50", "steps": ["finance", "ceo"]}
ENTRIES: list[tuple[Section, dict[str, Any]]] = [
    (Section.DEPARTMENTS, DEPARTMENT),
    (Section.DEPARTMENTS, DEPARTMENT | {"files": {"most_mb": 25, "types": []}}),
    (Section.DEPARTMENTS, DEPARTMENT | {"files": {"types": ["pdf", "png"]}, "status_labels": {}}),
    (Section.CALENDARS, CALENDAR),
    (Section.CALENDARS, CALENDAR | {"hours": {"mon-sun": ["00:00-24:00"]}, "time_zone": "UTC"}),
    (Section.SETTINGS, SETTINGS),
    (Section.SETTINGS, SETTINGS | {"quiet_hours": None, "digest_at": "09:17"}),
    (Section.SETTINGS, SETTINGS | {"quiet_hours": "08:00-08:00"}),
    (Section.SPLIT_TEMPLATES, SPLIT),
    (Section.APPROVALS, APPROVALS | {name: str(APPROVALS[name]) for name in NUMBERS}),
    (Section.EXCHANGE_RATES, {"currency": "USD", "rate": "0.92", "from": "2026-01-01"}),
    (Section.CANNED_REPLIES, {"title": "Hello", "department": None, "body": "A block\n"}),
]


def as_slack_gives_back(inputs: dict[str, Any]) -> dict[str, Any]:
    """What a text area does to a text that nobody touches."""

    def given_back(value: Any) -> Any:
        return value.replace("\r\n", "\n").strip() or None if isinstance(value, str) else value

    return {name: given_back(value) for name, value in inputs.items()}


@pytest.mark.parametrize(("section", "values"), ENTRIES)
def test_what_nobody_touched_stays_to_the_letter(section: Section, values: dict[str, Any]) -> None:
    inputs = as_slack_gives_back(shown(section, values))
    found = dict(typed(section, inputs, values).values)
    known = {name: found[name] for name in values}
    if section is Section.CALENDARS:
        # The same day twice is one.
        known["holidays"] = known["holidays"] | {"dates": values["holidays"]["dates"]}
    assert known == values


def test_a_rule_keeps_its_amounts_and_says_how_many_only_where_it_takes_more() -> None:
    found = typed(Section.APPROVAL_RULES, shown(Section.APPROVAL_RULES, RULE), RULE).values
    assert found["steps"] == RULE["steps"]
    assert (found["from"], found["to"], found["quorum"]) == ("500", "999.50", {})
    more = RULE | {"quorum": {"ceo": "all"}}
    found = typed(Section.APPROVAL_RULES, shown(Section.APPROVAL_RULES, more), more).values
    assert found["quorum"] == {"ceo": "all"}


def changed(section: Section, values: dict[str, Any], **inputs: Any) -> dict[str, Any]:
    return dict(typed(section, shown(section, values) | inputs, values).values)


def test_one_day_is_another_and_the_free_days_stay() -> None:
    found = changed(Section.CALENDARS, CALENDAR, mon="09:00-17:00", sun=None)
    assert found["hours"] == {"mon": ["09:00-17:00"], "wed": ["22:00-24:00", "06:00-14:00"]}
    assert found["holidays"]["ics"] == CALENDAR["holidays"]["ics"]  # type: ignore[index]


def test_what_the_form_has_no_input_for_stays() -> None:
    inputs = shown(Section.CALENDARS, CALENDAR)
    del inputs["ics"], inputs["dates"]
    found = typed(Section.CALENDARS, inputs | {"country": "AT", "subdivision": None}, CALENDAR)
    assert found.values["holidays"] == {
        **CALENDAR["holidays"],  # type: ignore[dict-item]
        "country": "AT",
        "subdivision": None,
    }


def test_a_part_is_left_out_and_one_is_added() -> None:
    added = {"department_3": "IT", "summary_3": "Phone", "due_after_3": "2d", "habits_3": []}
    found = changed(Section.SPLIT_TEMPLATES, SPLIT, habits_1=["required", "left_out"], **added)
    assert found["parts"] == [
        SPLIT["parts"][1],  # type: ignore[index]
        {"department": "IT", "summary": "Phone", "due_after": "2d", "required": False},
    ]


def test_a_fault_of_a_part_is_told_at_its_own_input() -> None:
    inputs = shown(Section.SPLIT_TEMPLATES, SPLIT) | {"habits_1": ["left_out"]}
    entry = typed(Section.SPLIT_TEMPLATES, inputs, SPLIT)
    assert entry.input_at(("parts", 0, "due_after")) == "due_after_2"
    assert entry.input_at(("parts",)) == "department_1"


def test_alternates_and_reminders_are_lists() -> None:
    inputs = {"alternates_finance": ["U0HUGO"], "alternates_ceo": [], "remind_at": "10 %; 20"}
    found = changed(Section.APPROVALS, APPROVALS, **inputs)
    assert found["alternates"] == {"ceo": [], "finance": ["U0HUGO"]}
    assert found["remind_at"] == [10, 20]
    assert changed(Section.APPROVALS, APPROVALS, remind_at=None)["remind_at"] == []


WRONG: list[tuple[Section, dict[str, Any], dict[str, Any], str, str]] = [
    (Section.CALENDARS, CALENDAR, {"wed": "nine"}, "wed", "“nine” is no window"),
    (Section.CALENDARS, CALENDAR, {"dates": "24.12.2026"}, "dates", "“24.12.2026” is no day"),
    (Section.SETTINGS, SETTINGS, {"auto_close": "-1"}, "auto_close", "whole number"),
    (Section.SETTINGS, SETTINGS, {"auto_close": "1.5"}, "auto_close", "whole number"),
    (Section.SETTINGS, SETTINGS, {"auto_close": None}, "auto_close", "whole number"),
    (Section.SETTINGS, SETTINGS, {"quiet_from": None}, "quiet_from", "both times"),
    (Section.SETTINGS, SETTINGS, {"quiet_until": None}, "quiet_until", "both times"),
    (Section.SETTINGS, SETTINGS, {"quiet_from": "20:00Z"}, "quiet_from", "time of day"),
    (Section.APPROVALS, APPROVALS, {"remind_at": "often"}, "remind_at", "numbers of percent"),
    (Section.DEPARTMENTS, DEPARTMENT, {"most_mb": "many"}, "most_mb", "1 to 1000"),
    (
        Section.DEPARTMENTS,
        DEPARTMENT,
        {"status_labels_new": "x" * 25},
        "status_labels_new",
        "1 to 24 characters",
    ),
    (
        Section.DEPARTMENTS,
        DEPARTMENT,
        {"status_labels_closed": "a\u200bb"},
        "status_labels_closed",
        "one line",
    ),
    (Section.SPLIT_TEMPLATES, SPLIT, {"summary_2": None}, "summary_2", "what the part is about"),
    (Section.SPLIT_TEMPLATES, SPLIT, {"department_2": None}, "department_2", "who gets"),
    (
        Section.SPLIT_TEMPLATES,
        SPLIT,
        {"habits_1": ["left_out"], "habits_2": ["left_out"]},
        "department_1",
        "at least one part",
    ),
]


@pytest.mark.parametrize(("section", "values", "inputs", "field", "words"), WRONG)
def test_what_is_wrong_is_said_of_its_input(
    section: Section, values: dict[str, Any], inputs: dict[str, Any], field: str, words: str
) -> None:
    with pytest.raises(InvalidField) as refused:
        changed(section, values, **inputs)
    assert refused.value.field == field
    assert words in refused.value.text


ODD: list[Any] = [None, "", "x", "\u0661", "20:00", [], ["x"], [None]]


@pytest.mark.parametrize(("section", "values"), ENTRIES)
def test_whatever_an_input_holds_is_read_or_refused(
    section: Section, values: dict[str, Any]
) -> None:
    refused = 0
    for name in shown(section, values):
        for odd in ODD:
            with contextlib.suppress(InvalidField):
                assert changed(section, values, **{name: odd}).keys() >= values.keys()
                continue
            refused += 1
    assert refused or section in (Section.CANNED_REPLIES, Section.EXCHANGE_RATES)
