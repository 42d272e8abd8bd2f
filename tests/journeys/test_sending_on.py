"""What the desk writes: looked at before it is sent, sent on after all, or kept as a note."""

import asyncio
import json
from urllib.parse import urlencode

import pytest

from bot.sandbox.slack.client import Impossible
from tests.journeys.company import GENERAL, HR_DESK, Company, said_in_window
from tests.journeys.test_requests import send


async def heard(company: Company) -> list[tuple[str, str]]:
    replies = await company.thread(await company.receipt(), company.bea)
    ours = ("HDMS", "Bea Okafor")
    return [(each.username, each.plain) for each in replies if each.username not in ours]


async def test_a_reply_is_looked_at_as_its_reader_will_see_it(company: Company) -> None:
    card = await company.filed()
    assert (await company.ann.click(card, "Reply to requester")).ok
    assert (await company.ann.fill({"Reply": "Try *this* & <that>"}, submit=True)).ok
    shown = await company.ann.view()
    assert shown is not None
    assert "Bea Okafor will see this:" in shown.text
    assert "Ann Visser\nTry *this* & <that>" in shown.text
    assert await company.value("SELECT count(*) FROM chat_messages") == 0
    assert (await company.ann.submit()).ok
    assert await company.ann.view() is None
    await company.deliver()
    assert await heard(company) == [("Ann Visser", "Try *this* & <that>")]
    assert await company.ann.ephemerals() == []


async def test_words_changed_in_the_preview_are_looked_at_once_more(company: Company) -> None:
    card = await company.filed()
    await company.ann.click(card, "Reply to requester")
    await company.ann.fill({"Reply": "draft"}, submit=True)
    assert (await company.ann.fill({"Edit": "better"}, submit=True)).ok
    shown = await company.ann.view()
    assert shown is not None
    assert "Ann Visser\nbetter" in shown.text
    assert await company.value("SELECT count(*) FROM chat_messages") == 0
    assert (await company.ann.submit()).ok
    await company.deliver()
    assert await heard(company) == [("Ann Visser", "better")]


async def test_a_preview_sent_five_times_is_one_message(company: Company) -> None:
    card = await company.filed()
    await company.ann.click(card, "Reply to requester")
    await company.ann.fill({"Reply": "only once"}, submit=True)
    view = await company.ann.view()
    assert view is not None
    payload = {
        "type": "view_submission",
        "user": {"id": "U0ANN", "team_id": "T0ACME"},
        "team": {"id": "T0ACME"},
        "view": view.raw,
    }
    body = urlencode({"payload": json.dumps(payload)}).encode()
    answers = await asyncio.gather(*(send(company, body) for _ in range(5)))
    assert answers == [(200, "")] * 5
    await company.deliver()
    assert await heard(company) == [("Ann Visser", "only once")]
    assert len(await company.thread(card)) == 1


async def test_a_refused_reply_keeps_what_was_typed(company: Company) -> None:
    card = await company.filed()
    await company.ann.click(card, "Reply to requester")
    await company.ann.fill({"Reply": "a long answer"}, submit=True)
    moved = "UPDATE users SET department_id = NULL WHERE slack_user_id = 'U0ANN'"
    await change(company, moved)
    await company.ann.submit()
    view = await company.ann.view()
    assert view is not None
    assert "You are not on HD-1" in view.errors["Edit"]
    assert view.values["Edit"] == "a long answer"
    assert await heard(company) == []


async def change(company: Company, sql: str) -> None:
    async with company.sessions.begin() as session:
        connection = await session.connection()
        await connection.exec_driver_sql(sql)


async def test_a_colleagues_message_is_sent_on_with_the_shortcut(company: Company) -> None:
    card = await company.filed()
    note = await company.ann.post(card.channel, "Please restart it.", thread_ts=card.ts)
    await company.deliver()
    assert (await company.carl.message_shortcut("Send to requester", note)).ok
    await company.deliver()
    assert await heard(company) == [("Ann Visser", "Please restart it.")]
    assert (await company.carl.message_shortcut("Send to requester", note)).ok
    assert "The requester has this message already." in await said_in_window(company.carl)
    await company.deliver()
    assert len(await heard(company)) == 1


