"""Slack down, slow, limited or odd: nothing is lost, nothing doubled, order in a thread is kept."""

from time import monotonic

import pytest

from tests.journeys.company import GENERAL, Company

UNSETTLED = "SELECT count(*) FROM outbox_messages WHERE settled_at IS NULL"


async def posted(company: Company, words: str) -> int:
    roots = await company.bea.dms()
    return sum(words in each.plain for each in roots)


async def test_a_lost_answer_leaves_one_message(company: Company) -> None:
    """4.12: the worker looks for its own message before it posts again."""
    await company.slack.fault("chat.postMessage", kind="drop_after", times=2)
    await company.file(company.bea, "Once, please")
    await company.deliver()
    assert await company.value(UNSETTLED) == 2
    await company.deliver_late()
    assert await company.value(UNSETTLED) == 0
    assert await posted(company, "Once, please") == 1
    assert len(await company.slack.calls("conversations.history")) == 2
    roots = await company.slack.all_messages("C0ITDESK")
    assert len(roots) == 1


async def test_a_lost_answer_in_a_thread_leaves_one_reply(company: Company) -> None:
    card, receipt = await company.filed(), await company.receipt()
    await company.slack.fault("chat.postMessage", kind="drop_after", times=1)
    await company.bea.dm("Any news?", thread_ts=receipt.ts)
    await company.deliver()
    await company.deliver_late()
    assert [each.plain for each in await company.thread(card)] == ["Any news?"]
    assert len(await company.slack.calls("conversations.replies")) == 1


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "outage"},
        {"kind": "http_500"},
        {"kind": "html_503"},
        {"kind": "error", "error": "internal_error"},
        {"kind": "error", "error": "service_unavailable"},
        {"kind": "error", "error": "invalid_auth"},
    ],
    ids=lambda fault: fault.get("error", fault["kind"]),
)
async def test_what_failed_for_now_is_sent_later(company: Company, fault: dict[str, str]) -> None:
    """4.14, 8.24b"""
    await company.slack.fault("chat.postMessage", **fault)  # type: ignore[arg-type]
    assert (await company.file(company.bea, "Patience")).ok
    await company.deliver()
    assert await posted(company, "Patience") == 0
    await company.slack.clear_faults()
    await company.deliver_late()
    assert await posted(company, "Patience") == 1
    assert await company.value(UNSETTLED) == 0


async def test_a_limit_is_waited_for_and_not_tried_against(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    """4.4, 4.10: as long as Retry-After says, and without a call in between."""
    await company.slack.fault("chat.postMessage", kind="http_429", times=2, retry_after=60)
    assert (await company.file(company.bea, "Not so fast")).ok
    await company.deliver()
    waiting = "SELECT bool_and(available_at > now() + interval '30 s') FROM outbox_messages"
    assert await company.value(waiting) is True
    await company.deliver_late()
    # Both faults are used up: a call in the meantime would have been taken.
    assert await posted(company, "Not so fast") == 0
    monkeypatch.setattr("bot.gateway.monotonic", lambda: monotonic() + 61)
    await company.deliver_late()
    assert await posted(company, "Not so fast") == 1


async def test_what_slack_will_never_take_holds_up_nobody(company: Company) -> None:
    card, receipt = await company.filed(), await company.receipt()
    fault = {"kind": "error", "error": "restricted_action", "times": 1}
    await company.slack.fault("chat.postMessage", **fault)  # type: ignore[arg-type]
    for words in ("first", "second"):
        await company.bea.dm(words, thread_ts=receipt.ts)
        await company.slack.settle()
    await company.deliver()
    assert [each.plain for each in await company.thread(card)] == ["second"]
    failed = await company.rows("SELECT outcome, last_error FROM outbox_messages ORDER BY id")
    assert [tuple(row) for row in failed if row[0] == "failed"] == [("failed", "restricted_action")]


async def test_a_failed_reply_keeps_its_place_in_the_thread(company: Company) -> None:
    card, receipt = await company.filed(), await company.receipt()
    await company.slack.fault("chat.postMessage", kind="http_500", times=1)
    for n in range(4):
        await company.bea.dm(f"line {n}", thread_ts=receipt.ts)
        await company.slack.settle()
    await company.deliver()
    assert await company.thread(card) == []
    await company.deliver_late()
    assert [each.plain for each in await company.thread(card)] == [f"line {n}" for n in range(4)]


async def test_a_card_shows_what_is_true_when_it_is_sent(company: Company) -> None:
    card = await company.filed()
    await company.slack.fault("chat.update", kind="http_500")
    await company.ann.click(card, "Assign to me")
    await company.deliver()
    await company.hugo.click(card, "Assign…")
    assert (await company.hugo.fill({"Assignee": "Carl Otto"}, submit=True)).ok
    await company.slack.clear_faults()
    await company.deliver_late()
    shown = await company.card()
    assert "Carl Otto" in shown.plain
    assert "Ann Visser" not in shown.plain


async def test_many_changes_of_a_card_fold_into_one_update(company: Company) -> None:
    card = await company.filed()
    await company.slack.forget_calls()
    await company.ann.click(card, "Assign to me")
    await company.reply(company.ann, card, "Which one?")
    await company.deliver()
    updates = [call["args"]["channel"] for call in await company.slack.calls("chat.update")]
    assert updates.count(card.channel) == 1
    assert "Waiting for requester" in (await company.card()).plain


async def test_a_form_that_slack_does_not_open_is_explained(company: Company) -> None:
    await company.slack.fault("views.open", kind="error", error="expired_trigger_id", times=1)
    outcome = await company.bea.command("/ticket", "too late", channel=GENERAL)
    assert outcome.status == 200
    said = (await company.bea.ephemerals())[-1].plain
    assert said == "That took too long for Slack. Please try again."


async def test_a_fault_of_ours_gives_a_number_and_no_traceback(company: Company) -> None:
    await company.slack.fault("views.open", kind="error", error="invalid_arguments", times=1)
    await company.bea.command("/ticket", "odd", channel=GENERAL)
    said = (await company.bea.ephemerals())[-1].plain
    assert "Something went wrong on our side" in said
    assert "Traceback" not in said


async def test_slack_may_not_know_a_person_for_a_while(company: Company) -> None:
    await company.slack.fault("users.info", kind="http_500", times=1)
    await company.file(company.bea, "Hello")
    view = await company.bea.view()
    assert view is not None
    assert "Slack did not tell us who you are" in view.errors["Summary"]
    assert view.values["Summary"] == "Hello"
    assert (await company.bea.submit()).ok
    assert await company.value("SELECT count(*) FROM tickets") == 1
