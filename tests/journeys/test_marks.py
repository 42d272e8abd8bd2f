"""The message a ticket was made from wears one emoji, for how the ticket stands."""

from bot.sandbox.slack.seen import Message
from tests.journeys.company import GENERAL, IT_DESK, Company
from tests.journeys.test_from_messages import made_from

ADDED = "reactions.add"


async def worn(company: Company, asked: Message) -> list[str]:
    """By the app."""
    seen = next(each for each in await company.bea.messages(GENERAL) if each.ts == asked.ts)
    people = ("U0BEA", "U0ANN", "U0FINN")
    return [name for name, users in seen.reactions.items() if set(users) - set(people)]


async def test_it_follows_the_ticket_and_is_one_at_a_time(company: Company) -> None:
    asked = await company.bea.post(GENERAL, "The printer is broken")
    card = await made_from(company, asked)
    assert await worn(company, asked) == ["ticket"]
    assert (await company.ann.click(card, "Assign to me")).ok
    await company.deliver()
    assert await worn(company, asked) == ["eyes"]
    assert (await company.ann.click(await company.card(), "Wait for requester")).ok
    await company.deliver()
    assert await worn(company, asked) == ["hourglass_flowing_sand"]
    # What people put there stays, and is nobody's command: it is no card.
    await company.finn.react(asked, "eyes")
    assert (await company.ann.click(await company.card(), "Resolve…")).ok
    assert (await company.ann.fill({"Resolution": "New fuser."}, submit=True)).ok
    await company.deliver()
    assert await worn(company, asked) == ["white_check_mark"]
    seen = (await company.bea.messages(GENERAL))[-1]
    assert seen.reactions["eyes"] == ["U0FINN"]
    assert await company.value("SELECT count(*) FROM tickets") == 1


async def test_a_cancelled_one_wears_it_too_and_a_deleted_one_none(company: Company) -> None:
    asked = await company.bea.post(GENERAL, "The printer is broken")
    card = await made_from(company, asked, person=company.bea)
    assert (await company.hugo.choose(card, "Cancel…")).ok
    assert (await company.hugo.fill({"Reason": "Bea found another."}, submit=True)).ok
    await company.deliver()
    assert await worn(company, asked) == ["no_entry_sign"]
    await company.hugo.command("/ticket", "HD-1", channel=GENERAL)
    look = (await company.hugo.ephemerals())[-1]
    assert (await company.hugo.click(look, "Delete…")).ok
    assert (await company.hugo.fill({"Reason": "A test."}, submit=True)).ok
    await company.deliver()
    assert await worn(company, asked) == []


async def test_private_tickets_and_desks_without_reactions_wear_none(company: Company) -> None:
    asked = await company.bea.post(GENERAL, "My salary is wrong")
    private = ["Only its department and the people on it may see it"]
    await made_from(company, asked, Private=private)
    assert await worn(company, asked) == []
    await company.change("UPDATE departments SET reactions = false WHERE name = 'IT'")
    other = await company.bea.post(GENERAL, "The printer is broken")
    await made_from(company, other)
    assert await worn(company, other) == []
    assert await company.slack.calls(ADDED) == []


async def test_where_slack_does_not_let_us_nothing_waits_for_it(company: Company) -> None:
    await company.slack.fault(ADDED, kind="error", error="missing_scope")
    asked = await company.bea.post(GENERAL, "The printer is broken")
    card = await made_from(company, asked)
    assert await worn(company, asked) == []
    left = "SELECT count(*) FROM outbox_messages WHERE settled_at IS NULL"
    assert await company.value(left) == 0
    assert card.channel == IT_DESK
    assert await company.value("SELECT count(*) FROM outbox_messages WHERE outcome = 'failed'") == 0


async def test_an_emoji_that_failed_for_now_is_put_there_later(company: Company) -> None:
    await company.slack.fault(ADDED, kind="http_500", times=1)
    asked = await company.bea.post(GENERAL, "The printer is broken")
    await made_from(company, asked)
    await company.deliver_late()
    assert await worn(company, asked) == ["ticket"]
