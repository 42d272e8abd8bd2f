"""Links to tickets: what stands below them, for everybody who reads along; where they lead."""

import aiohttp
import pytest

from bot.sandbox.slack.client import Message
from core.engine import Sessions
from tests.journeys.company import GENERAL, Company, open_company

URL = "https://hdms.example.com/t/HD-{}"
PRIVATE = {"Private": ["Only its department and the people on it may see it"]}


async def post(company: Company, person: object, text: str) -> Message:
    await person.post(GENERAL, text)  # type: ignore[attr-defined]
    await company.deliver()
    return (await company.finn.messages(GENERAL))[-1]


async def test_a_link_shows_number_status_and_department_and_nothing_that_was_written(
    company: Company,
) -> None:
    await company.filed("Salary of Bea", Description="It is too low.")
    link = URL.format(1)
    message = await post(company, company.ann, f"Look at {link}")
    assert "HD-1 · New · IT" in message.plain
    for word in ("Salary", "low", "Bea"):
        assert word not in message.plain
    assert message.buttons == ["Show"]
    assert (await company.ann.click(message, "Show")).ok
    assert "Salary of Bea" in (await company.ann.view()).text
    assert (await company.finn.click(message, "Show")).ok
    assert "does not exist, or you are not on it" in (await company.finn.view()).text


async def test_of_a_private_ticket_only_that_it_is_private(company: Company) -> None:
    await company.filed("Salary of Bea", **PRIVATE)
    link = URL.format(1)
    message = await post(company, company.bea, link)
    [unfurl] = message.raw["attachments"]
    assert unfurl["blocks"][0]["text"]["text"] == "A private ticket"
    assert message.buttons == []
    assert "HD-1 ·" not in message.plain


@pytest.mark.parametrize("number", [1, 2, 10**17])
async def test_who_may_not_see_it_learns_nothing_by_posting_numbers(
    company: Company, number: int
) -> None:
    await company.filed()
    link = URL.format(number)
    message = await post(company, company.finn, f"{link} https://hdms.example.com/t/HD-0")
    assert message.raw.get("attachments") is None
    assert await company.slack.calls("chat.unfurl") == []


async def test_what_is_shared_with_another_company_stays_bare(company: Company) -> None:
    await company.filed()
    members = ["U0ANN", "U0FINN"]
    await company.slack.channel("C0SHARED", "shared", members=members, ext_shared=True)
    await company.ann.post("C0SHARED", URL.format(1))
    await company.deliver()
    assert await company.slack.calls("chat.unfurl") == []


async def test_a_link_that_is_still_being_written_is_shown_too(company: Company) -> None:
    await company.filed()
    link = URL.format(1)
    message = await post(company, company.ann, link)
    event = {
        "type": "link_shared",
        "user": "U0ANN",
        "channel": "COMPOSER",
        "message_ts": "u1",
        "unfurl_id": f"{GENERAL}.{message.ts}.u1",
        "source": "composer",
        "links": [{"domain": "hdms.example.com", "url": link}],
    }
    await company.slack.forget_calls()
    await company.slack.send_event(event, times=2)
    await company.deliver()
    calls = await company.slack.calls("chat.unfurl")
    assert [each["ok"] for each in calls] == [True]
    assert calls[0]["args"]["source"] == "composer"


async def test_a_message_that_is_gone_is_given_up(company: Company) -> None:
    await company.filed()
    await company.slack.fault("chat.unfurl", kind="error", error="cannot_find_message", times=1)
    await post(company, company.ann, URL.format(1))
    waiting = "SELECT count(*) FROM outbox_messages WHERE settled_at IS NULL"
    assert await company.value(waiting) == 0


@pytest.mark.parametrize(
    "event",
    [
        {"links": None},
        {"links": [None, {"url": 7}, {"url": "https://hdms.example.com/t/HD-x"}]},
        {"links": [{"url": "https://hdms.example.com/t/HD-1"}], "channel": None},
        {"links": [{"url": "https://hdms.example.com/t/HD-1/../../x"}]},
    ],
)
async def test_odd_events_do_no_harm(company: Company, event: dict[str, object]) -> None:
    usual = {"type": "link_shared", "user": "U0ANN", "channel": GENERAL, "message_ts": "1.1"}
    [delivery] = await company.slack.send_event(usual | event)
    assert delivery.status == 200
    await company.deliver()
    assert await company.slack.calls("chat.unfurl") == []


async def test_a_link_leads_into_slack_and_tells_strangers_nothing(company: Company) -> None:
    await company.filed()
    async with aiohttp.ClientSession() as http:
        for number in (1, 999):
            url = f"{company.bot_url}/t/HD-{number}"
            async with http.get(url, allow_redirects=False) as answer:
                assert answer.status == 302
                wanted = "https://slack.com/app_redirect?team=T0ACME&channel=U0HDMSBOT"
                assert answer.headers["Location"] == wanted
        for path in ("HD-x", "12", "HD-1%2F..", "HD-" + "1" * 19):
            async with http.get(f"{company.bot_url}/t/{path}", allow_redirects=False) as answer:
                assert answer.status == 404


async def test_the_link_is_told_where_it_is_known(
    database_url: str, redis_url: str, fresh_sessions: Sessions
) -> None:
    public = {"HDMS_PUBLIC_URL": "https://hdms.example.com/"}
    async with open_company(database_url, redis_url, fresh_sessions, **public) as company:
        await company.filed()
        await company.bea.command("/ticket", "HD-1", channel=GENERAL)
        shown = (await company.bea.ephemerals())[-1]
        assert f"To share it: {URL.format(1)}" in shown.plain
