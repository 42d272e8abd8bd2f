"""Whoever mentions somebody who is not on the ticket is asked whether to add them."""

import asyncio
import json

from tests.journeys.company import Company, said_in_window
from tests.journeys.test_followers import parts, press, root_of
from tests.journeys.test_requests import envelope, send_json

PRIVATE = ["Only its department and the people on it may see it"]


async def questions(person: object) -> list[str]:
    shown = await person.ephemerals()  # type: ignore[attr-defined]
    return [each.plain.splitlines()[0] for each in shown if each.plain.startswith("Add ")]


async def mention(company: Company, words: str) -> None:
    """By Bea, in her thread."""
    await company.bea.dm(words, thread_ts=(await company.receipt()).ts, raw=True)
    await company.deliver()


async def test_the_writer_is_asked_privately_and_decides(company: Company) -> None:
    await company.filed()
    await mention(company, "<@U0FINN> had the same, and <@U0HANA|hana> too")
    assert await questions(company.bea) == ["Add Finn Berg to HD-1?", "Add Hana Ito to HD-1?"]
    [finn, hana] = (await company.bea.ephemerals())[-2:]
    assert finn.buttons == ["Add them", "No"]
    assert finn.pings == []
    assert await company.finn.dms() == []

    assert (await company.bea.click(hana, "No")).ok
    assert await questions(company.bea) == ["Add Finn Berg to HD-1?"]
    assert (await company.bea.click(finn, "Add them")).ok
    assert await questions(company.bea) == []
    assert (await company.bea.ephemerals())[0].plain == "Finn Berg follows HD-1 now."
    await company.deliver()
    assert "You follow HD-1" in (await root_of(company.finn)).plain
    assert await company.hana.dms() == []
    said = [each.plain for each in await company.thread(await company.card())]
    assert said[-1] == "Bea Okafor added Finn Berg to HD-1."
    assert await parts(company) == {"Bea Okafor": "requester", "Finn Berg": "follower"}


async def test_nobody_is_asked_about_who_hears_of_it_anyway(company: Company) -> None:
    card = await company.filed()
    await company.carl.choose(card, "Watch")
    await mention(company, "<@U0BEA> <@U0ANN> <@U0CARL> <@U0HDMSBOT> <!channel> @U0FINN")
    await company.ann.post(card.channel, "<@U0BEA> is away", thread_ts=card.ts, raw=True)
    await company.deliver()
    assert await questions(company.bea) == []
    assert await questions(company.ann) == []


async def test_a_note_of_the_desk_asks_too(company: Company) -> None:
    card = await company.filed()
    await company.ann.post(card.channel, "ask <@U0HANA>", thread_ts=card.ts, raw=True)
    await company.deliver()
    assert await questions(company.ann) == ["Add Hana Ito to HD-1?"]
    assert (await company.ann.click((await company.ann.ephemerals())[-1], "Add them")).ok
    await company.deliver()
    root = await root_of(company.hana)
    assert "ask" not in [each.plain for each in await company.thread(root, company.hana)]


async def test_a_message_that_comes_five_times_asks_once(company: Company) -> None:
    await company.filed()
    receipt = await company.receipt()
    event = {
        "type": "message",
        "channel": receipt.channel,
        "channel_type": "im",
        "user": "U0BEA",
        "text": "<@U0FINN> look",
        "ts": "1700000000.000200",
        "thread_ts": receipt.ts,
    }
    sent = [send_json(company, envelope(event, f"Ev{n}")) for n in range(5)]
    assert {status for status, _ in await asyncio.gather(*sent)} == {200}
    await company.deliver()
    asked = "SELECT count(*) FROM outbox_messages WHERE topic = 'ticket.add_them'"
    assert await company.value(asked) == 1
    await mention(company, "<@U0FINN> are you there?")
    assert await company.value(asked) == 1
    # Somebody else who mentions them is asked for themselves.
    card = await company.card()
    await company.ann.post(card.channel, "<@U0FINN>", thread_ts=card.ts, raw=True)
    await company.deliver()
    assert await company.value(asked) == 2


async def test_of_two_presses_at_once_one_adds_and_one_is_told(company: Company) -> None:
    await company.filed()
    await mention(company, "<@U0FINN>")
    question = (await company.bea.ephemerals())[-1]
    await asyncio.gather(*(company.bea.click(question, "Add them") for _ in range(2)))
    assert "Finn Berg is on HD-1 already." in await said_in_window(company.bea)
    await company.deliver()
    assert len(await company.finn.dms()) == 1
    added = "SELECT count(*) FROM audit_logs WHERE action = 'ticket.add_follower'"
    assert await company.value(added) == 1


async def test_apps_are_not_asked_about_and_guests_are_refused(company: Company) -> None:
    await company.filed()
    await company.slack.person("U0ROBOT", "Robot", is_bot=True)
    await company.slack.person("U0GUEST", "Gil Guest", is_restricted=True)
    await company.slack.person("U0OTHER", "Olga Other", team_id="T0OTHER")
    await mention(company, "<@U0ROBOT> <@U0GUEST> <@U0OTHER>")
    assert await questions(company.bea) == ["Add Gil Guest to HD-1?", "Add Olga Other to HD-1?"]
    [guest, other] = (await company.bea.ephemerals())[-2:]
    assert (await company.bea.click(guest, "Add them")).ok
    assert "Guests cannot use the help desk" in await said_in_window(company.bea)
    assert (await company.bea.click(other, "Add them")).ok
    assert "Only members of this workspace" in await said_in_window(company.bea)
    ticket_id = await company.value("SELECT id FROM tickets")
    await press(company, "U0BEA", "follower.add", f'{{"t":"{ticket_id}","u":"U0ROBOT"}}')
    await press(company, "U0BEA", "follower.add", f'{{"t":"{ticket_id}","u":"U0NOBODY"}}')
    assert await parts(company) == {"Bea Okafor": "requester"}


async def test_only_its_own_people_add_somebody_to_a_private_ticket(company: Company) -> None:
    card = await company.filed("Salary question", Private=PRIVATE)
    await mention(company, "<@U0FINN> please")
    assert (await company.bea.click((await company.bea.ephemerals())[-1], "Add them")).ok
    await company.deliver()
    root = await root_of(company.finn)
    assert root.text == "You follow HD-1 · Private ticket"

    await company.finn.dm("<@U0HANA> knows", thread_ts=root.ts, raw=True)
    await company.deliver()
    assert await questions(company.finn) == []
    ticket_id = await company.value("SELECT id FROM tickets")
    await press(company, "U0FINN", "follower.add", f'{{"t":"{ticket_id}","u":"U0HANA"}}')
    assert "Hana Ito" not in await parts(company)
    await company.ann.post(card.channel, "<@U0HANA>", thread_ts=card.ts, raw=True)
    await company.deliver()
    assert (await company.ann.click((await company.ann.ephemerals())[-1], "Add them")).ok
    assert (await parts(company))["Hana Ito"] == "follower"


async def test_a_button_of_another_make_is_refused(company: Company) -> None:
    await company.filed()
    for value in ("", "{}", "[]", "null", '{"t":"x","u":"U0FINN"}', json.dumps({"u": 5, "t": 5})):
        await press(company, "U0BEA", "follower.add", value)
    assert await parts(company) == {"Bea Okafor": "requester"}


async def test_the_question_is_asked_later_when_slack_does_not_know_yet(company: Company) -> None:
    await company.filed()
    await company.slack.fault("users.info", kind="http_500", times=1)
    await mention(company, "<@U0FINN>")
    await company.deliver_late()
    assert await questions(company.bea) == ["Add Finn Berg to HD-1?"]
