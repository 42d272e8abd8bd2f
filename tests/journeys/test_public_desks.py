"""A desk channel that everybody can read: the admin hears of it, and private tickets stay so."""

import pytest

from core.configuration.reading import read
from core.configuration.seed import apply
from core.db import unit_of_work
from tests.journeys.company import HR_DESK, IT_DESK, Company
from tests.journeys.test_private import PRIVATE
from workers.triage import check_desks

SAID = "The desk channel of IT is public: everybody can read its cards."
IS_PUBLIC = "SELECT desk_is_public FROM departments WHERE name = 'IT'"
SECRET = "Salary of Bea"
LINE = "There is something new about HD-1."


async def open_to_all(company: Company, channel: str = IT_DESK, *, private: bool = False) -> None:
    """As if somebody had made it so in Slack."""
    await company.slack.channel(
        channel, "desk", private=private, members=["U0HUGO", "U0ANN", "U0CARL"], bot=True
    )


async def look(company: Company) -> None:
    """Two beats, as if beat ran twice."""
    await check_desks(company.runtime)
    await check_desks(company.runtime)
    await company.deliver()


@pytest.fixture
async def public(company: Company) -> Company:
    await company.deliver()
    await open_to_all(company)
    await look(company)
    return company


async def below(company: Company) -> list[str]:
    return [each.plain for each in await company.thread(await company.card())]


async def test_the_admin_hears_once_that_it_is_public(public: Company) -> None:
    [told] = await public.ada.dms()
    assert SAID in told.plain
    assert "Make it private in Slack, or choose another one." in told.plain
    assert await public.value(IS_PUBLIC)
    await look(public)
    assert len(await public.ada.dms()) == 1
    actions = "SELECT action FROM audit_logs WHERE action LIKE 'desk.%'"
    assert [row[0] for row in await public.rows(actions)] == ["desk.public"]


async def test_a_private_one_is_no_news(company: Company) -> None:
    await look(company)
    assert await company.ada.dms() == []
    assert not await company.value(IS_PUBLIC)


async def test_one_that_is_chosen_is_looked_at_at_once(company: Company) -> None:
    await company.slack.channel("C0OPEN", "it-for-all", members=["U0ANN"], bot=True)
    async with unit_of_work(company.sessions) as session:
        chosen = "team_id: T0ACME\ndepartments:\n  - {name: IT, desk_channel: C0OPEN}\n"
        await apply(session, read(chosen))
    await company.deliver()
    assert [SAID in each.plain for each in await company.ada.dms()] == [True]
    async with unit_of_work(company.sessions) as session:
        await apply(session, read(chosen.replace("C0OPEN", IT_DESK)))
    await company.deliver()
    assert len(await company.ada.dms()) == 1
    assert not await company.value(IS_PUBLIC)


async def test_a_private_ticket_shows_its_number_and_what_can_be_done(public: Company) -> None:
    card = await public.filed(SECRET, Description="4,000 a month.", **PRIVATE)
    assert card.plain.startswith("HD-1 · Private ticket\nEverybody can read this channel")
    for words in ("Salary", "4,000", "Bea"):
        assert words not in card.plain
    assert (await public.ann.click(card, "Assign to me")).ok
    await public.deliver()
    card = await public.card()
    assert "Ann" not in card.plain
    assert "Resolve…" in card.buttons
    assert (await public.ann.click(card, "Show")).ok
    shown = (await public.ann.view()).text
    assert SECRET in shown
    assert "4,000 a month." in shown
    assert (await public.finn.click(card, "Show")).ok
    assert SECRET not in (await public.finn.view()).text


async def test_nor_is_what_is_said_about_it_shown_there(public: Company) -> None:
    await public.filed(SECRET, **PRIVATE)
    receipt = await public.receipt()
    await public.bea.post(receipt.channel, "It is 4,000 now.", thread_ts=receipt.ts)
    await public.deliver()
    card = await public.card()
    assert (await public.ann.click(card, "Assign to me")).ok
    assert (await public.reply(public.ann, card, "You will get 5,000.")).ok
    await public.deliver_late()
    said = await below(public)
    assert said
    assert all(LINE in each for each in said)
    everything = await public.slack.all_messages(IT_DESK)
    assert not any(words in str(each) for each in everything for words in ("Salary", "000"))
    assert {each.username for each in everything} <= {"HDMS"}
    assert "You will get 5,000." in str(await public.bea.dms()) + str(
        await public.thread(await public.receipt(), public.bea)
    )


async def test_other_tickets_are_shown_as_ever(public: Company) -> None:
    card = await public.filed("Printer is on fire")
    assert "HD-1 · Printer is on fire" in card.plain
    assert "Show" not in card.buttons


async def test_a_part_of_it_at_a_public_desk_is_hidden_too(company: Company) -> None:
    await company.deliver()
    await open_to_all(company, HR_DESK)
    await look(company)
    card = await company.filed(SECRET, **PRIVATE)
    assert SECRET in card.plain
    assert (await company.hugo.click(card, "Split…")).ok
    part = {"Department": "HR", "Summary": "Raise of Bea", "What to pass on": "To 5,000."}
    assert (await company.hugo.fill(part, submit=True)).ok
    await company.deliver()
    shown = await company.card(HR_DESK)
    assert "HD-1/1 · Part of a private ticket" in shown.plain
    assert "Type /ticket HD-1/1 to read it." in shown.plain
    assert "Accept" in shown.buttons
    assert "Raise" not in str(await company.slack.all_messages(HR_DESK))


async def test_what_becomes_public_is_hidden_and_what_becomes_private_shown(
    company: Company,
) -> None:
    card = await company.filed(SECRET, **PRIVATE)
    assert SECRET in card.plain
    await company.change("UPDATE departments SET desk_is_public = true WHERE name = 'IT'")
    assert (await company.ann.click(card, "Assign to me")).ok
    await company.deliver()
    assert SECRET not in (await company.card()).plain
    # Slack says otherwise.
    await look(company)
    assert SECRET in (await company.card()).plain
    assert not await company.value(IS_PUBLIC)
    assert await company.ada.dms() == []
