"""Messages in conversations: storing, editing, deleting, threads and reactions."""

from __future__ import annotations

from typing import Any

from bot.sandbox.slack.blockkit.elements import INTERACTIVE
from bot.sandbox.slack.clock import Clock
from bot.sandbox.slack.people import SLACKBOT
from bot.sandbox.slack.workspace import Channel

Json = dict[str, Any]

# Slack keeps these on a thread's first message; they are no content.
BOOKKEEPING = (
    "reply_count",
    "reply_users_count",
    "reply_users",
    "latest_reply",
    "is_locked",
    "subscribed",
)


def store(channel: Channel, message: Json, *, broadcast: bool = False) -> None:
    """Put a new message in its place; a reply updates the count of its parent."""
    ts, root = message["ts"], message.get("thread_ts")
    channel.messages[ts] = message
    if root is None or root == ts or broadcast:
        channel.roots[ts] = None
    if root is not None and root != ts:
        channel.threads.setdefault(root, {})[ts] = None
        _count_replies(channel, root)


def _count_replies(channel: Channel, root: str) -> None:
    parent, replies = channel.messages[root], channel.threads.get(root, {})
    if not replies:
        for key in ("thread_ts", *BOOKKEEPING):
            parent.pop(key, None)
        return
    latest = next(reversed(replies))
    last = channel.messages[latest]
    author = last.get("user") or last.get("bot_id") or ""
    known = parent.setdefault("reply_users", [])
    if author not in known:
        known.append(author)
    parent["thread_ts"] = root
    parent["reply_count"] = len(replies)
    parent["reply_users_count"] = len(known)
    parent["latest_reply"] = latest
    parent["is_locked"] = False
    parent["subscribed"] = False


def remove(channel: Channel, ts: str) -> Json | None:
    """Delete a message; a parent with replies becomes a tombstone (rule 1.69)."""
    message = channel.messages[ts]
    if channel.threads.get(ts):
        kept = {key: message[key] for key in ("thread_ts", *BOOKKEEPING) if key in message}
        tombstone: Json = {
            "type": "message",
            "subtype": "tombstone",
            "text": "This message was deleted.",
            "user": SLACKBOT,
            "hidden": True,
            "ts": ts,
            **kept,
        }
        channel.messages[ts] = tombstone
        return tombstone
    del channel.messages[ts]
    channel.roots.pop(ts, None)
    root = message.get("thread_ts")
    if root and root != ts:
        channel.threads[root].pop(ts, None)
        if root in channel.messages:
            _count_replies(channel, root)
    return None


def is_thread_parent(channel: Channel, ts: str) -> bool:
    message = channel.messages.get(ts)
    return message is not None and message.get("thread_ts", ts) == ts


def content(message: Json) -> Json:
    """As an event carries it: no bookkeeping, metadata without its payload (rule 3.63)."""
    shown = {key: value for key, value in message.items() if key not in BOOKKEEPING}
    if "metadata" in shown:
        shown["metadata"] = {"event_type": shown["metadata"].get("event_type", "")}
    return shown


def listed(message: Json, *, with_metadata: bool) -> Json:
    """The message as conversations.history and .replies list it."""
    if "metadata" not in message or with_metadata:
        return message
    return message | {"metadata": {"event_type": message["metadata"].get("event_type", "")}}


def add_reaction(message: Json, name: str, person_id: str) -> bool:
    """False when this person has already reacted so."""
    reactions = message.setdefault("reactions", [])
    entry = next((each for each in reactions if each["name"] == name), None)
    if entry is None:
        entry = {"name": name, "users": [], "count": 0}
        reactions.append(entry)
    if person_id in entry["users"]:
        return False
    entry["users"].append(person_id)
    entry["count"] = len(entry["users"])
    return True


def remove_reaction(message: Json, name: str, person_id: str) -> bool:
    """False when there is none to take away."""
    reactions = message.get("reactions") or []
    entry = next((each for each in reactions if each["name"] == name), None)
    if entry is None or person_id not in entry["users"]:
        return False
    entry["users"].remove(person_id)
    entry["count"] = len(entry["users"])
    if not entry["users"]:
        reactions.remove(entry)
    if not reactions:
        message.pop("reactions", None)
    return True


TEXT_DEFAULTS = {"plain_text": ("emoji", True), "mrkdwn": ("verbatim", False)}


def completed_blocks(clock: Clock, blocks: list[Json]) -> list[Json]:
    """Blocks as Slack stores them: with ids everywhere, text objects with their defaults."""
    for block in blocks:
        block["block_id"] = block.get("block_id") or clock.short_id()
        _complete(clock, block)
    return blocks


def _complete(clock: Clock, part: Any) -> None:
    if isinstance(part, list):
        for each in part:
            _complete(clock, each)
    elif isinstance(part, dict):
        default = TEXT_DEFAULTS.get(str(part.get("type")))
        if default:
            part.setdefault(*default)
            return
        if part.get("type") in INTERACTIVE:
            part["action_id"] = part.get("action_id") or clock.short_id()
        for each in part.values():
            _complete(clock, each)
