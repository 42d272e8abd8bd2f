"""The Events API: what is sent, to whom, how often (rules 1.1 to 1.14, 1.62 to 1.79, 9.21)."""

import copy
from typing import Any

import pytest
from aiohttp import web
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox.slack import SlackClient
from tests.bot.sandbox.slack import payload_keys
from tests.bot.sandbox.slack.conftest import MANIFEST
from tests.bot.sandbox.slack.stub_app import Request, StubApp

Json = dict[str, Any]
PING: Json = {"type": "app_mention", "user": "U0ANN", "text": "hi", "ts": "1.2"}


async def test_an_event_comes_in_its_envelope(slack: SlackClient, app: StubApp) -> None:
    """Rules 1.2 and 1.11."""
    await slack.acting("U0ANN").post("C0GENERAL", "hello")
    (request,) = app.requests
    assert request.content_type == "application/json"
    assert set(request.json) <= payload_keys.ENVELOPE
    assert request.json["team_id"] == "T0ACME"
    assert request.json["event_id"].startswith("Ev")
    (authorization,) = request.json["authorizations"]
    assert set(authorization) == payload_keys.AUTHORIZATION
    assert authorization["is_bot"] is True


async def test_a_persons_message_is_an_event_of_its_channel(
    slack: SlackClient, app: StubApp
) -> None:
    """Rules 1.62 and 1.63."""
    ann = slack.acting("U0ANN")
    await ann.post("C0GENERAL", "a < b & @hugo")
    await ann.post("C0ITDESK", "private")
    await ann.dm("direct")
    events = app.events("message")
    assert [e["channel_type"] for e in events] == ["channel", "group", "im"]
    assert events[0]["text"] == "a &lt; b &amp; <@U0HUGO>"
    assert events[0]["event_ts"] == events[0]["ts"]
    assert all(set(event) <= payload_keys.MESSAGE_EVENT for event in events)
    assert all("subtype" not in event for event in events)


async def test_the_apps_own_messages_come_back(
    slack: SlackClient, api: AsyncWebClient, app: StubApp
) -> None:
    """Rules 1.72 and 9.21."""
    posted = await api.chat_postMessage(channel="U0ANN", text="mine")
    place = {"channel": posted["channel"], "ts": posted["ts"]}
    await api.chat_update(**place, text="changed")
    await api.chat_delete(**place)
    await slack.settle()
    new, changed, deleted = app.events("message")
    assert new["bot_id"]
    assert set(new) <= payload_keys.MESSAGE_EVENT
    assert changed["subtype"] == "message_changed"
    assert changed["message"]["text"] == "changed"
    assert changed["previous_message"]["text"] == "mine"
    assert changed["hidden"] is True
    assert changed["ts"] != posted["ts"]
    assert set(changed) <= payload_keys.CHANGED_EVENT
    assert deleted["deleted_ts"] == posted["ts"]
    assert set(deleted) <= payload_keys.DELETED_EVENT


async def test_what_people_edit_and_delete_is_told(slack: SlackClient, app: StubApp) -> None:
    """Rules 1.65 and 1.68."""
    ann = slack.acting("U0ANN")
    message = await ann.post("C0GENERAL", "one")
    edited = await ann.edit(message, "two")
    await ann.delete(edited)
    _, changed, deleted = app.events("message")
    assert changed["message"]["edited"]["user"] == "U0ANN"
    assert changed["message"]["ts"] == message.ts
    assert deleted["previous_message"]["text"] == "two"


async def test_a_deleted_parent_is_a_changed_message(slack: SlackClient, app: StubApp) -> None:
    """Rule 1.69."""
    ann = slack.acting("U0ANN")
    root = await ann.post("C0GENERAL", "root")
    reply = await ann.post("C0GENERAL", "reply", thread_ts=root.ts)
    await ann.delete(root)
    event = app.events("message")[-1]
    assert event["subtype"] == "message_changed"
    assert event["message"]["subtype"] == "tombstone"
    assert app.events("message")[1]["parent_user_id"] == "U0ANN"
    assert reply.thread_ts == root.ts


async def test_broadcasts_me_messages_and_files_have_their_subtypes(
    slack: SlackClient, app: StubApp
) -> None:
    """Rules 1.63, 1.64 and 1.77."""
    ann = slack.acting("U0ANN")
    root = await ann.post("C0GENERAL", "root")
    await ann.post("C0GENERAL", "loud", thread_ts=root.ts, broadcast=True)
    await ann.post("C0GENERAL", "waves", me=True)
    await ann.post("C0GENERAL", "look", files=[("a.png", b"png")])
    subtypes = [e.get("subtype") for e in app.events("message")]
    assert subtypes == [None, "thread_broadcast", "me_message", "file_share"]
    (shared,) = app.events("file_shared")
    assert shared["file_id"] == app.events("message")[-1]["files"][0]["id"]


