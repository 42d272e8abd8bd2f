"""Hearing of things by the way one chose: in the thread, directly, in the morning, not at all."""

from datetime import UTC, datetime

import pytest

from core.communication import notify
from tests.journeys.company import GENERAL, IT_DESK, Company

NEWS = """
    SELECT users.slack_user_id, notifications.topic, notifications.way, notifications.is_read
      FROM notifications JOIN users ON users.id = notifications.user_id
     WHERE way IS NOT NULL ORDER BY notifications.id
"""


async def open_form(company: Company, person: object) -> None:
    await person.command("/ticket", "help", channel=GENERAL)  # type: ignore[attr-defined]
    shown = (await person.ephemerals())[-1]  # type: ignore[attr-defined]
    assert (await person.click(shown, "Notifications…")).ok  # type: ignore[attr-defined]


REPLY, STATUS = "New reply on my ticket", "Somebody else changes the status of my ticket"


async def test_the_assignee_is_told_of_an_answer_and_reads_it(company: Company) -> None:
    card, receipt = await company.filed(), await company.receipt()
    await company.ann.click(card, "Assign to me")
    await company.bea.dm("It still smokes.", thread_ts=receipt.ts)
    await company.deliver()
    told = (await company.ann.dms())[-1]
    assert told.plain.startswith("Bea Okafor wrote on HD-1 · Printer is on fire")
    assert "smokes" not in told.plain
    assert (await company.rows(NEWS))[-1] == ("U0ANN", "message.replied", "dm", False)
    assert (await company.ann.click(told, "History")).ok
    assert (await company.rows(NEWS))[-1] == ("U0ANN", "message.replied", "dm", True)


async def test_who_wrote_in_the_thread_gets_no_message_besides(company: Company) -> None:
    card, receipt = await company.filed(), await company.receipt()
    await company.ann.click(card, "Assign to me")
    await company.ann.post(IT_DESK, "I know this one.", thread_ts=card.ts)
    await company.bea.dm("It still smokes.", thread_ts=receipt.ts)
    await company.deliver()
    assert await company.ann.dms() == []


async def test_everybody_chooses_how_they_hear(company: Company) -> None:
    card, receipt = await company.filed(), await company.receipt()
    await company.ann.click(card, "Assign to me")
    await open_form(company, company.ann)
    view = await company.ann.view()
    assert view is not None
    assert view.title == "Notifications"
    assert "Approval requests always reach you directly" in view.text
    assert "Approval" not in " ".join(view.labels)
    answers = {REPLY: "Mention in the ticket's thread", STATUS: "Off"}
    assert (await company.ann.fill(answers, submit=True)).ok
    await company.bea.dm("It still smokes.", thread_ts=receipt.ts)
    await company.deliver()
    line = (await company.thread(card))[-1]
    assert line.pings == ["<@U0ANN>"]
    assert "Bea Okafor wrote on HD-1" in line.plain
    assert await company.ann.dms() == []
    assert (await company.hugo.choose(await company.card(), "Release")).ok
    await company.deliver()
    said = (await company.thread(card))[-1]
    assert (said.plain, said.pings) == ("Hugo Kern put HD-1 back into the queue.", [])
    # The form remembers.
    await open_form(company, company.ann)
    view = await company.ann.view()
    assert view is not None
    assert view.values[STATUS] == "Off"


async def test_the_desks_line_calls_who_had_the_ticket(company: Company) -> None:
    card = await company.filed()
    await company.ann.click(card, "Assign to me")
    await company.deliver()
    assert (await company.hugo.choose(await company.card(), "Release")).ok
    await company.deliver()
    lines = await company.thread(card)
    assert [each.pings for each in lines if "back into the queue" in each.plain] == [["<@U0ANN>"]]


async def test_a_requester_may_mention_somebody_of_the_desk(company: Company) -> None:
    card, receipt = await company.filed(), await company.receipt()
    await company.bea.dm("<@U0CARL>, do you know?", thread_ts=receipt.ts, raw=True)
    await company.deliver()
    [told] = await company.carl.dms()
    assert told.plain.startswith("Bea Okafor mentioned you on HD-1")
    assert all(each.pings == [] for each in await company.thread(card))


async def test_a_message_called_back_is_no_news(company: Company) -> None:
    card = await company.filed()
    await company.ann.click(card, "Assign to me")
    await company.deliver()
    await company.change("UPDATE preferences SET value = '600' WHERE name = 'reply_hold'")
    await company.bea.dm("It smokes.", thread_ts=(await company.receipt()).ts)
    await company.slack.settle()
    await company.change("UPDATE chat_messages SET is_deleted = true")
    await company.deliver()
    assert await company.ann.dms() == []
    outcome = "SELECT last_error FROM outbox_messages WHERE topic = 'person.told'"
    assert "deleted" in await company.value(outcome)


