"""Setting the stage: people, channels, the app's address, the sandbox's settings."""

from __future__ import annotations

import base64
from typing import Any

from bot.sandbox.slack.events import REAL_RETRIES
from bot.sandbox.slack.people import person_from, user_object
from bot.sandbox.slack.sandbox import Sandbox
from bot.sandbox.slack.workspace import Channel

Json = dict[str, Any]


async def put_person(sandbox: Sandbox, given: Json) -> Json:
    """Create or replace; with `announce` the app hears of it (rule 1.79)."""
    announce = given.pop("announce", False)
    workspace = sandbox.workspace
    is_new = given["id"] not in workspace.people
    person = person_from(given, workspace.team_id, workspace.clock.now())
    workspace.add_person(person)
    shown = user_object(person, with_email="users:read.email" in sandbox.manifest.scopes)
    if announce:
        event: Json = {
            "type": "team_join" if is_new else "user_change",
            "user": shown,
            "cache_ts": int(workspace.clock.now()),
            "event_ts": workspace.clock.stamp(),
        }
        task = sandbox.events.everywhere(event)
        if task:
            await task
    return shown


async def list_people(sandbox: Sandbox, given: Json) -> list[Json]:
    return [
        {"id": p.id, "name": p.shown_name, "title": p.title, "image": p.picture(48)}
        | {"is_bot": p.is_bot, "deleted": p.deleted, "team_id": p.team_id}
        for p in sandbox.workspace.people.values()
    ]


async def put_channel(sandbox: Sandbox, given: Json) -> Json:
    """Create or replace; what was said in it stays."""
    members = dict.fromkeys(given.get("members") or [])
    if given.get("bot", True):
        members[sandbox.workspace.app.user_id] = None
    channel = Channel(
        id=given["id"],
        name=given["name"],
        kind=given.get("kind") or ("group" if given.get("private") else "channel"),
        members=members,
        creator=next(iter(given.get("members") or []), ""),
        ext_shared=bool(given.get("ext_shared")),
        archived=bool(given.get("archived")),
        topic=given.get("topic") or "",
        purpose=given.get("purpose") or "",
    )
    sandbox.workspace.add_channel(channel)
    return {"id": channel.id}


async def list_channels(sandbox: Sandbox, given: Json) -> list[Json]:
    return [
        {"id": channel.id, "name": channel.name, "kind": channel.kind}
        | {"members": list(channel.members), "archived": channel.archived}
        for channel in sandbox.workspace.channels.values()
    ]


async def file_content(sandbox: Sandbox, given: Json) -> Json:
    file = sandbox.workspace.files[given["file"]]
    content = base64.b64encode(file.content).decode()
    return {"id": file.id, "name": file.name, "mimetype": file.mimetype, "content": content}


async def set_app(sandbox: Sandbox, given: Json) -> Json:
    for key in ("request_url", "bot_token", "signing_secret", "app_token"):
        if given.get(key):
            setattr(sandbox.address, key, given[key])
    sockets = sandbox.transport.sockets
    sockets.is_on = bool(given.get("socket_mode", sockets.is_on))
    return {}


async def tend_sockets(sandbox: Sandbox, given: Json) -> Json:
    sockets = sandbox.transport.sockets
    if given.get("doing") == "refresh":
        await sockets.refresh()
    if given.get("doing") == "cut":
        await sockets.cut()
    return {"number": sockets.number}


async def set_settings(sandbox: Sandbox, given: Json) -> Json:
    """How long the app may take, when it is asked again, how orderly events come."""
    events = sandbox.events
    if "answer_seconds" in given:
        sandbox.transport.answer_seconds = float(given["answer_seconds"])
    if "trigger_seconds" in given:
        sandbox.keys.trigger_seconds = float(given["trigger_seconds"])
    if "retry_delays" in given:
        delays = given["retry_delays"]
        events.retry_delays = REAL_RETRIES if delays == "real" else tuple(map(float, delays))
    events.twice = bool(given.get("twice", events.twice))
    events.shuffled = bool(given.get("shuffled", events.shuffled))
    events.held_seconds = float(given.get("held_seconds", events.held_seconds))
    return {
        "answer_seconds": sandbox.transport.answer_seconds,
        "trigger_seconds": sandbox.keys.trigger_seconds,
        "retry_delays": list(events.retry_delays),
        "twice": events.twice,
        "shuffled": events.shuffled,
        "held_seconds": events.held_seconds,
    }


async def reset(sandbox: Sandbox, given: Json) -> Json:
    await sandbox.reset()
    return {}
