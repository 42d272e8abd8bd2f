"""Resolving: a reason and words about how, which both sides read."""

from tests.journeys.company import Company

STORED = "SELECT status, resolution_reason, resolution FROM tickets WHERE number = 1"
OPTIONAL = "UPDATE departments SET needs_resolution_note = false WHERE name = 'IT'"


async def resolve(company: Company, **answers: str) -> bool:
    assert (await company.ann.click(await company.card(), "Resolve…")).ok
    done = (await company.ann.fill(answers, submit=True)).ok
    await company.deliver()
    return done


async def test_both_sides_read_reason_and_note(company: Company) -> None:
    card = await company.filed()
    assert await resolve(company, Resolution="Use the one next door.", Reason="Workaround")
    said = "Ann Visser resolved HD-1 (Workaround): Use the one next door."
    receipt = await company.receipt()
    assert (await company.thread(card))[-1].plain == said
    assert (await company.thread(receipt, company.bea))[-1].plain.startswith(said)
    assert "Resolved as" in receipt.plain
    assert "Workaround" in receipt.plain
    assert "Workaround" in (await company.card()).plain
    [row] = await company.rows(STORED)
    assert tuple(row) == ("resolved", "workaround", "Use the one next door.")

    await company.bea.click(receipt, "History")
    history = await company.bea.view()
    assert history is not None
    assert "resolved the ticket (Workaround): Use the one next door." in history.text
    await company.bea.close_view()
    assert (await company.bea.click(receipt, "Reopen")).ok
    await company.deliver()
    assert "Workaround" not in (await company.receipt()).plain
    [row] = await company.rows(STORED)
    assert tuple(row)[:2] == ("in_progress", None)


async def test_a_note_is_needed_unless_the_department_has_it_otherwise(company: Company) -> None:
    await company.filed()
    assert not await resolve(company, Reason="Answered")
    form = await company.ann.view()
    assert form is not None
    assert "Resolution" in form.errors
    assert await company.value("SELECT status FROM tickets") == "new"


async def test_where_it_is_optional_the_reason_alone_is_said(company: Company) -> None:
    await company.change(OPTIONAL)
    card = await company.filed()
    assert await resolve(company, Reason="Answered")
    assert (await company.thread(card))[-1].plain == "Ann Visser resolved HD-1 (Answered)."
    [row] = await company.rows(STORED)
    assert tuple(row) == ("resolved", "answered", None)
