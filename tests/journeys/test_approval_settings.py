"""What is set about approvals besides their rules, and exchange rates, by point and click."""

from typing import Any

import pytest

from tests.journeys.company import Company
from tests.journeys.test_settings import chosen, saved, seen, settings, trail

KEPT = "SELECT value FROM preferences WHERE name = 'approvals'"
RATES = "SELECT currency, base_currency, valid_on::text, rate::text FROM exchange_rates"


async def rates(company: Company) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in await company.rows(f"{RATES} ORDER BY valid_on")]


async def add_rate(company: Company, **values: Any) -> Any:
    await settings(company, "Exchange rates")
    assert (await company.ada.click_view("Add…")).ok
    usual = {"Currency": "USD", "One unit of it is worth": "0.92", "From": "2026-01-01"}
    return await saved(company, **(usual | values))


async def test_how_approvals_go_is_set_in_a_form(company: Company) -> None:
    form = await chosen(company, "Approvals", "Approvals", "Edit…")
    assert form.values["Its people are reminded at"] == "50, 90"
    after = await saved(
        company,
        **{
            "A step may take": "3d",
            "Its people are reminded at": "25, 75",
            "It expires at": "300",
            "Alternates of finance": ["Hugo Kern", "Finn Berg"],
            "Several are approved at once below": "750.50",
        },
    )
    assert after.title == "Settings", after.errors
    kept = await company.value(KEPT)
    assert kept["deadline"] == 24 * 3600
    assert (kept["remind_at"], kept["escalate_at"], kept["expire_at"]) == ([25, 75], 100, 300)
    assert kept["alternates"] == {"finance": ["U0HUGO", "U0FINN"]}
    assert (kept["select_below"], kept["confirm_from"]) == ("750.5", "5000")
    assert await trail(company) == [("configuration.add", "setting approvals", "U0ADA", "form")]
    # Finn was never met before.
    assert await company.value("SELECT count(*) FROM users WHERE slack_user_id = 'U0FINN'") == 1
    await chosen(company, "Approvals", "Approvals", "Edit…")
    assert (await saved(company)).title == "Settings"
    assert len(await trail(company)) == 1
    await chosen(company, "Approvals", "Approvals", "Edit…")
    await saved(company, **{"Alternates of finance": [], "Its people are reminded at": None})
    kept = await company.value(KEPT)
    assert (kept["alternates"], kept["remind_at"]) == ({"finance": []}, [])


WRONG: list[tuple[dict[str, Any], str, str]] = [
    ({"A step may take": "0h"}, "A step may take", "needs time"),
    ({"Its people are reminded at": "soon"}, "Its people are reminded at", "like 50, 90"),
    ({"Its people are reminded at": "0"}, "Its people are reminded at", "from 1 to 1000"),
    ({"It expires at": "90"}, "The alternates are asked as well at", "come before escalate_at"),
    ({"It expires at": "0"}, "It expires at", "from 1 to 1000"),
    (
        {"Several are approved at once below": "much"},
        "Several are approved at once below",
        "number",
    ),
    ({"Alternates of the CEO": ["U0ODD"]}, "Alternates of the CEO", "Apps cannot use"),
]


@pytest.mark.parametrize(("values", "field", "words"), WRONG)
async def test_what_is_wrong_is_said_beside_its_input(
    company: Company, values: dict[str, Any], field: str, words: str
) -> None:
    await company.slack.person("U0ODD", "Odd One", is_bot=True)
    await chosen(company, "Approvals", "Approvals", "Edit…")
    form = await saved(company, **values)
    assert words in form.errors.get(field, ""), form.errors
    assert await trail(company) == []
    assert await company.rows(KEPT) == []


async def test_what_expires_too_early_for_the_others_is_seen_as_it_is_kept(
    company: Company,
) -> None:
    await chosen(company, "Approvals", "Approvals", "Edit…")
    later = {"The alternates are asked as well at": "300", "It expires at": "400"}
    assert (await saved(company, **later)).title == "Settings"
    await chosen(company, "Approvals", "Approvals", "Edit…")
    form = await saved(company, **{"It expires at": "250"})
    assert "come before escalate_at" in str(form.errors)
    assert (await company.value(KEPT))["expire_at"] == 400


async def test_a_form_of_approvals_that_is_stale_keeps_the_words(company: Company) -> None:
    await chosen(company, "Approvals", "Approvals", "Edit…")
    await company.change(
        "INSERT INTO preferences (name, value) VALUES ('approvals', '{\"expire_at\": 500}')"
    )
    form = await saved(company, **{"A step may take": "8h"})
    assert "It expires at: 500" in form.text
    assert (form.values["A step may take"], form.values["It expires at"]) == ("8h", "500")
    await saved(company)
    kept = await company.value(KEPT)
    assert (kept["deadline"], kept["expire_at"]) == (8 * 3600, 500)


async def test_a_rate_is_added_changed_and_deleted(company: Company) -> None:
    assert "*USD from 2026-01-01*" in str((await add_rate(company)).blocks)
    assert await rates(company) == [("USD", "EUR", "2026-01-01", "0.9200000000")]
    form = await add_rate(company)
    assert "There is an exchange rate USD from 2026-01-01 already." in form.errors.values()
    await company.ada.close_view()
    form = await chosen(company, "Exchange rates", "USD from 2026-01-01", "Edit…")
    assert form.values["One unit of it is worth"] == "0.92"
    await saved(company, **{"One unit of it is worth": "0.95"})
    assert await rates(company) == [("USD", "EUR", "2026-01-01", "0.9500000000")]
    await chosen(company, "Exchange rates", "USD from 2026-01-01", "Edit…")
    await saved(company, From="2026-02-01")
    assert [row[2] for row in await rates(company)] == ["2026-02-01"]
    await chosen(company, "Exchange rates", "USD from 2026-02-01", "Delete…")
    after = await saved(company, Reason="Never held.")
    assert "*USD from" not in str(after.blocks)
    assert await rates(company) == []
    rows = await company.rows(
        "SELECT a.action, u.slack_user_id FROM audit_logs a JOIN users u ON u.id = a.user_id"
        " WHERE a.action LIKE 'exchange_rate.%' OR a.action LIKE 'configuration.%' ORDER BY a.id"
    )
    assert [tuple(row) for row in rows] == [
        *[("exchange_rate.set", "U0ADA")] * 3,
        ("configuration.delete", "U0ADA"),
    ]


@pytest.mark.parametrize(
    ("values", "field", "words"),
    [
        ({"Currency": "usd"}, "Currency", "is not a currency, like EUR"),
        ({"One unit of it is worth": "0"}, "One unit of it is worth", "above zero"),
        ({"One unit of it is worth": "a lot"}, "One unit of it is worth", "a number"),
        ({"One unit of it is worth": "1e30"}, "One unit of it is worth", ""),
    ],
)
async def test_a_rate_that_is_none_is_refused(
    company: Company, values: dict[str, Any], field: str, words: str
) -> None:
    form = await add_rate(company, **values)
    assert words in form.errors[field]
    assert await rates(company) == []


async def test_a_rate_is_added_as_text(company: Company) -> None:
    await settings(company, "Exchange rates")
    assert (await company.ada.click_view("Add as text…")).ok
    assert "currency: USD" in (await seen(company)).text
    await saved(company, Text="currency: USD\nrate: 0.92\nfrom: 2026-01-01")
    assert await rates(company) == [("USD", "EUR", "2026-01-01", "0.9200000000")]
