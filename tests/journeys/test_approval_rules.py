"""Approval rules from Slack: all of them as one text, since they are right only together."""

from typing import Any

import pytest

from bot.sandbox.slack.seen import OpenView
from tests.journeys.company import Company
from tests.journeys.test_settings import chosen, saved, seen, settings

VERSION = "SELECT max(version) FROM approval_rule_versions"
GOOD = """\
- {from: 0, to: 250}
- {from: 250, to: 500, steps: [finance]}
- from: 500
  to: 5000
  steps: [finance]
  quorum: {finance: 2}
- {from: 5000, steps: [finance, ceo]}
"""
WRONG = {
    "a gap": (
        "- {from: 0, to: 500}\n- from: 600\n  steps: [finance]",
        "line 2: no rule covers amounts from 500 to 600",
    ),
    "an overlap": (
        "- {from: 0, to: 500}\n\n- {from: 400, steps: [finance]}",
        "line 3: another rule for EUR already covers some of these amounts",
    ),
    "no end": ("- {from: 0, to: 500}", "line 1: the last rule has to be open"),
    "a key that is none": ("- from: 0\n  stepps: []", "line 2: “stepps” is not known here"),
    "a step that is none": ("- from: 0\n  steps: [boss]", "line 2: steps: “boss” is not one of"),
    "no list": ("from: 0", "Write a list, in which each entry begins with “- ”."),
    "an empty list": ("[]", "Write a list, in which each entry begins with “- ”."),
    "words among entries": ("- {from: 0}\n- nonsense", "line 2: approval_rules: write keys"),
    "no YAML": ("- {from: 0", "line 1: this is no YAML"),
    "a repeated key": ("- from: 0\n  from: 1", "line 2: “from” is here a second time"),
}


async def all_as_text(company: Company) -> OpenView:
    await settings(company, "Approval rules")
    assert (await company.ada.click_view("Edit all as text…")).ok
    return await seen(company)


async def published(company: Company) -> list[tuple[Any, ...]]:
    rows = await company.rows(
        "SELECT u.slack_user_id, a.source, a.details->>'version' FROM audit_logs a"
        " LEFT JOIN users u ON u.id = a.user_id WHERE a.action = 'approval_rules.publish'"
        " ORDER BY a.id"
    )
    return [tuple(row) for row in rows]


async def test_a_good_change_makes_a_new_version_and_says_who_made_it(company: Company) -> None:
    before = await company.value(VERSION)
    form = await all_as_text(company)
    assert form.title == "Approval rules"
    assert "from: 500" in form.values["Text"]
    after = await saved(company, Text=GOOD)
    assert after.title == "Settings"
    for label in ("EUR from 0", "EUR from 250", "EUR from 500", "EUR from 5000"):
        assert f"*{label}*" in str(after.blocks)
    assert await company.value(VERSION) == before + 1
    assert await published(company) == [("U0ADA", "form", str(before + 1))]
    # One is left out, which a single entry's menu could not do without a gap.
    assert "quorum: {finance: '2'}" in (await all_as_text(company)).values["Text"]
    after = await saved(company, Text="- {from: 0, to: 500}\n- {from: 500, steps: [finance]}")
    assert "*EUR from 250*" not in str(after.blocks)
    assert await company.value(VERSION) == before + 2


@pytest.mark.parametrize("case", WRONG)
async def test_what_is_wrong_is_said_with_its_line_and_nothing_changes(
    company: Company, case: str
) -> None:
    text, words = WRONG[case]
    before = await company.value(VERSION)
    await all_as_text(company)
    form = await saved(company, Text=text)
    assert words in form.errors["Text"]
    assert form.values["Text"].strip() == text
    assert await company.value(VERSION) == before
    assert await published(company) == []


async def test_a_form_that_nobody_touched_makes_no_new_version(company: Company) -> None:
    before = await company.value(VERSION)
    await all_as_text(company)
    assert (await saved(company)).title == "Settings"
    assert await company.value(VERSION) == before


async def test_what_is_stale_is_kept_beside_what_is_there_now(company: Company) -> None:
    await all_as_text(company)
    await company.change(
        "INSERT INTO approval_rule_versions (version, rules) SELECT version + 1,"
        ' \'{"currency": "EUR", "ranges": [{"from": "0", "to": null, "steps": []}]}\''
        " FROM approval_rule_versions ORDER BY version DESC LIMIT 1"
    )
    theirs = await company.value(VERSION)
    form = await saved(company, Text=GOOD)
    assert "Somebody changed this while you were writing" in form.text
    assert form.values["Text"].strip() == GOOD.strip()
    assert await company.value(VERSION) == theirs
    # Having looked, Ada saves it all the same.
    assert (await saved(company)).title == "Settings"
    assert await company.value(VERSION) == theirs + 1


async def test_only_administrators_save_them(company: Company) -> None:
    before = await company.value(VERSION)
    await all_as_text(company)
    await company.change("UPDATE users SET role = 'employee' WHERE slack_user_id = 'U0ADA'")
    form = await saved(company, Text=GOOD)
    assert form.errors == {"Text": "Only an administrator can change the settings."}
    assert await company.value(VERSION) == before


async def test_what_is_a_row_of_its_own_is_not_edited_all_at_once(company: Company) -> None:
    for section in ("Departments", "SLA templates", "Canned replies"):
        assert "Edit all as text…" not in (await settings(company, section)).buttons


async def test_a_single_rule_still_says_what_would_be_left_uncovered(company: Company) -> None:
    await chosen(company, "Approval rules", "EUR from 500", "Delete…")
    form = await saved(company, Reason="Not needed.")
    assert "No rule covers amounts from 500 to 5000" in form.errors["Reason"]
