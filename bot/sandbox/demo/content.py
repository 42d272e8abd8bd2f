"""A company that has been at work: forty tickets, each played by its people through real requests.

What each ticket is about and what becomes of it stands in content.yml.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import yaml

from bot.sandbox.demo import drawings
from bot.sandbox.demo.actors import Stage, Ticket, expect_ok, fill
from bot.sandbox.demo.company import BY_FIRST_NAME, DESKS, GENERAL
from bot.sandbox.demo.watching import Differs, Missing
from bot.sandbox.slack.client import Impossible, Message, Outcome

Json = dict[str, Any]
Step = Callable[[Ticket, str, Any], Awaitable[None]]
SCENES = Path(__file__).with_name("content.yml")
#: So many tickets are played at once.
AT_ONCE = 3
#: Before somebody reacts they look; meanwhile the bot learns where its card stands.
LOOK_SECONDS = 1.0
KEY = re.compile(r"(HD-\d+) · ")


def scenes() -> list[Json]:
    return list(yaml.safe_load(SCENES.read_text())["tickets"])


async def talk(stage: Stage) -> None:
    """What the company says among itself, once."""
    if await stage.slack.all_messages(GENERAL.id):
        return
    for line in yaml.safe_load(SCENES.read_text())["talk"]:
        for who, words in line.items():
            await stage.person(who).post(GENERAL.id, words, styled=True)


async def play(stage: Stage, told: Callable[[str], None]) -> tuple[int, list[str]]:
    """Plays what is not there yet; how many tickets it was, and what did not go as it should."""
    await talk(stage)
    known = await _known(stage)
    left = [scene for scene in scenes() if scene["summary"] not in known]
    gate = asyncio.Semaphore(AT_ONCE)

    failures: list[str] = []

    async def one(scene: Json) -> None:
        async with gate:
            try:
                await play_scene(stage, scene)
            except (Differs, Impossible) as difference:
                failures.append(f"“{scene['summary']}”: {difference}")
            told(scene["summary"])

    async with asyncio.TaskGroup() as group:
        for scene in left:
            group.create_task(one(scene))
    return len(left), failures


async def _known(stage: Stage) -> str:
    """Everything that stands at the desks: what was played before is not played again."""
    found = []
    for room in DESKS.values():
        found += [each.plain for each in await stage.slack.all_messages(room.id)]
    return "\n".join(found)


async def play_scene(stage: Stage, scene: Json) -> None:
    ticket = await _file(stage, scene)
    for step in scene.get("then") or []:
        [(who, what)] = step.items()
        [(verb, given)] = what.items()
        if verb in STEPS:
            await STEPS[verb](ticket, who, given)
        else:
            await _press(ticket, who, verb, given)


async def _file(stage: Stage, scene: Json) -> Ticket:
    requester = scene["from"]
    person = stage.person(requester)
    form: Json = {"Department": scene["department"], "Description": scene.get("description", "")}
    form["Priority"] = scene.get("priority", "Medium")
    if scene.get("for"):
        form["On behalf of"] = BY_FIRST_NAME[scene["for"]].name
    if scene.get("files"):
        form["Files"] = [(name, drawings.drawn(name)) for name in scene["files"]]
    async with stage.hands[requester]:
        opened = await person.command("/ticket", scene["summary"], channel=GENERAL.id)
        expect_ok(opened, "/ticket")
        if scene.get("private"):
            form["Private"] = _box(opened, "Private")
        await fill(person, {key: value for key, value in form.items() if value}, "File ticket")
    whose = scene.get("for") or requester
    key = await _key(stage, scene)
    return Ticket(stage, key, whose, scene["department"])


def _box(opened: Outcome, label: str) -> list[str]:
    """What the only box of an input says."""
    for block in opened.view.blocks if opened.view else []:
        if (block.get("label") or {}).get("text") == label:
            return [str(block["element"]["options"][0]["text"]["text"])]
    raise Differs(f"The form has no “{label}”.")


async def _key(stage: Stage, scene: Json) -> str:
    room = DESKS[scene["department"]]

    async def look() -> str:
        for message in await stage.slack.all_messages(room.id):
            found = KEY.search(message.plain)
            if found and scene["summary"] in message.plain:
                return found[1]
        raise Missing("no card")

    return await stage.watcher.until(f"a card of “{scene['summary']}”", look)


async def _press(ticket: Ticket, who: str, button: str, form: Json | None) -> None:
    """A button or menu item by its words, with what goes into its form."""
    look = ticket.receipt if who == ticket.requester else ticket.card
    await ticket.press(who, button, look, form)
    if form and form.get("Reply"):
        await _told(ticket, ticket.receipt, form["Reply"])


async def _answer(ticket: Ticket, who: str, words: str) -> None:
    """The requester writes in their thread."""
    receipt = await ticket.until("a receipt", ticket.receipt)
    await ticket.stage.person(who).dm(words, thread_ts=receipt.ts)
    await _told(ticket, ticket.card, words)


async def _note(ticket: Ticket, who: str, words: str) -> None:
    """Somebody writes at the desk."""
    card = await ticket.until("a card", ticket.card)
    await ticket.stage.person(who).post(card.channel, words, thread_ts=card.ts)


async def _attach(ticket: Ticket, who: str, names: list[str]) -> None:
    """The requester sends files after."""
    receipt = await ticket.until("a receipt", ticket.receipt)
    files = [(name, drawings.drawn(name)) for name in names]
    await ticket.stage.person(who).dm("Here it is.", thread_ts=receipt.ts, files=files)


async def _react(ticket: Ticket, who: str, emoji: str) -> None:
    card = await ticket.until("a card", ticket.card)
    await asyncio.sleep(LOOK_SECONDS)
    await ticket.stage.person(who).react(card, emoji)


async def _told(ticket: Ticket, root: Callable[[], Awaitable[Message]], words: str) -> None:
    """Until the other side reads it, so that what comes next comes after it."""

    async def look() -> Message:
        start = await root()
        for each in await ticket.stage.slack.all_messages(start.channel):
            if each.thread_ts == start.ts and words in each.plain:
                return each
        raise Missing("nothing of it")

    await ticket.until(f"“{words}”", look)


async def _decide(ticket: Ticket, who: str, given: Json) -> None:
    """An approver answers in their direct messages."""

    async def look() -> Message:
        for each in reversed(await ticket.stage.person(who).dms()):
            if ticket.key in each.plain and given["press"] in each.buttons:
                return each
        raise Missing("nothing to decide")

    await ticket.press(who, given["press"], look, given.get("form"))


async def _at_part(ticket: Ticket, who: str, given: Json) -> None:
    """Something done to a part, at the desk that has it."""
    desk, number = given["desk"], given.get("number", 1)

    async def look() -> Message:
        return await ticket.card(desk, f"{ticket.key}/{number}")

    await ticket.press(who, given["press"], look, given.get("form"))


STEPS: dict[str, Step] = {
    "answer": _answer,
    "note": _note,
    "attach": _attach,
    "react": _react,
    "part": _at_part,
    "decide": _decide,
}
