"""Parts of other desks' tickets stand in the lists of the people who are to do them."""

from typing import Any

from bot.sandbox.slack.client import OpenView
from tests.journeys.company import GENERAL, HR_DESK, Company
from tests.journeys.test_parts import split

WAITING, YOURS = "Parts that wait for somebody at your desk", "Your parts"


async def look(company: Company, person: Any) -> OpenView:
    assert (await person.open_home()).ok
    await company.deliver()
    home: OpenView = await person.home()
    return home


async def command(company: Company, person: Any, words: str) -> str:
    assert (await person.command("/ticket", words, channel=GENERAL)).ok
    return str((await person.ephemerals())[-1].plain)


async def test_the_home_tab_leads_from_accepting_to_done(company: Company) -> None:
    card = await company.filed("New starter on Monday")
    await look(company, company.hana)
    await split(company, card)
    home = await company.hana.home()
    assert home is not None
    assert WAITING in home.text
    assert "HD-1/1 · Order a laptop" in home.text
    assert "New · Part of HD-1 · IT" in home.text
    assert "New starter" not in home.text
    assert (await company.hana.click_home("Accept")).ok
    await company.deliver()
    home = await company.hana.home()
    assert home is not None
    assert WAITING not in home.text
    assert YOURS in home.text
    assert "Accepted · Part of HD-1 · IT" in home.text
    assert (await company.hana.click_home("Done…")).ok
    assert (await company.hana.fill({"Note": "On the desk."}, submit=True)).ok
    await company.deliver()
    home = await company.hana.home()
    assert home is not None
    assert "HD-1/1" not in home.text


async def test_the_commands_list_them_for_who_is_to_do_them_alone(company: Company) -> None:
    card = await company.filed("New starter on Monday")
    [part] = await split(company, card)
    queue = await command(company, company.hana, "queue")
    assert "Your queue is empty" in queue
    assert WAITING in queue
    assert "HD-1/1 · Order a laptop" in queue
    assert "HD-1/1" not in await command(company, company.hana, "mine")
    assert "HD-1/1" not in await command(company, company.ann, "queue")
    assert "HD-1/1" not in await command(company, company.bea, "mine")
    assert (await company.hana.click(part, "Accept")).ok
    assert "HD-1/1" not in await command(company, company.hana, "queue")
    assert "HD-1/1 · Order a laptop" in await command(company, company.hana, "mine")
    # It is gone from there with the department.
    await company.change(
        "UPDATE users SET role = 'employee', department_id = NULL WHERE slack_user_id = 'U0HANA'"
    )
    assert "HD-1/1" not in await command(company, company.hana, "mine")
    assert part.channel == HR_DESK
