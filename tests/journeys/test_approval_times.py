"""What time does to a request for money, and the files that belong to it."""

import pytest

from tests.journeys.company import Company
from tests.journeys.purchases import Purchases, dm, found_finance

DECIDING = ["Approve", "Approve with note…", "Reject…", "Ask for changes…"]


@pytest.fixture
async def buys(company: Company) -> Purchases:
    return await found_finance(company)


async def age(buys: Purchases, *, days: int) -> None:
    """The next mark of the clock is due, so many days ago."""
    await buys.company.change(
        "UPDATE approvals SET next_at = now() - interval '1 second',"
        " runs_since = runs_since - make_interval(days => :days),"
        " started_at = started_at - make_interval(days => :days),"
        " due_at = due_at - make_interval(days => :days),"
        " expires_at = expires_at - make_interval(days => :days)"
        " WHERE status = 'pending'",
        days=days,
    )


async def test_whoever_is_asked_is_reminded(buys: Purchases) -> None:
    await buys.asked("1,200")
    card = await dm(buys.fay)
    await age(buys, days=0)
    await buys.sweep()
    reminder = await dm(buys.fay)
    assert reminder.ts != card.ts
    assert reminder.plain.startswith("€1,200.00 for HD-1 still waits for your decision.")


async def test_what_expired_is_said_everywhere_and_is_sent_again_with_one_click(
    buys: Purchases,
) -> None:
    await buys.asked("1,200")
    card = await dm(buys.fay)
    await age(buys, days=60)
    await buys.sweep()
    [copy] = [each for each in await buys.fay.dms() if each.ts == card.ts]
    assert copy.buttons == []
    assert "This request expired: it was not decided in time." in copy.plain
    line = "The request for approval of €1,200.00 expired: it was not decided in time."
    assert any(each.startswith(line) for each in await buys.said("requester"))
    told = await dm(buys.finn)
    assert told.plain.startswith("Your request for €1,200.00 for HD-1 expired")
    assert told.buttons == ["Send again"]
    assert "€1,200.00: Expired" in (await buys.card()).plain

    assert (await buys.finn.click(told, "Send again")).ok
    view = await buys.finn.view()
    assert view is not None
    assert "€1,200.00 was sent to Fay Lund." in view.text
    await buys.company.deliver()
    again = await dm(buys.fay)
    assert again.ts != card.ts
    assert again.buttons == DECIDING
    # A second click makes no second request.
    await buys.finn.click(told, "Send again")
    requests = "SELECT status FROM approval_requests ORDER BY id"
    assert [row[0] for row in await buys.company.rows(requests)] == ["expired", "pending"]


async def test_files_of_the_request_are_named_and_sent_to_whoever_decides(
    buys: Purchases,
) -> None:
    """Also one that the requester cannot see, since it came with a note of the desk."""
    company = buys.company
    card = await buys.filed()
    await buys.finn.post(
        card.channel, "The offer.", thread_ts=card.ts, files=[("offer.txt", b"chairs: 1,200")]
    )
    await company.deliver()
    assert (await buys.ask("1,200", Files=["offer.txt"])).ok
    await company.deliver()
    asked = await dm(buys.fay)
    assert "offer.txt" in asked.plain
    await company.change("UPDATE users SET department_id = NULL WHERE slack_user_id = 'U0FAY'")
    assert (await buys.fay.click(asked, "Files…")).ok
    view = await buys.fay.view()
    assert view is not None
    assert "offer.txt" in view.text
    assert (await buys.fay.click_view("Send to me")).ok
    await company.deliver()
    assert [file["name"] for each in await buys.fay.dms() for file in each.files] == ["offer.txt"]


async def test_a_file_whose_bytes_changed_stops_the_decision(buys: Purchases) -> None:
    company = buys.company
    card = await buys.filed()
    await buys.finn.post(card.channel, "x", thread_ts=card.ts, files=[("offer.txt", b"1,200")])
    await company.deliver()
    assert (await buys.ask("1,200", Files=["offer.txt"])).ok
    await company.deliver()
    await company.change("UPDATE attachments SET sha256 = repeat('0', 64)")
    await buys.fay.click(await dm(buys.fay), "Approve")
    view = await buys.fay.view()
    assert view is not None
    assert "not what is asked any more" in view.text
    assert await buys.decisions() == []