async def test_at_night_it_waits_and_approaches_in_the_morning(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Eleven in the evening in Berlin.
    monkeypatch.setattr(notify, "utc_now", lambda: datetime(2026, 3, 4, 22, tzinfo=UTC))
    await company.change("UPDATE users SET time_zone = 'Europe/Berlin'")
    card = await company.filed()
    await open_form(company, company.carl)
    answers = {"Quiet from": "20:00", "Quiet until": "07:00"}
    assert (await company.carl.fill(answers, submit=True)).ok
    assert (await company.hugo.click(card, "Assign…")).ok
    assert (await company.hugo.fill({"Assignee": "Carl Otto"}, submit=True)).ok
    await company.deliver()
    assert await company.carl.dms() == []
    wait = "SELECT available_at - created_at > interval '7 hours' FROM outbox_messages"
    assert await company.value(f"{wait} WHERE topic = 'person.told'")
    await company.deliver_late()
    [told] = await company.carl.dms()
    assert "Hugo Kern gave you HD-1" in told.plain


async def test_what_was_seen_in_the_meantime_is_not_told(company: Company) -> None:
    card = await company.filed()
    assert (await company.hugo.click(card, "Assign…")).ok
    assert (await company.hugo.fill({"Assignee": "Carl Otto"}, submit=True)).ok
    await company.carl.command("/ticket", "HD-1", channel=GENERAL)
    await company.deliver()
    assert await company.carl.dms() == []


PRIVATE = ["Only its department and the people on it may see it"]
#: What becomes of Carl while the news waits for his morning.
LOST = {
    "he left the desk": "UPDATE users SET role = 'employee' WHERE slack_user_id = 'U0CARL'",
    "he was deactivated": "UPDATE users SET is_active = false WHERE slack_user_id = 'U0CARL'",
}


@pytest.mark.parametrize("how", LOST)
async def test_who_may_not_see_the_ticket_any_more_is_not_told_of_it(
    company: Company, how: str
) -> None:
    card = await company.filed("About somebody's salary", Private=PRIVATE)
    assert (await company.hugo.click(card, "Assign…")).ok
    assert (await company.hugo.fill({"Assignee": "Carl Otto"}, submit=True)).ok
    await company.change(
        "UPDATE outbox_messages SET available_at = now() + interval '8 hours'"
        " WHERE topic = 'person.told'"
    )
    assert (await company.hugo.click(await company.card(), "Assign…")).ok
    assert (await company.hugo.fill({"Assignee": "Ann Visser"}, submit=True)).ok
    await company.change("DELETE FROM ticket_participants WHERE part = 'assignee'")
    await company.change(LOST[how])
    await company.deliver_late()
    assert [each.plain for each in await company.carl.dms() if "salary" in each.plain] == []
    why = "SELECT DISTINCT last_error FROM outbox_messages WHERE last_error LIKE '%may not see%'"
    assert await company.value(why) == "the person may not see this ticket any more"


@pytest.mark.parametrize(
    ("answers", "field"),
    [({"Quiet from": "20:00"}, "Quiet until"), ({"Quiet until": "07:00"}, "Quiet from")],
)
async def test_half_of_the_quiet_hours_is_not_enough(
    company: Company, answers: dict[str, str], field: str
) -> None:
    await open_form(company, company.bea)
    await company.bea.fill(answers, submit=True)
    view = await company.bea.view()
    assert view is not None
    assert view.errors == {field: "Choose both times, or neither."}
    assert await company.value("SELECT count(*) FROM quiet_hours") == 0


async def test_a_deactivated_person_chooses_nothing(company: Company) -> None:
    await open_form(company, company.bea)
    await company.change("UPDATE users SET is_active = false WHERE slack_user_id = 'U0BEA'")
    await company.bea.submit()
    view = await company.bea.view()
    assert view is not None
    assert "deactivated" in str(view.errors)
    assert await company.value("SELECT count(*) FROM notification_choices") == 0


async def test_news_stand_on_the_home_tab_until_they_are_read(company: Company) -> None:
    card, receipt = await company.filed(), await company.receipt()
    await company.ann.click(card, "Assign to me")
    await company.bea.dm("It still smokes.", thread_ts=receipt.ts)
    await company.deliver()
    assert (await company.ann.open_home()).ok
    await company.deliver()
    home = await company.ann.home()
    assert "New for you" in home.text
    assert "Bea Okafor wrote on HD-1 · Printer is on fire" in home.text
    assert (await company.ann.click_home("Mark as read")).ok
    await company.deliver_late()
    assert "New for you" not in (await company.ann.home()).text
    assert [row[3] for row in await company.rows(NEWS) if row[0] == "U0ANN"] == [True]
    assert (await company.ann.click_home("Notifications…")).ok
    view = await company.ann.view()
    assert view is not None
    assert view.title == "Notifications"
