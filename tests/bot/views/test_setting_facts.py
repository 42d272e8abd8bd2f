"""What stands below the name of an entry of the settings."""

from typing import Any

import pytest

from bot.views.setting_facts import facts
from core.configuration.sections import Section

DEPARTMENT = {
    "name": "IT",
    "desk_channel": "C0ITDESK",
    "head": "U0HUGO",
    "time_zone": "UTC",
    "open_threads": True,
    "approval_first": False,
    "auto_assign": "none",
    "files": {"most_mb": 25, "types": ["pdf", "png"]},
    "form_fields": [{"label": "Laptop", "type": "text"}],
}
HOURS = {"mon-fri": ["09:00-12:00", "13:00-17:00"], "sat": []}
HOLIDAYS = {"country": "DE", "subdivision": None, "dates": [], "ics": None}


@pytest.mark.parametrize(
    ("section", "values", "said"),
    [
        (
            Section.DEPARTMENTS,
            DEPARTMENT,
            "Desk channel: <#C0ITDESK> · Head: <@U0HUGO> · Time zone: UTC · Open threads"
            " · Files: most mb 25; types pdf, png · Form fields: Laptop",
        ),
        (
            Section.CALENDARS,
            {"name": "office", "hours": HOURS, "holidays": HOLIDAYS},
            "Hours: mon-fri 09:00-12:00, 13:00-17:00 · Holidays: country DE",
        ),
        (
            Section.PEOPLE,
            {"slack_user_id": "U0ANN", "name": "Ann", "role": "department_head"},
            "Role: Department head",
        ),
        (
            Section.APPROVAL_RULES,
            {"currency": "EUR", "from": 0, "to": 500, "steps": []},
            "Nobody: it is automatic · Below 500",
        ),
        (
            Section.APPROVAL_RULES,
            {"currency": "EUR", "from": 5000, "to": None, "steps": ["finance", "ceo"]},
            "Finance, then the CEO",
        ),
        (
            Section.SLA_TEMPLATES,
            {"name": "urgent", "priority": "urgent", "first_response": "30m"},
            "Priority: Urgent · First response: 30m",
        ),
    ],
)
def test_an_entry_is_told_in_words(section: Section, values: dict[str, Any], said: str) -> None:
    assert facts(section, values) == said


@pytest.mark.parametrize("hostile", ["<!channel> & co", "a\nb", "*bold*" * 40])
def test_names_stay_names(hostile: str) -> None:
    told = facts(Section.ROUTING, {"name": "x", "to": hostile, "words": [hostile] * 9})
    assert "<" not in told
    assert "\n" not in told
    assert len(told) < 250
