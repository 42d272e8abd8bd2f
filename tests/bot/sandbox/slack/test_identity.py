"""Who people are, and what those of other teams may do (rules 7.1 to 7.11, 1.57)."""

import copy
from typing import Any

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox.slack import SlackClient
from bot.sandbox.slack.client import Impossible
from tests.bot.sandbox.slack.blocks import actions, button
from tests.bot.sandbox.slack.conftest import MANIFEST
from tests.bot.sandbox.slack.stub_app import StubApp


async def test_a_person_is_described_in_full(slack: SlackClient, api: AsyncWebClient) -> None:
    """Rules 7.8 to 7.11."""
    user = (await api.users_info(user="U0ANN"))["user"]
    assert user["team_id"] == "T0ACME"
    assert user["profile"]["email"] == "ann@example.com"
    assert user["is_email_confirmed"] is True
    assert user["tz"] == "Europe/Berlin"
    assert user["tz_offset"] in (3600, 7200)
    assert user["deleted"] is user["is_bot"] is user["is_restricted"] is False


async def test_kinds_of_people_are_told_apart_by_flags(
    slack: SlackClient, api: AsyncWebClient
) -> None:
    """Rules 7.3, 7.8 and 7.9."""
    guest = (await api.users_info(user="U0GIL"))["user"]
    other = (await api.users_info(user="U0EVE"))["user"]
    gone = (await api.users_info(user="U0OLD"))["user"]
    slackbot = (await api.users_info(user="USLACKBOT"))["user"]
    assert guest["is_restricted"] is guest["is_ultra_restricted"] is True
    assert other["team_id"] == other["profile"]["team"] == "T0OTHER"
    assert "is_stranger" not in other
    assert gone["deleted"] is True
    assert slackbot["is_bot"] is False


async def test_a_profile_has_fields_of_the_workspace(
    slack: SlackClient, api: AsyncWebClient
) -> None:
    await slack.person("U0ANN", "Ann Visser", title="Buyer", fields={"Employee code": "E-104"})
    profile = (await api.users_profile_get(user="U0ANN", include_labels=True))["profile"]
    (entry,) = profile["fields"].values()
    assert entry == {"value": "E-104", "alt": "", "label": "Employee code"}
    assert profile["title"] == "Buyer"
    bare = (await api.users_profile_get(user="U0ANN"))["profile"]
    assert "label" not in next(iter(bare["fields"].values()))


async def test_people_are_found_by_email(
    slack: SlackClient, api: AsyncWebClient, refused: Any
) -> None:
    found = await api.users_lookupByEmail(email="ANN@example.com")
    assert found["user"]["id"] == "U0ANN"
    assert await refused("users.lookupByEmail", email="x@example.com") == "users_not_found"


async def test_people_are_listed_in_pages(slack: SlackClient, api: AsyncWebClient) -> None:
    """Rule 4.6."""
    found: list[str] = []
    cursor = ""
    while True:
        answer = await api.users_list(limit=2, cursor=cursor)
        found += [member["id"] for member in answer["members"]]
        cursor = answer["response_metadata"]["next_cursor"]
        if not cursor:
            break
    assert {"U0ANN", "U0HUGO", "U0GIL", "U0EVE", "U0OLD", "USLACKBOT"} < set(found)
    assert len(found) == len(set(found))


async def test_nobody_is_found_by_a_made_up_id(slack: SlackClient, refused: Any) -> None:
    assert await refused("users.info", user="U0NOBODY") == "user_not_found"


async def test_another_teams_press_carries_their_team(
    slack: SlackClient, api: AsyncWebClient, app: StubApp
) -> None:
    """Rules 7.4 and 7.5."""
    await api.chat_postMessage(channel="C0GENERAL", text="x", blocks=[actions(button("Go"))])
    eve = slack.acting("U0EVE")
    await eve.click((await eve.messages("C0GENERAL"))[0], "Go")
    (payload,) = app.got("block_actions")
    assert payload["team"]["id"] == payload["user"]["team_id"] == "T0OTHER"


async def test_another_team_has_neither_commands_nor_shortcuts(slack: SlackClient) -> None:
    """Rules 1.57 and 7.4."""
    eve = slack.acting("U0EVE")
    message = await eve.post("C0GENERAL", "x")
    with pytest.raises(Impossible, match="another team"):
        await eve.command("/ticket", channel="C0GENERAL")
    with pytest.raises(Impossible, match="another team"):
        await eve.shortcut("New ticket")
    with pytest.raises(Impossible, match="another team"):
        await eve.message_shortcut("Create ticket", message)


async def test_a_deactivated_person_does_nothing(slack: SlackClient) -> None:
    with pytest.raises(Impossible, match="deactivated"):
        await slack.acting("U0OLD").command("/ticket")


async def test_another_bot_writes_under_its_own_bot_id(slack: SlackClient, app: StubApp) -> None:
    """Rule 1.73."""
    await slack.person("U0OTHERBOT", "Other Bot", is_bot=True, bot_id="B0OTHER")
    await slack.join("C0GENERAL", "U0OTHERBOT")
    await slack.acting("U0OTHERBOT").post("C0GENERAL", "beep")
    assert app.events("message")[0]["bot_id"] == "B0OTHER"


async def test_a_person_has_no_unknown_property(slack: SlackClient) -> None:
    with pytest.raises(Impossible, match="shoe_size"):
        await slack.person("U0ANN", "Ann Visser", shoe_size=43)


async def test_a_reset_empties_the_workspace(slack: SlackClient, api: AsyncWebClient) -> None:
    await api.chat_postMessage(channel="C0GENERAL", text="x")
    await slack.reset()
    assert (await api.auth_test())["ok"]
    assert {u["id"] for u in (await api.users_list())["members"]} == {"USLACKBOT", "U0HDMSBOT"}
    assert await slack.calls("chat.postMessage") == []


class TestWithoutTheEmailScope:
    @pytest.fixture
    def manifest(self) -> dict[str, Any]:
        narrow = copy.deepcopy(MANIFEST)
        narrow["oauth_config"]["scopes"]["bot"].remove("users:read.email")
        return narrow

    async def test_the_address_is_missing(self, slack: SlackClient, api: AsyncWebClient) -> None:
        """Rule 7.11."""
        user = (await api.users_info(user="U0ANN"))["user"]
        assert "email" not in user["profile"]
