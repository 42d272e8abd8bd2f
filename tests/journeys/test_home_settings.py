"""Settings on the Home tab: administrators find them there, and nobody else."""

from tests.journeys.company import Company
from tests.journeys.test_home import look, press


async def test_an_administrator_opens_the_settings_from_there(company: Company) -> None:
    home = await look(company, company.ada)
    assert "Departments, people, rules and promises" in home.text
    assert (await company.ada.click_home("Settings…")).ok
    window = await company.ada.view()
    assert window.title == "Settings"
    assert "*IT*" in str(window.blocks)
    menus = [block for block in window.blocks if block["type"] == "actions"]
    offered = [each["text"]["text"] for each in menus[0]["elements"][0]["options"]]
    for title in ("Departments", "People", "Approval rules", "Canned replies", "Deleted records"):
        assert title in offered, title
    assert (await company.ada.choose_view("People")).ok
    assert "*Ann Visser*" in str((await company.ada.view()).blocks)


async def test_nobody_else_is_offered_them(company: Company) -> None:
    for person in (company.bea, company.ann, company.hugo):
        home = await look(company, person)
        assert "New request" in home.buttons
        assert "Settings…" not in home.buttons


async def test_the_button_of_an_old_page_opens_nothing_any_more(company: Company) -> None:
    page = (await look(company, company.ada)).raw
    [value] = [
        block["accessory"]["value"]
        for block in page["blocks"]
        if block.get("accessory", {}).get("action_id") == "settings.open"
    ]
    await company.change("UPDATE users SET role = 'employee' WHERE slack_user_id = 'U0ADA'")
    assert "Settings…" not in (await look(company, company.ada)).buttons
    action = {"action_id": "settings.open", "value": value}
    assert (await press(company, page, action, "U0ADA")).status == 200
    refused = "SELECT details->>'reason' FROM audit_logs WHERE action = 'refused'"
    assert await company.value(refused) == "Only an administrator can change the settings."
