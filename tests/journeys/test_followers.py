"""Following a ticket: what reaches a follower, what they may do, and how they leave."""

import asyncio

from sqlalchemy import text

from bot.sandbox.slack.seen import Message
from core.db import unit_of_work
from tests.journeys.company import GENERAL, Company, said_in_window
from tests.journeys.test_requests import interact

ASK_TO_ADD = "<@U0FINN> knows this printer"


async def root_of(person: object) -> Message:
    """The newest message at the top of their conversation with the app."""
    tops = [each for each in await person.dms() if each.thread_ts in (None, each.ts)]  # type: ignore[attr-defined]
    return tops[-1]


async def add_finn(company: Company) -> Message:
    """Bea mentions Finn in her thread and adds him. Gives the root of his thread."""
    receipt = await company.receipt()
    await company.bea.dm(ASK_TO_ADD, thread_ts=receipt.ts, raw=True)
    await company.deliver()
    question = (await company.bea.ephemerals())[-1]
    assert (await company.bea.click(question, "Add them")).ok
    await company.deliver()
    return await root_of(company.finn)


async def parts(company: Company) -> dict[str, str]:
    rows = await company.rows(
        "SELECT u.name, p.part FROM ticket_participants p JOIN users u ON u.id = p.user_id"
        " WHERE NOT p.is_deleted"
    )
    return {row[0]: row[1] for row in rows}


async def test_a_follower_reads_and_answers_in_a_thread_of_their_own(company: Company) -> None:
    card = await company.filed()
    receipt, root = await company.receipt(), await add_finn(company)
    assert "HD-1 · Printer is on fire" in root.plain
    assert "You follow HD-1: what is said publicly appears here, and you can answer." in root.plain
    assert root.buttons == ["Unwatch"]
    kept = await company.rows(
        "SELECT audience, channel_id, root_ts, card_ts FROM threads WHERE user_id IS NOT NULL"
    )
    assert [tuple(row) for row in kept] == [("follower", root.channel, root.ts, root.ts)]

    assert (await company.reply(company.ann, card, "Switch it off.")).ok
    await company.deliver_late()
    heard = await company.thread(root, company.finn)
    assert [(each.username, each.plain) for each in heard] == [("Ann Visser", "Switch it off.")]

    await company.finn.dm("It is off already.", thread_ts=root.ts)
    await company.deliver()
    for thread, person in ((receipt, company.bea), (card, company.ann)):
        copy = (await company.thread(thread, person))[-1]
        assert (copy.username, copy.plain) == ("Finn Berg", "It is off already.")
    # Their own words are not repeated to them.
    assert [each.plain for each in await company.thread(root, company.finn)] == [
        "Switch it off.",
        "It is off already.",
    ]
    assert (await parts(company))["Finn Berg"] == "follower"


async def test_notes_of_the_desk_do_not_reach_followers(company: Company) -> None:
    card = await company.filed()
    root = await add_finn(company)
    await company.ann.post(card.channel, "user is difficult", thread_ts=card.ts)
    await company.deliver()
    assert await company.thread(root, company.finn) == []


async def test_followers_are_told_how_it_ended(company: Company) -> None:
    card = await company.filed()
    root = await add_finn(company)
    await company.ann.click(card, "Resolve…")
    assert (await company.ann.fill({"Resolution": "New fuser."}, submit=True)).ok
    await company.deliver_late()
    told = (await company.thread(root, company.finn))[-1]
    assert told.plain == "Ann Visser resolved HD-1 (Solved): New fuser."
    assert told.buttons == []
    assert "Resolved" in (await root_of(company.finn)).plain
    assert (await company.bea.click(await company.receipt(), "Reopen")).ok
    await company.deliver_late()
    assert (await company.thread(root, company.finn))[-1].plain == "Bea Okafor reopened HD-1."
    assert "In progress" in (await root_of(company.finn)).plain


async def test_a_changed_summary_reaches_the_top_of_a_followers_thread(company: Company) -> None:
    card = await company.filed()
    await add_finn(company)
    assert (await company.ann.choose(card, "Edit…")).ok
    assert (await company.ann.fill({"Summary": "Fuser is on fire"}, submit=True)).ok
    await company.deliver_late()
    assert "HD-1 · Fuser is on fire" in (await root_of(company.finn)).plain