async def test_of_two_who_send_it_on_at_once_one_does(company: Company) -> None:
    card = await company.filed()
    note = await company.ann.post(card.channel, "Please restart it.", thread_ts=card.ts)
    await company.deliver()
    await asyncio.gather(
        *(
            person.message_shortcut("Send to requester", note)
            for person in (company.ann, company.carl)
        )
    )
    await company.deliver()
    assert await heard(company) == [("Ann Visser", "Please restart it.")]
    told = [view for person in (company.ann, company.carl) if (view := await person.view())]
    assert len(told) == 1


async def test_only_what_a_person_wrote_at_a_desk_can_be_sent_on(company: Company) -> None:
    card = await company.filed()
    elsewhere = await company.ann.post(GENERAL, "lunch?")
    below = await company.ann.post(GENERAL, "yes", thread_ts=elsewhere.ts)
    for message in (card, elsewhere, below):
        assert (await company.ann.message_shortcut("Send to requester", message)).ok
        assert "below a ticket's card" in await said_in_window(company.ann)
    await company.bea.dm("It smokes.", thread_ts=(await company.receipt()).ts)
    await company.deliver()
    [copy] = await company.thread(card)
    assert (await company.ann.message_shortcut("Send to requester", copy)).ok
    assert "written by an app" in await said_in_window(company.ann)
    assert await heard(company) == []


async def test_who_does_not_work_on_it_cannot_send_it_on(company: Company) -> None:
    card = await company.filed()
    note = await company.ann.post(card.channel, "secret", thread_ts=card.ts)
    await company.deliver()
    await company.slack.join(card.channel, "U0FINN")
    assert (await company.finn.message_shortcut("Send to requester", note)).ok
    assert "You are not on HD-1" in await said_in_window(company.finn)
    await company.deliver()
    assert await heard(company) == []


async def test_what_was_written_while_we_were_away_is_explained(company: Company) -> None:
    card = await company.filed()
    note = await company.ann.post(card.channel, "anyone?", thread_ts=card.ts)
    await company.deliver()
    await change(company, "DELETE FROM chat_messages")
    assert (await company.ann.message_shortcut("Send to requester", note)).ok
    assert "The help desk was away" in await said_in_window(company.ann)


async def test_a_note_in_an_open_thread_stays_at_the_desk(company: Company) -> None:
    assert (await company.file(company.bea, "Holiday left?", Department="HR")).ok
    await company.deliver()
    card = await company.card(HR_DESK)
    assert (await company.hana.choose(card, "Add note…")).ok
    form = await company.hana.view()
    assert form is not None
    assert (form.title, form.labels) == ("Note", ["Note"])
    assert (await company.hana.fill({"Note": "She asks every week."}, submit=True)).ok
    await company.deliver()
    [note] = await company.thread(card, company.hana)
    assert note.username == "Hana Ito"
    assert note.plain == "Note – only the desk sees this\nShe asks every week."
    assert await heard(company) == []
    row = await company.rows("SELECT visibility, audience FROM chat_messages")
    assert tuple(row[0]) == ("internal", "desk")
    status = "SELECT status, first_responded_at FROM tickets"
    assert tuple((await company.rows(status))[0]) == ("new", None)


async def test_where_threads_are_internal_there_is_no_form_for_notes(company: Company) -> None:
    card = await company.filed()
    assert "Add note…" not in card.choices
    with pytest.raises(Impossible):
        await company.ann.choose(card, "Add note…")


async def test_strangers_cannot_write_notes(company: Company) -> None:
    assert (await company.file(company.bea, "Holiday left?", Department="HR")).ok
    await company.deliver()
    card = await company.card(HR_DESK)
    await company.slack.join(HR_DESK, "U0ANN")
    assert (await company.ann.choose(card, "Add note…")).ok
    assert "not on it" in await said_in_window(company.ann)
