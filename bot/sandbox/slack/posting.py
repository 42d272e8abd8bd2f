"""What the app says: its messages, the changes to them, and what only one person sees."""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass
from typing import Any

from bot.sandbox.slack import messages, mrkdwn
from bot.sandbox.slack.blockkit.payloads import check_message
from bot.sandbox.slack.errors import SlackRefusal
from bot.sandbox.slack.sandbox import Sandbox
from bot.sandbox.slack.workspace import Channel

Json = dict[str, Any]
SPLIT_AT = 4_000
CUT_AT = 40_000
NAMED_BROADCAST = re.compile(r"(?<![\w<!@])@(here|channel|everyone)\b")


@dataclass
class Post:
    """What an app may say in one message."""

    text: str = ""
    blocks: list[Json] | None = None
    attachments: list[Json] | None = None
    thread_ts: str | None = None
    broadcast: bool = False
    metadata: Json | None = None
    username: str | None = None
    icon_url: str | None = None
    icon_emoji: str | None = None
    links_names: bool = False

    def check(self) -> None:
        check_message(self.blocks, self.attachments)
        if not self.text and not self.blocks and not self.attachments:
            raise SlackRefusal("no_text")

    @property
    def is_customized(self) -> bool:
        return bool(self.username or self.icon_url or self.icon_emoji)


def bot_profile(sandbox: Sandbox) -> Json:
    app = sandbox.workspace.app
    icons = {
        f"image_{size}": f"https://a.slack-edge.invalid/bot_{size}.png" for size in (36, 48, 72)
    }
    return {
        "id": app.bot_id,
        "deleted": False,
        "name": sandbox.manifest.bot_name,
        "updated": 1_700_000_000,
        "app_id": app.app_id,
        "icons": icons,
        "team_id": sandbox.workspace.team_id,
    }


def compose(sandbox: Sandbox, post: Post, text: str) -> Json:
    """A message of the app; under a name of its own it has no user (subtype bot_message)."""
    workspace = sandbox.workspace
    message: Json = {"type": "message", "ts": workspace.clock.stamp(), "text": text}
    message |= {"bot_id": workspace.app.bot_id, "app_id": workspace.app.app_id}
    if post.is_customized:
        message["subtype"] = "bot_message"
        message["username"] = post.username or sandbox.manifest.bot_name
        if post.icon_url or post.icon_emoji:
            message["icons"] = (
                {"emoji": post.icon_emoji} if post.icon_emoji else {"image_48": post.icon_url}
            )
    else:
        message |= {
            "user": workspace.app.user_id,
            "team": workspace.team_id,
            "bot_profile": bot_profile(sandbox),
        }
    if post.blocks:
        message["blocks"] = completed(sandbox, "blocks", post.blocks)
    if post.attachments:
        message["attachments"] = completed(sandbox, "attachments", post.attachments)
    if post.thread_ts:
        message["thread_ts"] = post.thread_ts
    if post.metadata:
        message["metadata"] = post.metadata
    return message


def completed(sandbox: Sandbox, kind: str, parts: list[Json]) -> list[Json]:
    """Blocks, or attachments and the blocks in them, with the ids that Slack adds."""
    if kind == "blocks":
        return messages.completed_blocks(sandbox.workspace.clock, parts)
    for number, attachment in enumerate(parts, start=1):
        attachment.setdefault("id", number)
        messages.completed_blocks(sandbox.workspace.clock, attachment.get("blocks") or [])
    return parts


def stored_text(post: Post) -> str:
    text = mrkdwn.rewritten(post.text)
    return NAMED_BROADCAST.sub(r"<!\1>", text) if post.links_names else text


def say(sandbox: Sandbox, channel: Channel, post: Post) -> Json:
    """Post as the app; long text becomes several messages, the first is returned (3.51)."""
    text = stored_text(post)[:CUT_AT]
    pieces = [text]
    if not post.blocks and len(text) > SPLIT_AT:
        pieces = [text[at : at + SPLIT_AT] for at in range(0, len(text), SPLIT_AT)]
    said = [compose(sandbox, post, piece) for piece in pieces]
    for message in said:
        if post.broadcast and post.thread_ts:
            message["subtype"] = "thread_broadcast"
        messages.store(channel, message, broadcast=post.broadcast)
        sandbox.events.posted(channel, message)
    return said[0]


def change(sandbox: Sandbox, channel: Channel, message: Json, given: Json) -> None:
    """Rules 3.53 and 3.54; `given` holds what the app sent, absent keys mean "not given"."""
    former = dict(message)
    sandbox.keep_former(channel.id, former)
    if "text" in given:
        message["text"] = mrkdwn.rewritten(given["text"])
    for key in ("blocks", "attachments"):
        if given.get(key):
            message[key] = completed(sandbox, key, given[key])
        elif key in given or (key == "blocks" and "text" in given):
            message.pop(key, None)
    if "metadata" in given:
        message["metadata"] = given["metadata"]
        if not given["metadata"]:
            message.pop("metadata")
    if "text" in given and not given.get("blocks"):
        stamp = sandbox.workspace.clock.stamp()
        message["edited"] = {"user": sandbox.workspace.app.user_id, "ts": stamp}
    sandbox.events.changed(channel, former, message)


def take_back(sandbox: Sandbox, channel: Channel, message: Json) -> asyncio.Task[Any] | None:
    """Delete; a parent with replies leaves a tombstone and an event that says so."""
    tombstone = messages.remove(channel, message["ts"])
    if tombstone is None:
        return sandbox.events.deleted(channel, message)
    return sandbox.events.changed(channel, message, tombstone)


def whisper(sandbox: Sandbox, channel_id: str, person: str, post: Post) -> Json:
    """An ephemeral message: in no history, on one screen."""
    message = compose(sandbox, post, stored_text(post))
    message |= {"channel": channel_id, "is_ephemeral": True}
    sandbox.show_privately(person, message)
    return message