async def test_who_stops_following_hears_nothing_more_and_is_told_so(company: Company) -> None:
    card = await company.filed()
    receipt, root = await company.receipt(), await add_finn(company)
    assert (await company.finn.click(root, "Unwatch")).ok
    await company.deliver_late()
    said = [each.plain for each in await company.thread(root, company.finn)]
    assert said[0].startswith("You do not follow HD-1 any more.")
    left = await root_of(company.finn)
    assert left.buttons == []
    assert "You do not follow HD-1 any more." in left.plain

    await company.bea.dm("still burning", thread_ts=receipt.ts)
    await company.finn.dm("hello?", thread_ts=root.ts)
    await company.deliver()
    assert len(await company.thread(root, company.finn)) == 2
    assert "You are not on HD-1" in (await company.finn.ephemerals())[-1].plain
    assert [each.plain for each in await company.thread(card)][-1] == "still burning"
    assert (await company.finn.click(root, "Unwatch")).ok
    assert "You are not on HD-1" in await said_in_window(company.finn)


async def test_who_comes_back_goes_on_in_the_thread_they_had(company: Company) -> None:
    await company.filed()
    receipt, root = await company.receipt(), await add_finn(company)
    assert (await company.finn.click(root, "Unwatch")).ok
    await company.deliver_late()
    # Bea was asked about Finn once, and still has the question's answer to give again.
    ask = f'{{"t":"{await company.value("SELECT id FROM tickets")}","u":"U0FINN"}}'
    await press(company, "U0BEA", "follower.add", ask)
    await company.deliver_late()
    assert await company.value("SELECT count(*) FROM threads WHERE audience = 'follower'") == 1
    assert "You follow HD-1 again" in (await company.thread(root, company.finn))[-1].plain
    assert (await root_of(company.finn)).buttons == ["Unwatch"]
    await company.bea.dm("welcome back", thread_ts=receipt.ts)
    await company.deliver()
    assert (await company.thread(root, company.finn))[-1].plain == "welcome back"


async def test_an_agent_watches_from_the_cards_menu_and_keeps_their_part(company: Company) -> None:
    card = await company.filed()
    await company.ann.post(card.channel, "looking", thread_ts=card.ts)
    await company.deliver()
    assert (await company.ann.choose(card, "Unwatch")).ok
    assert "You do not follow HD-1." in await said_in_window(company.ann)
    assert (await company.ann.choose(card, "Watch")).ok
    assert (await company.ann.choose(card, "Watch")).ok
    assert "You follow HD-1 already." in await said_in_window(company.ann)
    await company.deliver()
    assert "You follow HD-1" in (await root_of(company.ann)).plain
    assert (await parts(company))["Ann Visser"] == "follower"
    assert (await company.ann.choose(card, "Unwatch")).ok
    assert (await parts(company))["Ann Visser"] == "agent"
    assert (await company.ann.click(card, "Assign to me")).ok
    assert (await parts(company))["Ann Visser"] == "assignee"


async def test_a_follower_who_is_assigned_stays_on_it_after_leaving(company: Company) -> None:
    card = await company.filed()
    await company.carl.choose(card, "Watch")
    assert (await company.carl.click(card, "Assign to me")).ok
    assert (await parts(company))["Carl Otto"] == "follower"
    assert (await company.carl.choose(card, "Unwatch")).ok
    assert (await parts(company))["Carl Otto"] == "assignee"


async def test_an_agent_who_works_on_their_own_ticket_stays_its_requester(
    company: Company,
) -> None:
    assert (await company.file(company.ann, "My screen")).ok
    await company.deliver()
    card = await company.card()
    assert (await company.ann.click(card, "Assign to me")).ok
    await company.ann.post(card.channel, "found it", thread_ts=card.ts)
    await company.deliver()
    assert await parts(company) == {"Ann Visser": "requester"}


async def test_who_wrote_below_the_source_may_follow_in_direct_messages(company: Company) -> None:
    card = await company.filed()
    async with unit_of_work(company.sessions) as session:
        await session.execute(
            text(
                "INSERT INTO ticket_participants (ticket_id, user_id, part, joined_at)"
                " SELECT t.id, u.id, 'follower', now() FROM tickets t, users u"
                " WHERE u.slack_user_id = 'U0CARL'"
            )
        )
    assert (await company.carl.choose(card, "Watch")).ok
    assert (await company.carl.choose(card, "Watch")).ok
    assert "You follow HD-1 already." in await said_in_window(company.carl)
    await company.deliver()
    assert "You follow HD-1" in (await root_of(company.carl)).plain
    assert len(await company.carl.dms()) == 1


