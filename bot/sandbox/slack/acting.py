"""What people do with the app: commands, shortcuts, buttons and menus, the Home tab."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from bot.sandbox.slack import answers, choices, interactions, menus, screen
from bot.sandbox.slack.answers import Outcome
from bot.sandbox.slack.errors import ImpossibleAct
from bot.sandbox.slack.people import Person
from bot.sandbox.slack.sandbox import Sandbox
from bot.sandbox.slack.transport import FORM, Delivery, form
from bot.sandbox.slack.workspace import Channel

Json = dict[str, Any]
TYPED_MENTION = re.compile(r"([@#])([\w.\-]+)")


def _for_members_only(sandbox: Sandbox, person: Person, thing: str) -> None:
    """Rule 1.57 and 7.4: people of other teams have neither commands nor shortcuts."""
    if sandbox.workspace.is_external(person):
        raise ImpossibleAct(f"{thing} is not offered to people of another team")


async def command(sandbox: Sandbox, person_id: str, given: Json) -> Outcome:
    person = interactions.actor(sandbox, person_id)
    known = sandbox.manifest.commands.get(given["command"])
    if known is None:
        outcome = Outcome(problems=["the manifest has no such command"])
        return outcome.tell(sandbox, person_id, f"{given['command']} is not a valid command.")
    _for_members_only(sandbox, person, known.name)
    if given.get("thread_ts"):
        sentence = f"{known.name} is not supported in threads. Sorry!"
        return Outcome().tell(sandbox, person_id, sentence)
    channel_id = given.get("channel") or sandbox.workspace.dm_with(person_id).id
    channel = screen.channel_for(sandbox, person_id, channel_id)
    text = str(given.get("text") or "").strip()
    words = {"command": known.name, "text": escaped(sandbox, text) if known.should_escape else text}
    body = form(interactions.command_form(sandbox, person, channel, words))
    delivery = Delivery("command", known.name)
    await sandbox.transport.send(delivery, body, sandbox.transport.signed(body, FORM))
    return answers.of_command(sandbox, person_id, channel.id, delivery)


def escaped(sandbox: Sandbox, text: str) -> str:
    """Rule 1.34: mentions become ids; a private channel keeps its name to itself."""

    def token(match: re.Match[str]) -> str:
        if match.group(1) == "@":
            person_id = sandbox.workspace.id_by_label.get(match.group(2).lower())
            return f"<@{person_id}>" if person_id else match.group()
        channel_id = sandbox.workspace.channel_id_by_name.get(match.group(2))
        if channel_id is None:
            return match.group()
        hidden = sandbox.workspace.channels[channel_id].is_private
        return f"<#{channel_id}|{'' if hidden else match.group(2)}>"

    return TYPED_MENTION.sub(token, text)


async def shortcut(sandbox: Sandbox, person_id: str, given: Json) -> Outcome:
    person = interactions.actor(sandbox, person_id)
    known = _known_shortcut(sandbox, given["shortcut"], "global")
    _for_members_only(sandbox, person, known)
    payload = interactions.global_shortcut(sandbox, person, known)
    delivery = await interactions.send_payload(sandbox, payload)
    return answers.of_press(sandbox, person_id, delivery)


async def message_shortcut(sandbox: Sandbox, person_id: str, given: Json) -> Outcome:
    """Rule 1.58: on any message the person sees, whether the bot is there or not."""
    person = interactions.actor(sandbox, person_id)
    known = _known_shortcut(sandbox, given["shortcut"], "message")
    _for_members_only(sandbox, person, known)
    channel, message = screen.locate(sandbox, person_id, given["message"])
    payload = interactions.message_shortcut(sandbox, person, channel, message, known)
    delivery = await interactions.send_payload(sandbox, payload)
    return answers.of_press(sandbox, person_id, delivery)


def _known_shortcut(sandbox: Sandbox, wanted: str, kind: str) -> str:
    known = sandbox.manifest.shortcut(wanted, kind)
    if known is None or not sandbox.manifest.interactive:
        raise ImpossibleAct(f"the app has no {kind} shortcut {wanted!r}")
    return known.callback_id


async def click(sandbox: Sandbox, person_id: str, given: Json) -> Outcome:
    """Press a button of a message; one that is gone by now is pressed as it was last shown."""
    channel, message = screen.locate(sandbox, person_id, given["message"])
    for state in _states(sandbox, channel, message, given):
        place = menus.find_pressed(menus.all_blocks(state), given)
        if place is not None:
            action = menus.pressed(sandbox.workspace.clock, *place)
            return await _press(sandbox, person_id, (channel.id, state), action)
    raise ImpossibleAct(f"the message has no button {given.get('button') or 'there'!r}")


def _states(sandbox: Sandbox, channel: Channel, message: Json, given: Json) -> Iterator[Json]:
    """The message as it stands; as whoever points at it saw it; as an exact place knows it."""
    yield message
    if given["message"].get("raw"):
        yield given["message"]["raw"]
    if given.get("place"):
        yield from tuple(sandbox.former.get((channel.id, message["ts"]), ()))


async def choose(sandbox: Sandbox, person_id: str, given: Json) -> Outcome:
    """Choose from a menu of a message, as it stands or as it was last shown."""
    channel, message = screen.locate(sandbox, person_id, given["message"])
    stale, item = given["message"].get("raw") or {}, given["item"]
    if given.get("place"):
        for state in _states(sandbox, channel, message, given):
            if menus.find_exactly(menus.all_blocks(state), given["place"]):
                message = state
                break
    elif not menus.find_option(menus.all_blocks(message), item) and menus.find_option(
        menus.all_blocks(stale), item
    ):
        message = stale
    source = {"message": message, "channel": channel.id}
    action = await choices.made(sandbox, person_id, menus.all_blocks(message), given, source)
    return await _press(sandbox, person_id, (channel.id, message), action)


async def _press(
    sandbox: Sandbox, person_id: str, place: tuple[str, Json], action: Json
) -> Outcome:
    if not sandbox.manifest.interactive:
        return Outcome().tell(sandbox, person_id, answers.FAILED)
    person = interactions.actor(sandbox, person_id)
    channel = sandbox.workspace.channels[place[0]]
    payload = interactions.message_press(sandbox, person, channel, place[1], action)
    delivery = await interactions.send_payload(sandbox, payload)
    return answers.of_press(sandbox, person_id, delivery)


async def open_home(sandbox: Sandbox, person_id: str, given: Json) -> Outcome:
    """Rule 1.59."""
    interactions.actor(sandbox, person_id)
    event: Json = {
        "type": "app_home_opened",
        "user": person_id,
        "channel": sandbox.workspace.dm_with(person_id).id,
        "tab": given.get("tab") or "home",
        "event_ts": sandbox.workspace.clock.stamp(),
    }
    home = sandbox.views.home(person_id)
    if home is not None:
        event["view"] = home
    task = sandbox.events.everywhere(event)
    if task is None:
        return Outcome(problems=["the manifest does not subscribe to app_home_opened"])
    delivery = await task
    return Outcome.of(delivery) if delivery else Outcome()
