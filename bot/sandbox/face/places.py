"""Where on the page a person is: a conversation, the app's tabs, a thread or the drawer beside."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from bot.sandbox.face import reads
from bot.sandbox.face.viewer import Viewer
from bot.sandbox.slack.screen import channels_for
from bot.sandbox.slack.workspace import Channel

Json = dict[str, Any]


@dataclass(frozen=True)
class Place:
    """`tab` is "home" or "messages" in the app, and empty elsewhere."""

    channel: Channel | None
    tab: str
    thread_ts: str | None
    shows_drawer: bool
    most: int
    is_threads: bool = False

    @property
    def key(self) -> str:
        return (
            f"{'threads' if self.is_threads else self.tab}{self.channel.id if self.channel else ''}"
        )


def first(viewer: Viewer) -> str:
    """Where somebody lands: at a private desk, or with the app."""
    for each in channels_for(viewer.sandbox, viewer.person.id):
        if each["kind"] == "group":
            return f"{viewer.home}/{each['id']}"
    return f"{viewer.home}/app/messages"


def own_dm(viewer: Viewer) -> Channel | None:
    channel_id = viewer.workspace.dm_of.get(viewer.person.id)
    return viewer.workspace.channels.get(channel_id) if channel_id else None


def sidebar(viewer: Viewer, place: Place) -> Json:
    """The conversations, with what is unread."""
    person_id, workspace = viewer.person.id, viewer.workspace
    channels = []
    for each in sorted(channels_for(viewer.sandbox, person_id), key=lambda known: known["name"]):
        channel = workspace.channels[each["id"]]
        if channel.kind == "im":
            continue
        unread = reads.unread(viewer.sandbox, person_id, channel)
        channels.append(
            {"name": channel.name, "address": viewer.place(channel.id), "unread": unread}
            | {"is_private": channel.is_private, "is_here": place.channel is channel}
            | {"is_archived": channel.archived}
        )
    dm = own_dm(viewer)
    unread_dm = reads.unread(viewer.sandbox, person_id, dm) if dm else 0
    in_threads = reads.unread_in_threads(viewer.sandbox, person_id)
    return {"channels": channels, "dm_unread": unread_dm, "in_threads": in_threads}


def people(viewer: Viewer) -> list[Json]:
    """Everybody one may be."""
    found = []
    for person in viewer.colleagues:
        standing = "Other company" if viewer.workspace.is_external(person) else person.title
        found.append(
            {"id": person.id, "name": person.shown_name, "picture": person.picture(48)}
            | {"title": "Guest" if person.flags.get("is_restricted") else standing}
            | {"is_here": person.id == viewer.person.id}
        )
    return found