async def test_the_ones_it_concerns_anyway_need_not_watch(company: Company) -> None:
    await company.filed()
    await company.bea.command("/ticket", "HD-1", channel=GENERAL)
    assert "Watch" not in (await company.bea.ephemerals())[-1].buttons
    ref = (await company.card()).raw["blocks"][-1]["elements"][0]["value"]
    await press(company, "U0BEA", "ticket.watch", ref)
    assert (await parts(company)) == {"Bea Okafor": "requester"}


async def test_a_look_at_a_ticket_lists_its_followers_and_offers_to_join(company: Company) -> None:
    await company.filed()
    await add_finn(company)
    await company.carl.command("/ticket", "HD-1", channel=GENERAL)
    look = (await company.carl.ephemerals())[-1]
    assert "*Followers*\nFinn Berg" in look.plain
    assert "Watch" in look.buttons
    assert (await company.carl.click(look, "Watch")).ok
    await company.carl.command("/ticket", "HD-1", channel=GENERAL)
    look = (await company.carl.ephemerals())[-1]
    assert "Carl Otto, Finn Berg" in look.plain
    assert "Unwatch" in look.buttons
    await company.finn.command("/ticket", "HD-1", channel=GENERAL)
    assert "Unwatch" in (await company.finn.ephemerals())[-1].buttons


async def test_a_follower_has_no_rights_of_an_agent(company: Company) -> None:
    card = await company.filed()
    await add_finn(company)
    await company.slack.join(card.channel, "U0FINN")
    for button in ("Assign to me", "Resolve…", "Reply to requester"):
        assert (await company.finn.click(card, button)).ok
        assert "Only the people of its department" in await said_in_window(company.finn)
    assert await company.value("SELECT status FROM tickets") == "new"


async def test_a_stranger_cannot_watch(company: Company) -> None:
    card = await company.filed()
    await company.slack.join(card.channel, "U0HANA")
    assert (await company.hana.choose(card, "Watch")).ok
    assert "You are not on HD-1" in await said_in_window(company.hana)
    assert "Hana Ito" not in await parts(company)


async def test_two_presses_at_once_make_one_follower(company: Company) -> None:
    card = await company.filed()
    await asyncio.gather(*(company.carl.choose(card, "Watch") for _ in range(2)))
    assert "You follow HD-1 already." in await said_in_window(company.carl)
    await company.deliver()
    assert len(await company.carl.dms()) == 1
    assert await company.value("SELECT count(*) FROM audit_logs WHERE action = 'ticket.watch'") == 1


async def test_who_left_the_company_holds_nobody_up(company: Company) -> None:
    card = await company.filed()
    receipt, root = await company.receipt(), await add_finn(company)
    await company.carl.choose(card, "Watch")
    await company.deliver()
    await company.slack.person("U0FINN", "Finn Berg", deleted=True)
    await company.bea.dm("anybody?", thread_ts=receipt.ts)
    await company.deliver()
    assert (await company.thread(await root_of(company.carl), company.carl))[-1].plain == "anybody?"
    assert (await company.thread(card))[-1].plain == "anybody?"
    failed = await company.rows(
        "SELECT topic, last_error FROM outbox_messages WHERE outcome = 'failed'"
    )
    assert [tuple(row) for row in failed] == [("message.copied", "is_archived")]
    assert root.channel not in {each.channel for each in await company.carl.dms()}


async def test_a_requester_who_cannot_be_reached_leaves_nothing_that_waits_forever(
    company: Company,
) -> None:
    assert (await company.file(company.bea, "No power")).ok
    await company.slack.person("U0BEA", "Bea Okafor", deleted=True)
    await company.deliver()
    card = await company.card()
    assert (await company.ann.click(card, "Assign to me")).ok
    await company.deliver()
    assert "Ann Visser" in (await company.card()).plain
    waiting = "SELECT count(*) FROM outbox_messages WHERE settled_at IS NULL"
    assert await company.value(waiting) == 0
    outcomes = await company.rows(
        "SELECT topic, outcome FROM outbox_messages WHERE outcome <> 'sent' ORDER BY topic"
    )
    assert ("ticket.receipt", "failed") in [tuple(row) for row in outcomes]


async def press(company: Company, person_id: str, action_id: str, value: str) -> None:
    """A button that is not on the screen any more, or never was."""
    payload = {
        "type": "block_actions",
        "user": {"id": person_id, "team_id": "T0ACME"},
        "team": {"id": "T0ACME", "domain": "acme"},
        "trigger_id": "gone",
        "actions": [{"action_id": action_id, "value": value}],
    }
    assert (await interact(company, payload))[0] == 200
