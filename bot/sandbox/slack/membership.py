"""Who is in which conversation, and the events about it."""

from __future__ import annotations

from bot.sandbox.slack.sandbox import Sandbox
from bot.sandbox.slack.workspace import Channel


def join(sandbox: Sandbox, channel: Channel, person: str, inviter: str | None = None) -> None:
    if person in channel.members:
        return
    channel.members[person] = None
    event = {
        "type": "member_joined_channel",
        "user": person,
        "channel": channel.id,
        "channel_type": channel.id[0],
        "team": sandbox.workspace.team_id,
        "event_ts": sandbox.workspace.clock.stamp(),
    }
    if inviter:
        event["inviter"] = inviter
    sandbox.events.in_channel(channel, "member_joined_channel", event)


def leave(sandbox: Sandbox, channel: Channel, person: str) -> None:
    if person not in channel.members:
        return
    event = {
        "type": "member_left_channel",
        "user": person,
        "channel": channel.id,
        "channel_type": channel.id[0],
        "team": sandbox.workspace.team_id,
        "event_ts": sandbox.workspace.clock.stamp(),
    }
    sandbox.events.in_channel(channel, "member_left_channel", event)
    channel.members.pop(person, None)