async def test_where_the_app_is_not_it_hears_nothing(slack: SlackClient, app: StubApp) -> None:
    """Rule 9.21."""
    await slack.acting("U0ANN").post("C0LUNCH", "hello")
    assert app.requests == []


async def test_a_mention_is_an_event_more(slack: SlackClient, app: StubApp) -> None:
    await slack.acting("U0ANN").post("C0GENERAL", "@helpdesk please")
    assert len(app.events("message")) == 1
    (mention,) = app.events("app_mention")
    assert mention["text"].endswith("please")
    await slack.acting("U0ANN").dm("@helpdesk please")
    assert len(app.events("app_mention")) == 1


async def test_reactions_name_their_message(slack: SlackClient, app: StubApp) -> None:
    """Rule 1.78."""
    ann = slack.acting("U0ANN")
    message = await ann.post("C0GENERAL", "x")
    await slack.acting("U0HUGO").react(message, ":ticket:")
    await slack.acting("U0HUGO").react(message, "ticket", remove=True)
    (added,), (removed,) = app.events("reaction_added"), app.events("reaction_removed")
    assert set(added) == payload_keys.REACTION_EVENT
    assert added["reaction"] == removed["reaction"] == "ticket"
    assert added["item"] == {"type": "message", "channel": "C0GENERAL", "ts": message.ts}
    assert added["item_user"] == "U0ANN"


async def test_people_who_come_and_change_are_told_whole(slack: SlackClient, app: StubApp) -> None:
    """Rule 1.79."""
    await slack.person("U0NEW", "New One", announce=True)
    await slack.person("U0NEW", "New One", deleted=True, announce=True)
    (joined,), (changed,) = app.events("team_join"), app.events("user_change")
    assert joined["user"]["profile"]["real_name"] == "New One"
    assert changed["user"]["deleted"] is True


async def test_joining_is_told(slack: SlackClient, app: StubApp) -> None:
    await slack.join("C0ITDESK", "U0GIL")
    await slack.settle()
    (event,) = app.events("member_joined_channel")
    assert event["user"] == "U0GIL"
    assert event["channel"] == "C0ITDESK"


async def test_a_shared_channel_says_so(slack: SlackClient, app: StubApp) -> None:
    """Rule 7.6."""
    await slack.channel("C0SHARED", "shared", members=["U0EVE"], ext_shared=True)
    await slack.acting("U0EVE").post("C0SHARED", "hello")
    (envelope,) = app.got("event_callback")
    assert envelope["is_ext_shared_channel"] is True
    assert envelope["team_id"] == "T0ACME"
    assert envelope["event"]["user_team"] == "T0OTHER"


async def test_a_failed_event_is_sent_three_times_more(slack: SlackClient, app: StubApp) -> None:
    """Rules 1.3 and 1.4."""
    await slack.settings(retry_delays=[0, 0.01, 0.02])
    app.answer("event_callback", status=500)
    sent = await slack.send_event(PING, event_id="Ev1")
    assert [each.status for each in sent] == [500] * 4
    numbers = [r.headers.get("x-slack-retry-num") for r in app.requests]
    reasons = [r.headers.get("x-slack-retry-reason") for r in app.requests]
    assert numbers == [None, "1", "2", "3"]
    assert reasons == [None, "http_error", "http_error", "http_error"]
    assert {r.json["event_id"] for r in app.requests} == {"Ev1"}


async def test_a_late_answer_is_a_failure(slack: SlackClient, app: StubApp) -> None:
    """Rule 1.1."""
    await slack.settings(answer_seconds=0.05, retry_delays=[0])
    app.answer_late("event_callback", 0.2)
    sent = await slack.send_event(PING)
    assert [each.failure for each in sent] == ["http_timeout", "http_timeout"]
    assert app.requests[1].headers["x-slack-retry-reason"] == "http_timeout"


async def test_retries_stop_once_it_worked(slack: SlackClient, app: StubApp) -> None:
    async def second_time(request: Request) -> web.StreamResponse:
        return web.Response(status=200 if len(app.requests) == 2 else 503)

    app.answers["event_callback"] = second_time
    sent = await slack.send_event(PING)
    assert [each.status for each in sent] == [503, 200]


