"""For auditors: whether the trail of a ticket's approvals is whole, and all of it as files."""

import json
from typing import Any

import pytest

from bot.sandbox.slack.seen import Message
from tests.journeys.company import GENERAL, Company
from tests.journeys.purchases import Purchases, dm, found_finance

TRAIL = "SELECT id, action FROM audit_logs WHERE action LIKE 'approval.%' ORDER BY id"


@pytest.fixture
async def buys(company: Company) -> Purchases:
    """Where Fay has approved what Finn asked for."""
    buys = await found_finance(company)
    await buys.asked("1,200")
    assert (await buys.fay.click(await dm(buys.fay), "Approve")).ok
    await company.deliver()
    return buys


async def verified(person: Any, words: str = "verify HD-1") -> Message:
    await person.command("/ticket", words, channel=GENERAL)
    answer: Message = (await person.ephemerals())[-1]
    return answer


async def tamper(buys: Purchases, sql: str, **values: Any) -> None:
    """As somebody with the keys to the database could."""
    await buys.company.change("ALTER TABLE audit_logs DISABLE TRIGGER USER")
    await buys.company.change(sql, **values)
    await buys.company.change("ALTER TABLE audit_logs ENABLE TRIGGER USER")


async def files_of(buys: Purchases, person: Any) -> dict[str, str]:
    """By their endings."""
    return {
        file["name"].rpartition(".")[2]: (
            await buys.company.slack.file_content(file["id"])
        ).decode()
        for message in await person.dms()
        for file in message.files
    }


async def test_an_untouched_trail_is_whole_for_whoever_may_read_the_ticket(
    buys: Purchases,
) -> None:
    for person in (buys.finn, buys.fay, buys.bea):
        answer = await verified(person)
        assert "HD-1: the chain of its approvals is whole: all 2 links hold." in answer.plain
        assert "Export evidence" in answer.buttons
    refused = await verified(buys.company.hugo)
    assert "HD-1 does not exist, or you are not on it." in refused.plain
    assert "does not exist" in (await verified(buys.finn, "verify HD-99")).plain
    # Other words are the summary of a new ticket.
    await buys.finn.command("/ticket", "verify the printer", channel=GENERAL)
    view = await buys.finn.view()
    assert view is not None
    assert view.values["Summary"] == "verify the printer"


async def test_a_row_that_was_changed_is_named(buys: Purchases) -> None:
    rows = await buys.company.rows(TRAIL)
    assert [row[1] for row in rows] == ["approval.ask", "approval.approve"]
    await tamper(
        buys,
        "UPDATE audit_logs SET details = jsonb_set(details, '{amount}', '\"12.00\"')"
        " WHERE id = :id",
        id=rows[1][0],
    )
    answer = await verified(buys.finn)
    assert "HD-1: the chain of its approvals is broken." in answer.plain
    assert "Link 2 (approve) was changed after it was written." in answer.plain


async def test_a_row_that_is_missing_is_noticed(buys: Purchases) -> None:
    [first, _] = await buys.company.rows(TRAIL)
    await tamper(buys, "DELETE FROM audit_logs WHERE id = :id", id=first[0])
    assert "one is missing" in (await verified(buys.finn)).plain


async def test_an_amount_that_was_changed_beside_the_trail_is_noticed(buys: Purchases) -> None:
    await buys.company.change("UPDATE approval_requests SET amount = 12000")
    answer = await verified(buys.finn)
    assert "is broken" in answer.plain
    assert "other facts than request 1" in answer.plain


