"""What a person does on the page: the acts of the local Slack, and what only the page has."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any

from bot.sandbox.face import menus, reads
from bot.sandbox.face.switches import SWITCHES
from bot.sandbox.face.viewer import Viewer
from bot.sandbox.slack import acting_forms, admin, answers, screen
from bot.sandbox.slack.errors import ImpossibleAct
from bot.sandbox.slack.people import SLACKBOT

Json = dict[str, Any]
Act = Callable[[Viewer, Json], Awaitable[Json]]


async def do(viewer: Viewer, verb: str, given: Json) -> Json:
    """Answers with what Slack told the person, if anything."""
    if verb in OWN:
        return await OWN[verb](viewer, given)
    sandbox, person_id = viewer.sandbox, viewer.person.id
    if given.get("entries") is not None and given.get("surface") != "home":
        await acting_forms.enter(sandbox, person_id, given | {"entries": _entries(viewer, given)})
    if isinstance(given.get("item"), dict) and "local" in given["item"]:
        given["item"] = _seconds(viewer, given["item"]["local"])
    outcome = await admin.act(sandbox, given | {"person": person_id, "verb": verb})
    notices = [str(each) for each in outcome.get("notices") or []]
    if verb == "command":
        _say_privately(viewer, given, notices)
    sandbox.touch()
    return {"notices": notices, "ts": (outcome.get("raw") or {}).get("ts")}


def _entries(viewer: Viewer, given: Json) -> list[Any]:
    return [
        (block_id, action_id, _value(viewer, value))
        for block_id, action_id, value in given["entries"]
    ]


def _value(viewer: Viewer, value: Any) -> Any:
    """The browser's local time is meant in the time zone of the person."""
    if isinstance(value, dict) and "local" in value:
        return _seconds(viewer, value["local"])
    return value


def _seconds(viewer: Viewer, local: str) -> int | None:
    if not local:
        return None
    return int(datetime.fromisoformat(local).replace(tzinfo=viewer.zone).timestamp())


def _say_privately(viewer: Viewer, given: Json, notices: list[str]) -> None:
    """Slack tells of a command that failed in the conversation, as Slackbot."""
    workspace = viewer.workspace
    for notice in notices:
        words = notice
        if notice in (answers.TIMEOUT, answers.FAILED, answers.BAD_ANSWER):
            words = f"{given['command']} failed with the error “{notice}”"
        where = given.get("channel") or workspace.dm_with(viewer.person.id).id
        message = {"type": "message", "user": SLACKBOT, "ts": workspace.clock.stamp()}
        whole = message | {"text": words, "channel": where, "is_ephemeral": True}
        if given.get("thread_ts"):
            whole["thread_ts"] = given["thread_ts"]
        viewer.sandbox.show_privately(viewer.person.id, whole)


async def read(viewer: Viewer, given: Json) -> Json:
    channel = screen.channel_for(viewer.sandbox, viewer.person.id, given["channel"])
    reads.mark(viewer.sandbox, viewer.person.id, channel, given.get("thread_ts"))
    return {}


async def dismiss(viewer: Viewer, given: Json) -> Json:
    """Put a private message away; the app hears nothing of it."""
    shown = viewer.sandbox.ephemerals.get(viewer.person.id) or []
    shown[:] = [each for each in shown if each["ts"] != given["ts"]]
    viewer.sandbox.touch()
    return {}


async def switch(viewer: Viewer, given: Json) -> Json:
    known = SWITCHES.get(given["name"])
    if known is None:
        raise ImpossibleAct(f"there is no switch {given['name']!r}")
    known.turn(viewer.sandbox, bool(given["on"]))
    viewer.sandbox.news.touch()
    return {}


async def forget(viewer: Viewer, given: Json) -> Json:
    """Empty the drawer."""
    viewer.sandbox.journal.clear()
    return {}


OWN: dict[str, Act] = {
    "read": read,
    "dismiss": dismiss,
    "switch": switch,
    "forget": forget,
    "offered": menus.offered,
}
