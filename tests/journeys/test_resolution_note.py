"""Messages at the desk become the beginning of the resolution note."""

from bot.sandbox.slack.seen import Message
from tests.journeys.company import GENERAL, IT_DESK, Company

NAME = "Add to resolution note"
IN_IT = "SELECT count(*) FROM chat_messages WHERE in_resolution_at IS NOT NULL"
WORN, CHANGED = "The fuser was worn.", "I changed it this morning."


async def window(company: Company) -> str:
    view = await company.ann.view()
    assert view is not None
    return view.text


async def at_the_desk(company: Company, card: Message, *all_words: str) -> list[Message]:
    posted = [await company.ann.post(IT_DESK, each, thread_ts=card.ts) for each in all_words]
    await company.deliver()
    return posted


async def add(company: Company, message: Message) -> str:
    assert (await company.ann.message_shortcut(NAME, message)).ok
    return await window(company)


async def test_the_form_begins_with_the_messages_in_their_order(company: Company) -> None:
    card = await company.filed()
    worn, changed, _ = await at_the_desk(company, card, WORN, CHANGED, "Lunch?")
    shown = await add(company, changed)
    assert "This message is in the resolution note of HD-1 now." in shown
    assert f"Ann Visser: {CHANGED}" in shown
    await company.ann.close_view()
    assert WORN in await add(company, worn)
    await company.ann.close_view()
    assert "is in the resolution note of HD-1 already." in await add(company, worn)
    await company.ann.close_view()
    # Nobody else is told of it.
    assert await company.carl.ephemerals() == []
    assert len(await company.thread(card)) == 3

    assert (await company.ann.click(await company.card(), "Resolve…")).ok
    form = await company.ann.view()
    assert form is not None
    assert form.values["Resolution"] == f"{WORN}\n\n{CHANGED}"
    assert (await company.ann.submit()).ok
    await company.deliver()
    said = (await company.thread(await company.receipt(), company.bea))[-1].plain
    assert WORN in said
    assert CHANGED in said


async def test_a_tick_leads_to_the_same_form(company: Company) -> None:
    card = await company.filed()
    [worn] = await at_the_desk(company, card, WORN)
    await add(company, worn)
    await company.ann.close_view()
    await company.ann.react(card, "white_check_mark")
    await company.deliver()
    asked = (await company.ann.ephemerals())[-1]
    assert (await company.ann.click(asked, "Resolve…")).ok
    form = await company.ann.view()
    assert form is not None
    assert form.values["Resolution"] == WORN


async def test_it_can_be_taken_out_again_and_a_stale_window_says_so(company: Company) -> None:
    card = await company.filed()
    [worn] = await at_the_desk(company, card, WORN)
    await add(company, worn)
    assert (await company.ann.click_view("Take out")).ok
    shown = await window(company)
    assert "is not in the resolution note of HD-1 any more." in shown
    assert "The note is empty." in shown
    assert await company.value(IN_IT) == 0
    await company.ann.close_view()
    await add(company, worn)
    await company.change("UPDATE chat_messages SET in_resolution_at = NULL")
    assert (await company.ann.click_view("Take out")).ok
    assert "was taken out of the resolution note of HD-1 already." in await window(company)


async def test_words_of_the_requester_that_the_desk_reads_count_too(company: Company) -> None:
    card = await company.filed()
    await company.bea.dm("Switching it off helped.", thread_ts=(await company.receipt()).ts)
    await company.deliver()
    copy = (await company.thread(card))[-1]
    assert "Bea Okafor: Switching it off helped." in await add(company, copy)


async def test_in_a_wrong_place_it_says_where_it_works(company: Company) -> None:
    card = await company.filed()
    wrong = "Use this on a message in the thread below a ticket's card."
    dm = await company.bea.dm("Any news?", thread_ts=(await company.receipt()).ts)
    await company.deliver()
    assert (await company.bea.message_shortcut(NAME, dm)).ok
    view = await company.bea.view()
    assert view is not None
    assert wrong in view.text
    assert wrong in await add(company, await company.ann.post(GENERAL, "Hello"))
    await company.ann.close_view()
    assert wrong in await add(company, card)
    await company.ann.close_view()
    [line] = await at_the_desk(company, card, WORN)
    assert (await company.ann.click(await company.card(), "Assign to me")).ok
    await company.deliver()
    await company.slack.join(IT_DESK, "U0HANA")
    assert (await company.hana.message_shortcut(NAME, line)).ok
    view = await company.hana.view()
    assert view is not None
    assert "You are not on HD-1, so you cannot see or change it." in view.text
    assert await company.value(IN_IT) == 0


async def test_after_the_end_it_says_so(company: Company) -> None:
    card = await company.filed()
    [worn] = await at_the_desk(company, card, WORN)
    await company.change("UPDATE tickets SET status = 'closed'")
    assert "HD-1 is closed: its resolution note cannot change now." in await add(company, worn)
    assert await company.value(IN_IT) == 0


async def test_a_line_of_ours_is_nobodys_words(company: Company) -> None:
    card = await company.filed()
    assert (await company.ann.click(card, "Assign to me")).ok
    await company.deliver()
    await company.ann.choose(await company.card(), "Release")
    await company.deliver()
    line = (await company.thread(card))[-1]
    assert "Only what somebody wrote here" in await add(company, line)