async def test_the_evidence_comes_as_two_files(buys: Purchases) -> None:
    answer = await verified(buys.finn)
    assert (await buys.finn.click(answer, "Export evidence")).ok
    view = await buys.finn.view()
    assert view is not None
    assert "The evidence about HD-1 is on its way" in view.text
    await buys.company.deliver()
    files = await files_of(buys, buys.finn)
    found = json.loads(files["json"])
    [request] = found["requests"]
    assert (request["amount"], request["status"]) == ("1200.00", "approved")
    [seat] = request["steps"][0]["seats"]
    assert (seat["person"], seat["state"]) == ("Fay Lund", "approved")
    asked, approved = found["chain"]["links"]
    assert approved["previous"] == asked["hash"]
    card = await dm(buys.fay)
    assert approved["details"]["message_ts"] == card.ts
    assert approved["details"]["action_id"] == "approval.approve"
    assert "Request 1: €1,200.00 to Office Depot for Chairs for the third floor" in files["txt"]
    assert "Fay Lund: approved at" in files["txt"]
    # It is written down who took it.
    exports = "SELECT count(*) FROM audit_logs WHERE action = 'evidence.export'"
    assert await buys.company.value(exports) == 1


async def test_the_requester_gets_no_evidence_and_is_told_so(buys: Purchases) -> None:
    answer = await verified(buys.bea)
    await buys.bea.click(answer, "Export evidence")
    view = await buys.bea.view()
    assert view is not None
    assert "Only the people who work on HD-1, and who decide about it" in view.text
    await buys.company.deliver()
    assert await files_of(buys, buys.bea) == {}


async def test_an_observer_of_the_department_gets_it(buys: Purchases) -> None:
    carl = buys.company.carl
    await buys.company.change(
        "UPDATE users SET role = 'observer', department_id = (SELECT department_id FROM tickets)"
        " WHERE slack_user_id = 'U0CARL'"
    )
    assert (await carl.click(await verified(carl), "Export evidence")).ok
    await buys.company.deliver()
    assert set(await files_of(buys, carl)) == {"json", "txt"}


async def test_whose_right_is_gone_until_it_is_sent_gets_a_sentence_instead(
    buys: Purchases,
) -> None:
    answer = await verified(buys.finn)
    assert (await buys.finn.click(answer, "Export evidence")).ok
    await buys.company.change(
        "UPDATE users SET role = 'employee', department_id = NULL WHERE slack_user_id = 'U0FINN'"
    )
    await buys.company.change("UPDATE tickets SET assignee_id = NULL")
    await buys.company.change(
        "DELETE FROM ticket_participants p USING users u"
        " WHERE u.id = p.user_id AND u.slack_user_id = 'U0FINN'"
    )
    await buys.company.deliver()
    assert (await dm(buys.finn)).plain.startswith("The files you asked for could not be made.")
    assert await files_of(buys, buys.finn) == {}


async def test_approvals_of_a_period_come_as_a_table(buys: Purchases) -> None:
    await buys.filed("Lamps")
    assert (await buys.ask("300", Payee="=cmd|' /C calc'!A0")).ok
    await buys.finn.close_view(everything=True)
    await buys.finn.command("/ticket", "approvals", channel=GENERAL)
    assert (await buys.finn.click_view("Approvals of a period…")).ok
    assert (await buys.finn.fill({}, submit=True)).ok
    await buys.company.deliver()
    table = (await files_of(buys, buys.finn))["csv"].splitlines()
    assert table[0].startswith("ticket,request,asked at,asked by,requester,payee,purpose,amount")
    assert len(table) == 3
    assert "HD-1" in table[1]
    assert "1200.00,EUR" in table[1]
    assert "'=cmd|" in table[2]


async def test_a_period_that_ends_before_it_begins_is_refused(buys: Purchases) -> None:
    await buys.cleo.command("/ticket", "approvals", channel=GENERAL)
    assert (await buys.cleo.click_view("Approvals of a period…")).ok
    await buys.cleo.fill({"From": "2026-03-31", "To": "2026-03-01"}, submit=True)
    view = await buys.cleo.view()
    assert view is not None
    assert "not before the first one" in view.errors["To"]
    # Nobody else is offered it.
    await buys.bea.command("/ticket", "approvals", channel=GENERAL)
    view = await buys.bea.view()
    assert view is not None
    assert "Approvals of a period…" not in view.buttons
