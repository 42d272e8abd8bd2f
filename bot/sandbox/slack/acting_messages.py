"""What people do with messages: write, edit, delete, react, share files."""

from __future__ import annotations

import asyncio
import base64
import uuid
from typing import Any

from bot.sandbox.slack import messages, mrkdwn, posting, screen, unfurls
from bot.sandbox.slack.errors import ImpossibleAct
from bot.sandbox.slack.interactions import actor
from bot.sandbox.slack.methods.files import file_object, new_file
from bot.sandbox.slack.methods.reactions import reaction_event
from bot.sandbox.slack.people import Person
from bot.sandbox.slack.sandbox import Sandbox
from bot.sandbox.slack.workspace import Channel

Json = dict[str, Any]


def _channel(sandbox: Sandbox, person: Person, given: Json) -> Channel:
    if given.get("channel"):
        channel = screen.channel_for(sandbox, person.id, given["channel"])
    else:
        channel = sandbox.workspace.dm_with(person.id)
    manifest = sandbox.manifest
    if channel.kind == "im" and (not manifest.messages_tab or manifest.messages_tab_read_only):
        raise ImpossibleAct("sending messages to this app has been turned off")
    if channel.archived:
        raise ImpossibleAct(f"{channel.name} is archived")
    return channel


def _composed(sandbox: Sandbox, person: Person, given: Json) -> Json:
    text, elements = mrkdwn.typed(sandbox.workspace, given.get("text") or "")
    if given.get("raw"):
        text, elements = given["text"], [{"type": "text", "text": given["text"]}]
    if given.get("styled"):
        elements = mrkdwn.styled(elements)
    message: Json = {
        "client_msg_id": str(uuid.uuid4()),
        "type": "message",
        "user": person.id,
        "team": person.team_id,
        "ts": sandbox.workspace.clock.stamp(),
        "text": text,
    }
    if person.bot_id:
        message["bot_id"] = person.bot_id
    if sandbox.workspace.is_external(person):
        message |= {"user_team": person.team_id, "source_team": person.team_id}
    if elements:
        section = {"type": "rich_text_section", "elements": elements}
        block_id = sandbox.workspace.clock.short_id()
        rich = {"type": "rich_text", "block_id": block_id, "elements": [section]}
        message["blocks"] = [rich]
    return message


def _root_of(channel: Channel, thread_ts: str) -> str:
    """People open a thread from any of its messages; it is always the parent's."""
    message = channel.messages.get(thread_ts)
    if message is None:
        raise ImpossibleAct(f"there is no message {thread_ts} in {channel.id}")
    return str(message.get("thread_ts", thread_ts))


async def post(sandbox: Sandbox, person_id: str, given: Json) -> Json:
    person = actor(sandbox, person_id)
    channel = _channel(sandbox, person, given)
    # Open pages look again while the app is still being told.
    sandbox.touch()
    message = _composed(sandbox, person, given)
    if given.get("thread_ts"):
        root = _root_of(channel, given["thread_ts"])
        parent = channel.messages[root]
        message |= {"thread_ts": root, "parent_user_id": parent.get("user", "")}
        if given.get("broadcast"):
            message["subtype"] = "thread_broadcast"
    if given.get("me"):
        message["subtype"] = "me_message"
    if given.get("files"):
        _attach(sandbox, channel, message, given["files"])
    messages.store(channel, message, broadcast=bool(given.get("broadcast")))
    told = [*sandbox.events.posted(channel, message)]
    if (of_links := unfurls.shared(sandbox, person, channel, message)) is not None:
        told.append(of_links)
    await asyncio.gather(*told)
    return screen.shown_message(sandbox, channel.id, message, screen.reader(sandbox, person_id))


def _attach(sandbox: Sandbox, channel: Channel, message: Json, files: list[Json]) -> None:
    shared = []
    for given in files:
        content = base64.b64decode(given["content"])
        file = new_file(sandbox, given["name"], content, message["user"])
        file.is_complete = True
        file.mimetype = given.get("mimetype") or file.mimetype
        file.shares[channel.id] = [message["ts"]]
        shared.append(file_object(sandbox, file))
    message |= {"subtype": "file_share", "files": shared, "upload": True, "display_as_bot": False}


def _own(sandbox: Sandbox, person: Person, given: Json) -> tuple[Channel, Json]:
    channel, message = screen.locate(sandbox, person.id, given["message"])
    if message["ts"] not in channel.messages:
        raise ImpossibleAct("the message is gone")
    is_power = person.flags.get("is_admin") or person.flags.get("is_owner")
    if message.get("user") != person.id and not is_power:
        raise ImpossibleAct("the message is somebody else's")
    return channel, channel.messages[message["ts"]]


async def edit(sandbox: Sandbox, person_id: str, given: Json) -> Json:
    person = actor(sandbox, person_id)
    channel, message = _own(sandbox, person, given)
    former = dict(message)
    composed = _composed(sandbox, person, given)
    message["text"] = composed["text"]
    message["blocks"] = composed.get("blocks") or []
    message["edited"] = {"user": person_id, "ts": sandbox.workspace.clock.stamp()}
    task = sandbox.events.changed(channel, former, message)
    if task:
        await task
    return screen.shown_message(sandbox, channel.id, message, screen.reader(sandbox, person_id))


async def delete(sandbox: Sandbox, person_id: str, given: Json) -> Json:
    channel, message = _own(sandbox, actor(sandbox, person_id), given)
    task = posting.take_back(sandbox, channel, message)
    if task:
        await task
    return {}


async def react(sandbox: Sandbox, person_id: str, given: Json) -> Json:
    """Put an emoji on a message, or take it away."""
    person = actor(sandbox, person_id)
    channel, message = screen.locate(sandbox, person.id, given["message"])
    emoji = given["emoji"].strip(":")
    removing = bool(given.get("remove"))
    change = messages.remove_reaction if removing else messages.add_reaction
    if not change(message, emoji, person_id):
        raise ImpossibleAct("that reaction is not there" if removing else "already reacted")
    kind = "reaction_removed" if removing else "reaction_added"
    event = reaction_event(kind, channel, message, emoji, person_id)
    event["event_ts"] = sandbox.workspace.clock.stamp()
    task = sandbox.events.in_channel(channel, kind, event)
    if task:
        await task
    return {}


VERBS = {"post": post, "edit": edit, "delete": delete, "react": react}
