"""A ticket that nobody takes: the desk reads it below the card, later its head reads it alone."""

from sqlalchemy import text

from core.db import unit_of_work
from tests.journeys.company import Company
from workers.triage import nudge_waiting


async def waited(company: Company, minutes: int) -> None:
    """As if it lay there for so long, at a desk that never closes."""
    async with unit_of_work(company.sessions) as session:
        await session.execute(
            text("UPDATE tickets SET queued_at = now() - make_interval(mins => :minutes)"),
            {"minutes": minutes},
        )
        await session.execute(
            text("""UPDATE calendars SET hours = '{"mon-sun": ["00:00-24:00"]}'""")
        )


async def sweep(company: Company) -> None:
    await nudge_waiting(company.runtime)
    await nudge_waiting(company.runtime)
    await company.deliver()


async def test_the_desk_is_told_once_and_then_its_head_once(company: Company) -> None:
    card = await company.filed()
    await waited(company, 10)
    await sweep(company)
    assert await company.thread(card) == []
    await waited(company, 40)
    await sweep(company)
    [line] = await company.thread(card)
    assert line.plain.startswith("HD-1 waits for somebody since")
    assert await company.hugo.dms() == []
    await waited(company, 70)
    await sweep(company)
    await sweep(company)
    [told] = await company.hugo.dms()
    assert told.plain.startswith("Nobody of IT has taken HD-1 yet.")
    assert "HD-1 · Printer is on fire" in told.plain
    assert len(await company.thread(card)) == 1
    # The head gives it to somebody from there.
    assert (await company.hugo.click(told, "Assign…")).ok
    assert (await company.hugo.fill({"Assignee": "Ann Visser"}, submit=True)).ok
    await company.deliver()
    assert "Ann Visser" in (await company.card()).plain


async def test_what_was_taken_meanwhile_is_not_said(company: Company) -> None:
    card = await company.filed()
    await waited(company, 40)
    await nudge_waiting(company.runtime)
    await company.ann.click(card, "Assign to me")
    await company.deliver()
    assert [each.plain for each in await company.thread(card)] == []


async def test_after_a_pause_of_the_workers_only_the_head_is_told(company: Company) -> None:
    card = await company.filed()
    await waited(company, 500)
    await sweep(company)
    assert await company.thread(card) == []
    assert len(await company.hugo.dms()) == 1
