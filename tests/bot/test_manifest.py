"""The manifest: valid for Slack, and in agreement with the ids the code answers to."""

import json
import os
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from bot.ids import Command, Event, Shortcut

MANIFEST = Path(__file__).parents[2] / "manifest.yml"
SCHEMA = "HDMS_SLACK_MANIFEST_SCHEMA"

#: What an event or a method needs, and why a scope may stand in the manifest at all.
EVENT_SCOPES = {
    "member_joined_channel": "groups:read",
    "member_left_channel": "groups:read",
    "message.channels": "channels:history",
    "message.groups": "groups:history",
    "message.im": "im:history",
    "reaction_added": "reactions:read",
    "team_join": "users:read",
    "user_change": "users:read",
    "app_home_opened": None,
    "link_shared": "links:read",
}
METHOD_SCOPES = {
    "chat.postMessage": "chat:write",
    "chat.postMessage with username": "chat:write.customize",
    "slash commands and shortcuts": "commands",
    "conversations.open": "im:write",
    "files.info": "files:read",
    "files.getUploadURLExternal": "files:write",
    "conversations.info of a public channel": "channels:read",
    "conversations.info of a private channel": "groups:read",
    "chat.unfurl": "links:write",
    "reactions.add": "reactions:write",
    "users.info": "users:read",
    "users.info with the e-mail address": "users:read.email",
}


@pytest.fixture(scope="module")
def manifest() -> dict[str, Any]:
    return yaml.safe_load(MANIFEST.read_text(encoding="utf-8"))


def test_slack_accepts_it(manifest: dict[str, Any]) -> None:
    path = os.environ.get(SCHEMA)
    if not path:
        pytest.skip(f"{SCHEMA} does not name Slack's schema of manifests")
    schema = json.loads(Path(path).read_text(encoding="utf-8"))
    found = jsonschema.Draft7Validator(schema).iter_errors(manifest)
    assert [f"{list(error.path)}: {error.message}" for error in found] == []


def test_what_people_read_about_the_app_has_the_length_slack_wants(manifest: dict) -> None:
    about = manifest["display_information"]
    assert about["name"] == "HDMS"
    assert 1 <= len(about["description"]) <= 140
    assert 175 <= len(about["long_description"]) <= 4000


def test_commands_are_those_the_code_answers(manifest: dict) -> None:
    commands = manifest["features"]["slash_commands"]
    assert {each["command"] for each in commands} == set(Command)
    assert all(each["should_escape"] and each["usage_hint"] for each in commands)


def test_shortcuts_are_those_the_code_answers(manifest: dict) -> None:
    shortcuts = manifest["features"]["shortcuts"]
    assert {each["callback_id"] for each in shortcuts} == set(Shortcut)
    assert [(each["name"], each["type"]) for each in shortcuts] == [
        ("New ticket", "global"),
        ("Create ticket", "message"),
        ("Send to requester", "message"),
        ("Add to resolution note", "message"),
    ]
    assert all(len(each["name"]) <= 24 for each in shortcuts)


def test_events_are_those_the_code_hears(manifest: dict) -> None:
    events = manifest["settings"]["event_subscriptions"]["bot_events"]
    assert {event.partition(".")[0] for event in events} == set(Event)
    assert len(events) == len(set(events))


def test_scopes_are_exactly_those_that_something_needs(manifest: dict) -> None:
    events = manifest["settings"]["event_subscriptions"]["bot_events"]
    needed = {EVENT_SCOPES[event] for event in events} - {None} | set(METHOD_SCOPES.values())
    scopes = manifest["oauth_config"]["scopes"]
    assert sorted(scopes["bot"]) == sorted(needed)
    assert set(scopes) == {"bot"}


def test_every_scope_has_its_reason_beside_it(manifest: dict) -> None:
    lines = MANIFEST.read_text(encoding="utf-8").splitlines()
    for scope in manifest["oauth_config"]["scopes"]["bot"]:
        [line] = [line for line in lines if line.strip().startswith(f"- {scope} ")]
        assert len(line.partition("#")[2].split()) >= 3


def test_requesters_can_write_to_the_app(manifest: dict) -> None:
    home = manifest["features"]["app_home"]
    assert home["messages_tab_enabled"]
    assert not home["messages_tab_read_only_enabled"]
    assert home["home_tab_enabled"]


def test_everything_arrives_at_one_address(manifest: dict) -> None:
    settings = manifest["settings"]
    interactivity = settings["interactivity"]
    assert interactivity["is_enabled"]
    assert {
        interactivity["request_url"],
        interactivity["message_menu_options_url"],
        settings["event_subscriptions"]["request_url"],
        *(each["url"] for each in manifest["features"]["slash_commands"]),
    } == {"https://hdms.example.com/slack/events"}


def test_it_is_an_app_of_one_workspace_over_http(manifest: dict) -> None:
    settings = manifest["settings"]
    for switch in ("socket_mode_enabled", "token_rotation_enabled", "org_deploy_enabled"):
        assert settings[switch] is False
