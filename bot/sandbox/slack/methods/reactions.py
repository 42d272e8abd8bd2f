"""reactions.*: emoji of the app on messages."""

from __future__ import annotations

import re
from typing import Any

from bot.sandbox.slack import messages
from bot.sandbox.slack.errors import SlackRefusal
from bot.sandbox.slack.methods.call import Call, Method
from bot.sandbox.slack.workspace import Channel

Json = dict[str, Any]
NAME = re.compile(r"[\w'+\-]+(?:::skin-tone-[2-6])?")


def _target(call: Call) -> tuple[Channel, Json]:
    if not call.text("channel") or not call.text("timestamp"):
        raise SlackRefusal("no_item_specified")
    channel = call.channel()
    message = channel.messages.get(call.required("timestamp"))
    if message is None:
        raise SlackRefusal("message_not_found")
    return channel, message


def _name(call: Call) -> str:
    name = call.required("name").strip(":")
    if not NAME.fullmatch(name):
        raise SlackRefusal("invalid_name")
    return name


def reaction_event(kind: str, channel: Channel, message: Json, name: str, person: str) -> Json:
    """The event of rule 1.78, without its time stamp."""
    return {
        "type": kind,
        "user": person,
        "reaction": name,
        "item": {"type": "message", "channel": channel.id, "ts": message["ts"]},
        "item_user": message.get("user") or "",
    }


def add(call: Call) -> Json:
    channel, message = _target(call)
    if not call.workspace.bot_is_in(channel):
        raise SlackRefusal("not_in_channel")
    name, person = _name(call), call.workspace.app.user_id
    if not messages.add_reaction(message, name, person):
        raise SlackRefusal("already_reacted")
    event = reaction_event("reaction_added", channel, message, name, person)
    event["event_ts"] = call.workspace.clock.stamp()
    call.sandbox.events.in_channel(channel, "reaction_added", event)
    return {}


def remove(call: Call) -> Json:
    channel, message = _target(call)
    name, person = _name(call), call.workspace.app.user_id
    if not messages.remove_reaction(message, name, person):
        raise SlackRefusal("no_reaction")
    event = reaction_event("reaction_removed", channel, message, name, person)
    event["event_ts"] = call.workspace.clock.stamp()
    call.sandbox.events.in_channel(channel, "reaction_removed", event)
    return {}


def get(call: Call) -> Json:
    channel, message = _target(call)
    return {"type": "message", "channel": channel.id, "message": message}


METHODS = {
    "reactions.add": Method(add, 3, ("reactions:write",)),
    "reactions.remove": Method(remove, 2, ("reactions:write",)),
    "reactions.get": Method(get, 3, ("reactions:read",), reads_only=True),
}
