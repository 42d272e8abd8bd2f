"""The threads that a person follows, those with the newest replies first."""

from __future__ import annotations

from dataclasses import dataclass, field

from bot.sandbox.face import reads
from bot.sandbox.face.conversation import Conversation, Shown
from bot.sandbox.face.painter import Painter
from bot.sandbox.face.viewer import Viewer
from bot.sandbox.slack.workspace import Channel

MOST = 20
#: So many of the newest replies stand below each.
REPLIES = 2


@dataclass
class Followed:
    where: str
    address: str
    root: Shown
    replies: list[Shown] = field(default_factory=list)


def followed(viewer: Viewer, painter: Painter) -> list[Followed]:
    found = [
        (max(channel.threads[root]), channel, root)
        for channel in reads.own_channels(viewer.sandbox, viewer.person.id)
        for root in reads.followed(channel, viewer.person.id)
    ]
    found.sort(key=lambda each: each[0], reverse=True)
    return [_followed(viewer, painter, channel, root) for _, channel, root in found[:MOST]]


def _followed(viewer: Viewer, painter: Painter, channel: Channel, root: str) -> Followed:
    talk = Conversation(viewer, painter, channel)
    stamps = list(channel.threads[root])[-REPLIES:]
    is_app = channel.kind == "im"
    return Followed(
        where=viewer.sandbox.manifest.name if is_app else f"#{channel.name}",
        address=viewer.place(channel.id, root),
        root=talk.shown(channel.messages[root], in_thread=False),
        replies=[talk.shown(channel.messages[ts], in_thread=True) for ts in stamps],
    )
