"""What one person sees: messages, views, menus; and where on it a thing is."""

from __future__ import annotations

from typing import Any

from bot.sandbox.slack import form_state, rendering
from bot.sandbox.slack.errors import ImpossibleAct
from bot.sandbox.slack.pings import pings
from bot.sandbox.slack.rendering import Reader
from bot.sandbox.slack.sandbox import Sandbox
from bot.sandbox.slack.workspace import Channel

Json = dict[str, Any]


def reader(sandbox: Sandbox, person: str | None) -> Reader:
    known = sandbox.workspace.people.get(person) if person else None
    return Reader(sandbox.workspace, known.tz if known else "UTC")


def shown_message(sandbox: Sandbox, channel: str, message: Json, read: Reader) -> Json:
    """The message with everything a client needs to show it."""
    user = message.get("user")
    blocks = [
        *(message.get("blocks") or []),
        *(b for a in message.get("attachments") or [] for b in a.get("blocks") or []),
    ]
    person = sandbox.workspace.people.get(str(user))
    icons = message.get("icons") or {}
    return {
        "channel": channel,
        "raw": message,
        "username": message.get("username") or (person.shown_name if person else ""),
        "icon_url": icons.get("image_48") or (person.picture(48) if person else ""),
        "plain": read.message(message),
        "buttons": rendering.button_texts(blocks),
        "choices": rendering.choice_texts(blocks),
        "pings": pings(message),
    }


def can_see(channel: Channel, person: str) -> bool:
    """People list only what they are members of; a public channel they could open."""
    return person in channel.members or channel.kind == "channel"


def channel_for(sandbox: Sandbox, person: str, channel_id: str) -> Channel:
    channel = sandbox.workspace.channels.get(channel_id)
    if channel is None or person not in channel.members:
        raise ImpossibleAct(f"{sandbox.workspace.name_of(person)} is not in {channel_id}")
    return channel


def in_order(channel: Channel, thread_ts: str | None) -> list[Json]:
    """A thread with its parent, or what stands in the channel itself."""
    if thread_ts is not None:
        stamps = [thread_ts, *channel.threads.get(thread_ts, ())]
        return [channel.messages[ts] for ts in stamps if ts in channel.messages]
    return [channel.messages[ts] for ts in channel.roots]


def messages_for(
    sandbox: Sandbox, person: str, channel_id: str, thread_ts: str | None
) -> list[Json]:
    channel = channel_for(sandbox, person, channel_id)
    read = reader(sandbox, person)
    found = in_order(channel, thread_ts)
    return [shown_message(sandbox, channel.id, message, read) for message in found]


def all_messages(sandbox: Sandbox, channel_id: str) -> list[Json]:
    """Everything in the channel by time, for whoever steers the sandbox."""
    channel = sandbox.workspace.channels.get(channel_id)
    if channel is None:
        raise ImpossibleAct(f"there is no channel {channel_id}")
    read = reader(sandbox, None)
    found = sorted(channel.messages.values(), key=lambda message: str(message["ts"]))
    return [shown_message(sandbox, channel.id, message, read) for message in found]


def dms_for(sandbox: Sandbox, person: str) -> list[Json]:
    channel_id = sandbox.workspace.dm_of.get(person)
    return messages_for(sandbox, person, channel_id, None) if channel_id else []


def ephemerals_for(sandbox: Sandbox, person: str) -> list[Json]:
    read = reader(sandbox, person)
    shown = sandbox.ephemerals.get(person) or []
    return [shown_message(sandbox, message["channel"], message, read) for message in shown]


def channels_for(sandbox: Sandbox, person: str) -> list[Json]:
    return [
        {"id": channel.id, "name": channel.name, "kind": channel.kind}
        for channel in sandbox.workspace.channels.values()
        if person in channel.members
    ]


def label_of(block: Json) -> str:
    """What a person calls the input; without a label, its action_id."""
    if block.get("label"):
        return str(block["label"]["text"])
    element = block.get("element") or block.get("accessory") or {}
    return str(element.get("action_id") or block["block_id"])


def shown_view(sandbox: Sandbox, person: str, view: Json | None) -> Json | None:
    if view is None:
        return None
    labels = {block["block_id"]: label_of(block) for block in view["blocks"]}
    errors = sandbox.views.errors.get(view["id"]) or {}
    values: Json = {}
    for block, element in form_state.stateful(view["blocks"]):
        state = view["state"]["values"][block["block_id"]][element["action_id"]]
        name = label_of(block) if block["type"] == "input" else element["action_id"]
        values[name] = visible_value(sandbox, state)
    return {
        "raw": view,
        "values": values,
        "errors": {labels[block_id]: text for block_id, text in errors.items()},
        "text": reader(sandbox, person).view(view),
        "buttons": rendering.button_texts(view["blocks"]),
        "depth": len(sandbox.views.stacks.get(person) or []),
    }


def open_view_for(sandbox: Sandbox, person: str) -> Json | None:
    return shown_view(sandbox, person, sandbox.views.top(person))


def home_for(sandbox: Sandbox, person: str) -> Json | None:
    return shown_view(sandbox, person, sandbox.views.home(person))


def visible_value(sandbox: Sandbox, state: Json) -> Any:
    key = form_state.VALUE_KEYS[state["type"]][0]
    value: Any = state.get(key)
    if key == "selected_option":
        return value["text"]["text"] if value else None
    if key == "selected_options":
        return [option["text"]["text"] for option in value]
    if key == "rich_text_value":
        return Reader(sandbox.workspace).blocks([value]) if value else None
    if key == "files":
        return [file["name"] for file in value]
    return value


def locate(sandbox: Sandbox, person: str, reference: Json) -> tuple[Channel, Json]:
    """The message a person points at: as it stands now, or as their screen last showed it."""
    channel = sandbox.workspace.channels.get(str(reference["channel"]))
    if channel is None or not can_see(channel, person):
        name = sandbox.workspace.name_of(person)
        raise ImpossibleAct(f"{name} does not see {reference['channel']}")
    ts = reference["ts"]
    for message in sandbox.ephemerals.get(person) or []:
        if message["ts"] == ts:
            return channel, message
    found = channel.messages.get(ts) or reference.get("raw")
    if found is None:
        raise ImpossibleAct(f"there is no message {ts} in {channel.id}")
    return channel, found