@pytest.mark.parametrize(("status", "attempts"), [(500, 1), (404, 1), (200, 1)])
async def test_the_app_can_forbid_retries(
    slack: SlackClient, app: StubApp, status: int, attempts: int
) -> None:
    """Rule 1.6."""
    app.answer("event_callback", status=status, **{"x-slack-no-retry": "1"})
    assert len(await slack.send_event(PING)) == attempts


async def test_forbidding_does_not_help_after_a_time_out(slack: SlackClient, app: StubApp) -> None:
    """Rule 1.6."""
    await slack.settings(answer_seconds=0.05, retry_delays=[0, 0, 0])
    app.answer_late("event_callback", 0.1)
    assert len(await slack.send_event(PING)) == 4


async def test_an_act_does_not_wait_for_retries(slack: SlackClient, app: StubApp) -> None:
    """Rule 1.3: they follow behind."""
    app.answer("event_callback", status=500)
    await slack.acting("U0ANN").post("C0GENERAL", "x")
    assert len(app.requests) == 1
    assert await slack.settle()
    assert len(app.requests) == 4


async def test_forbidding_retries_counts_for_acts_too(slack: SlackClient, app: StubApp) -> None:
    """Rule 1.6."""
    app.answer("event_callback", status=500, **{"x-slack-no-retry": "1"})
    await slack.acting("U0ANN").post("C0GENERAL", "x")
    assert await slack.settle()
    assert len(app.requests) == 1


async def test_an_event_can_come_twice(slack: SlackClient, app: StubApp) -> None:
    """Rules 1.12 and 9.14."""
    await slack.settings(twice=True)
    await slack.acting("U0ANN").post("C0GENERAL", "x")
    await slack.settle()
    first, second = app.got("event_callback")
    assert first["event_id"] == second["event_id"]


async def test_events_can_overtake_each_other(
    slack: SlackClient, api: AsyncWebClient, app: StubApp
) -> None:
    """Rules 1.14 and 9.14."""
    await slack.settings(shuffled=True, held_seconds=2)
    for text in ("one", "two"):
        await api.chat_postMessage(channel="C0GENERAL", text=text)
    await slack.settle()
    assert [e["text"] for e in app.events("message")] == ["two", "one"]


async def test_the_real_waiting_times_can_be_set(slack: SlackClient) -> None:
    """Rule 1.3."""
    assert (await slack.settings(retry_delays="real"))["retry_delays"] == [0, 60, 300]


async def test_any_event_and_any_bytes_can_be_sent(slack: SlackClient, app: StubApp) -> None:
    """Rules 1.16 and 2.8."""
    await slack.send_event({"type": "brand_new", "odd": None}, event_id="Ev9", times=2)
    assert [each["event_id"] for each in app.got("event_callback")] == ["Ev9", "Ev9"]
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    assert (await slack.send_raw(b"a=b", form)).status == 200
    assert (await slack.send_raw(b"a=b", form, sign=False)).status == 401


async def test_every_request_to_the_app_is_logged(slack: SlackClient, app: StubApp) -> None:
    await slack.acting("U0ANN").command("/ticket")
    await slack.acting("U0ANN").post("C0GENERAL", "x")
    command, event = await slack.deliveries()
    assert command.kind == "command"
    assert command.name == "/ticket"
    assert event.name == "message"
    assert event.event_id
    assert event.elapsed_ms > 0


class TestWithFewSubscriptions:
    @pytest.fixture
    def manifest(self) -> Json:
        few = copy.deepcopy(MANIFEST)
        few["settings"]["event_subscriptions"]["bot_events"] = ["message.im", "reaction_added"]
        few["oauth_config"]["scopes"]["bot"].remove("reactions:read")
        return few

    async def test_what_is_not_subscribed_is_not_sent(
        self, slack: SlackClient, app: StubApp
    ) -> None:
        """Rule 9.21."""
        await slack.acting("U0ANN").post("C0GENERAL", "x")
        await slack.acting("U0ANN").dm("y")
        assert [e["text"] for e in app.events("message")] == ["y"]
        seen = await slack.acting("U0ANN").open_home()
        assert seen.problems

    async def test_what_lacks_its_scope_is_not_sent(self, slack: SlackClient, app: StubApp) -> None:
        """Rule 6.20."""
        ann = slack.acting("U0ANN")
        await ann.react(await ann.post("C0GENERAL", "x"), "ticket")
        assert app.requests == []
