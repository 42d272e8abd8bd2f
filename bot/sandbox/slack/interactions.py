"""What a person's doing looks like to the app: commands, shortcuts, presses, submissions."""

from __future__ import annotations

import json
from typing import Any

from bot.sandbox.slack.errors import ImpossibleAct
from bot.sandbox.slack.people import Person
from bot.sandbox.slack.sandbox import Sandbox
from bot.sandbox.slack.transport import FORM, Delivery, form
from bot.sandbox.slack.unfurls import unfurl_with
from bot.sandbox.slack.workspace import Channel

Json = dict[str, Any]
TOKEN = "deprecated-verification-token"


def actor(sandbox: Sandbox, person_id: str) -> Person:
    person = sandbox.workspace.people.get(person_id)
    if person is None:
        raise ImpossibleAct(f"there is no person {person_id}")
    if person.deleted:
        raise ImpossibleAct(f"{person.shown_name} is deactivated")
    return person


async def send_payload(sandbox: Sandbox, payload: Json) -> Delivery:
    """Rule 1.18: form-encoded, the JSON in one field."""
    name = payload.get("callback_id") or ""
    if payload.get("actions"):
        name = payload["actions"][0]["action_id"]
    elif "view" in payload:
        name = payload["view"]["callback_id"]
    body = form({"payload": json.dumps(payload)})
    delivery = Delivery(payload["type"], str(payload.get("action_id") or name))
    return await sandbox.transport.send(delivery, body, sandbox.transport.signed(body, FORM))


def common(sandbox: Sandbox, kind: str, person: Person) -> Json:
    """Rule 7.5: for somebody of another team, `team` is theirs."""
    domain = sandbox.workspace.domain
    if sandbox.workspace.is_external(person):
        domain = person.team_id.lower()
    return {
        "type": kind,
        "user": {
            "id": person.id,
            "username": person.name,
            "name": person.name,
            "team_id": person.team_id,
        },
        "api_app_id": sandbox.workspace.app.app_id,
        "token": TOKEN,
        "team": {"id": person.team_id, "domain": domain},
        "enterprise": None,
        "is_enterprise_install": False,
    }


def command_form(sandbox: Sandbox, person: Person, channel: Channel, words: Json) -> dict[str, str]:
    url = sandbox.keys.new_response_url(person.id, channel.id)
    return {
        "token": TOKEN,
        "team_id": sandbox.workspace.team_id,
        "team_domain": sandbox.workspace.domain,
        "channel_id": channel.id,
        "channel_name": channel.name_for_payloads,
        "user_id": person.id,
        "user_name": person.name,
        "command": words["command"],
        "text": words["text"],
        "api_app_id": sandbox.workspace.app.app_id,
        "is_enterprise_install": "false",
        "response_url": sandbox.response_url(url),
        "trigger_id": sandbox.keys.new_trigger(person.id),
    }


def global_shortcut(sandbox: Sandbox, person: Person, callback_id: str) -> Json:
    """Rule 1.27: no channel, no response URL."""
    return common(sandbox, "shortcut", person) | {
        "action_ts": sandbox.workspace.clock.stamp(),
        "callback_id": callback_id,
        "trigger_id": sandbox.keys.new_trigger(person.id),
    }


def message_shortcut(
    sandbox: Sandbox, person: Person, channel: Channel, message: Json, callback_id: str
) -> Json:
    url = sandbox.keys.new_response_url(person.id, channel.id, message["ts"])
    return common(sandbox, "message_action", person) | {
        "action_ts": sandbox.workspace.clock.stamp(),
        "callback_id": callback_id,
        "trigger_id": sandbox.keys.new_trigger(person.id),
        "response_url": sandbox.response_url(url),
        "message_ts": message["ts"],
        "channel": {"id": channel.id, "name": channel.name_for_payloads},
        "message": {key: value for key, value in message.items() if key != "metadata"},
    }


def message_press(
    sandbox: Sandbox, person: Person, channel: Channel, message: Json, action: Json
) -> Json:
    """A press in a message; an ephemeral one is not sent along."""
    is_ephemeral = bool(message.get("is_ephemeral"))
    url = sandbox.keys.new_response_url(person.id, channel.id, message["ts"], is_ephemeral)
    container: Json = {
        "type": "message",
        "message_ts": message["ts"],
        "channel_id": channel.id,
        "is_ephemeral": is_ephemeral,
    }
    if message.get("thread_ts"):
        container["thread_ts"] = message["thread_ts"]
    payload = common(sandbox, "block_actions", person) | {
        "container": container,
        "trigger_id": sandbox.keys.new_trigger(person.id),
        "channel": {"id": channel.id, "name": channel.name_for_payloads},
        "state": {"values": _chosen_values(action)},
        "response_url": sandbox.response_url(url),
        "actions": [action],
    }
    unfurl = unfurl_with(message, action)
    if unfurl is not None:
        # Rule 1.76: what stands below a link is no message of the app's.
        url = unfurl["app_unfurl_url"]
        container |= {"type": "message_attachment", "attachment_id": unfurl["id"]}
        container |= {"is_app_unfurl": True, "app_unfurl_url": url}
        payload["app_unfurl"] = unfurl
    elif not is_ephemeral:
        payload["message"] = message
    return payload


def _chosen_values(action: Json) -> Json:
    """The state of a message: what was just chosen in it."""
    if action["type"] in ("button", "overflow"):
        return {}
    value = {k: v for k, v in action.items() if k == "type" or k.startswith("selected_")}
    return {action["block_id"]: {action["action_id"]: value}}


def view_press(sandbox: Sandbox, person: Person, view: Json, action: Json) -> Json:
    return common(sandbox, "block_actions", person) | {
        "container": {"type": "view", "view_id": view["id"]},
        "trigger_id": sandbox.keys.new_trigger(person.id, view["id"]),
        "view": view,
        "actions": [action],
    }


def submission(sandbox: Sandbox, person: Person, view: Json) -> Json:
    return common(sandbox, "view_submission", person) | {
        "trigger_id": sandbox.keys.new_trigger(person.id, view["id"]),
        "view": view,
        "response_urls": _response_urls(sandbox, person, view),
    }


def _response_urls(sandbox: Sandbox, person: Person, view: Json) -> list[Json]:
    """Rule 1.28."""
    urls = []
    for block in view["blocks"]:
        element = block.get("element") or {}
        if not element.get("response_url_enabled"):
            continue
        state = view["state"]["values"][block["block_id"]][element["action_id"]]
        channel_id = state.get("selected_conversation") or state.get("selected_channel")
        if channel_id:
            path = sandbox.keys.new_response_url(person.id, channel_id)
            urls.append(
                {
                    "block_id": block["block_id"],
                    "action_id": element["action_id"],
                    "channel_id": channel_id,
                    "response_url": sandbox.response_url(path),
                }
            )
    return urls


def closing(sandbox: Sandbox, person: Person, view: Json, *, is_cleared: bool) -> Json:
    return common(sandbox, "view_closed", person) | {"view": view, "is_cleared": is_cleared}


def suggestion(sandbox: Sandbox, person: Person, block: Json, element: Json, query: str) -> Json:
    return common(sandbox, "block_suggestion", person) | {
        "action_id": element["action_id"],
        "block_id": block["block_id"],
        "value": query,
    }
