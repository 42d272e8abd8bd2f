"""What a person has read: per conversation and per thread, up to which message."""

from __future__ import annotations

from typing import Any

from bot.sandbox.slack.sandbox import Sandbox
from bot.sandbox.slack.workspace import Channel

Json = dict[str, Any]
NEVER = "0"


def key(channel_id: str, thread_ts: str | None = None) -> str:
    return f"{channel_id}/{thread_ts}" if thread_ts else channel_id


def mark(sandbox: Sandbox, person_id: str, channel: Channel, thread_ts: str | None) -> None:
    """Everything that stands there is read; without anything new nothing changes."""
    stamps = channel.threads.get(thread_ts, {}) if thread_ts else channel.roots
    latest = max(stamps, default=NEVER)
    marks = sandbox.reads.setdefault(person_id, {})
    if latest > marks.get(key(channel.id, thread_ts), NEVER):
        marks[key(channel.id, thread_ts)] = latest
        sandbox.touch()


def _by_others(channel: Channel, stamps: list[str], person_id: str) -> int:
    messages = (channel.messages.get(ts) for ts in stamps)
    return sum(1 for each in messages if each and each.get("user") != person_id)


def unread(sandbox: Sandbox, person_id: str, channel: Channel) -> int:
    """Messages of others in the conversation itself."""
    read = sandbox.reads.get(person_id, {}).get(key(channel.id), NEVER)
    return _by_others(channel, [ts for ts in channel.roots if ts > read], person_id)


def unread_replies(sandbox: Sandbox, person_id: str, channel: Channel, root: str) -> int:
    read = sandbox.reads.get(person_id, {}).get(key(channel.id, root), NEVER)
    stamps = [ts for ts in channel.threads.get(root, ()) if ts > read]
    return _by_others(channel, stamps, person_id)


def _follows(channel: Channel, root: str, person_id: str) -> bool:
    """As Slack has it: whoever wrote in a thread follows it; in a direct message, both do."""
    if channel.kind == "im":
        return True
    stamps = [root, *channel.threads.get(root, ())]
    return any(channel.messages.get(ts, {}).get("user") == person_id for ts in stamps)


def own_channels(sandbox: Sandbox, person_id: str) -> list[Channel]:
    channels = sandbox.workspace.channels.values()
    return [each for each in channels if person_id in each.members]


def followed(channel: Channel, person_id: str) -> list[str]:
    """The messages whose threads the person follows."""
    roots = (root for root, replies in channel.threads.items() if replies)
    return [
        root for root in roots if root in channel.messages and _follows(channel, root, person_id)
    ]


def unread_in_threads(sandbox: Sandbox, person_id: str) -> int:
    """Replies, which Slack tells of apart from the conversations they are in."""
    return sum(
        unread_replies(sandbox, person_id, channel, root)
        for channel in own_channels(sandbox, person_id)
        for root in followed(channel, person_id)
    )
