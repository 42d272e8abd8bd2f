"""Redis or the database away while somebody splits, decides about money, or saves settings."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest

from bot.sandbox.services import Services
from core.engine import Sessions
from tests.faults.proxy import Fault, FaultProxy
from tests.journeys.company import Company, open_company
from tests.journeys.purchases import dm, found_finance
from tests.journeys.test_parts import LAPTOP, cards
from tests.journeys.test_settings import chosen

pytestmark = pytest.mark.faults

AWAY = "cannot reach its records right now"
STATES = "SELECT status FROM approval_requests"
ZONE = "SELECT time_zone FROM departments WHERE name = 'HR'"


async def test_without_redis_it_is_all_done_and_said_later(
    company: Company, services: Services
) -> None:
    buys = await found_finance(company)
    card = await company.filed()
    await buys.asked("1,200")
    asked = await dm(buys.fay)
    form = await chosen(company, "Departments", "HR", "Edit…")
    assert form.values["Name"] == "HR"
    services.stop_redis()
    try:
        assert (await buys.fay.click(asked, "Approve")).ok
        assert (await company.hugo.click(card, "Split…")).ok
        assert (await company.hugo.fill(LAPTOP, submit=True)).ok
        assert (await company.ada.fill({"Time zone": "Europe/Oslo"}, submit=True)).ok
        assert await company.value(STATES) == "approved"
        assert await company.value(ZONE) == "Europe/Oslo"
        assert await company.value("SELECT count(*) FROM sub_tickets") == 1
    finally:
        services.start_redis()
    await company.deliver()
    assert len(await cards(company)) == 1
    assert any("approved" in line for line in await buys.said())


@pytest.fixture
async def behind_proxy(
    database_url: str, redis_url: str, fresh_sessions: Sessions, tmp_path: Path
) -> AsyncIterator[tuple[Company, FaultProxy]]:
    folder = Path(unquote(database_url.partition("host=")[2]))
    through = database_url.partition("host=")[0] + f"host={tmp_path}"
    async with (
        FaultProxy(folder / ".s.PGSQL.5432", tmp_path / ".s.PGSQL.5432") as proxy,
        open_company(through, redis_url, fresh_sessions) as company,
    ):
        yield company, proxy


async def shown(person: Any) -> Any:
    view = await person.view()
    assert view is not None
    return view


async def test_without_the_database_what_was_typed_stays_and_is_done_once_later(
    behind_proxy: tuple[Company, FaultProxy],
) -> None:
    company, proxy = behind_proxy
    buys = await found_finance(company)
    card = await company.filed()
    await buys.asked("1,200")
    asked = await dm(buys.fay)
    assert (await company.hugo.click(card, "Split…")).ok
    await company.hugo.fill(LAPTOP)
    await chosen(company, "Departments", "HR", "Edit…")
    await company.ada.fill({"Time zone": "Europe/Oslo"})
    await proxy.switch(Fault.RESET)

    assert (await buys.fay.click(asked, "Approve")).ok
    assert AWAY in (await shown(buys.fay)).text
    await buys.fay.close_view()
    for person in (company.hugo, company.ada):
        await person.submit()
        assert AWAY in str((await shown(person)).errors)
    assert (await shown(company.hugo)).values["Summary"] == "Order a laptop"
    assert (await shown(company.ada)).values["Time zone"] == "Europe/Oslo"

    await proxy.switch(Fault.PASS)
    for person in (company.hugo, company.ada):
        assert (await person.submit()).ok
    assert (await buys.fay.click(asked, "Approve")).ok
    await company.deliver()
    assert await company.value(STATES) == "approved"
    assert await company.value(ZONE) == "Europe/Oslo"
    assert len(await cards(company)) == 1
    assert await buys.decisions() == [("Fay Lund", "approved")]
