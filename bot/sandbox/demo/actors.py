"""People of the company at work on one ticket, by the words on their screens."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from bot.sandbox.demo.company import BY_FIRST_NAME, DESKS
from bot.sandbox.demo.watching import Differs, Missing, Watcher
from bot.sandbox.slack import SlackClient
from bot.sandbox.slack.client import Message, Outcome, Person

Json = dict[str, Any]
ATTEMPTS = 4


@dataclass
class Stage:
    """Where everybody acts. A person has one window at a time, so their forms wait in line."""

    slack: SlackClient
    watcher: Watcher
    hands: dict[str, asyncio.Lock] = field(default_factory=lambda: defaultdict(asyncio.Lock))

    def person(self, name: str) -> Person:
        return self.slack.acting(BY_FIRST_NAME[name].id)


@dataclass
class Ticket:
    """A ticket while it is played: its key, its desk, and who asked."""

    stage: Stage
    key: str
    requester: str
    desk: str

    async def card(self, desk: str | None = None, key: str | None = None) -> Message:
        """The card as it is now; at another desk with `desk` and the part's key."""
        room, wanted = DESKS[desk or self.desk], f"{key or self.key} · "
        found = await self.stage.slack.all_messages(room.id)
        return _root(found, wanted)

    async def receipt(self) -> Message:
        found = await self.stage.person(self.requester).dms()
        return _root(found, f"{self.key} · ")

    async def until(self, expected: str, look: Callable[[], Any]) -> Any:
        return await self.stage.watcher.until(f"{expected} for {self.key}", look)

    async def offering(self, button: str, look: Callable[[], Any]) -> Message:
        """The card or receipt once it has this button or menu item."""

        async def seen() -> Message:
            found: Message = await look()
            if button in found.buttons or button in found.choices:
                return found
            raise Missing(", ".join(found.buttons))

        return await self.until(f"“{button}”", seen)

    async def press(
        self, who: str, button: str, look: Callable[[], Any], form: Json | None
    ) -> None:
        """Press a button or choose an item, and fill in the form that opens, if there is one."""
        async with self.stage.hands[who]:
            for attempt in range(1, ATTEMPTS + 1):
                message = await self.offering(button, look)
                if await self._pressed(who, message, button, form, is_last=attempt == ATTEMPTS):
                    return
                await asyncio.sleep(attempt)

    async def _pressed(
        self, who: str, message: Message, button: str, form: Json | None, *, is_last: bool
    ) -> bool:
        """False when the help desk was too busy and said so; people then press once more."""
        person = self.stage.person(who)
        use = person.click if button in message.buttons else person.choose
        outcome = await use(message, button)
        expect_ok(outcome, button)
        is_form = outcome.view is not None and outcome.view.raw["submit"] is not None
        if form is not None and is_form:
            await fill(person, form, button)
            return True
        if outcome.view is not None:
            await person.close_view(everything=True)
        if form is None and outcome.view is None:
            return True
        if is_last:
            told = outcome.view.text if outcome.view else "no form"
            raise Differs(f"“{button}” was answered with: {told}")
        return False


async def fill(person: Person, form: Json, what: str) -> None:
    """A form, to its end: a preview is confirmed, and a last word is put away."""
    expect_ok(await person.fill(form), what)
    for _ in range(2):
        outcome = await person.submit()
        expect_ok(outcome, what)
        if outcome.view is None or outcome.view.errors or not outcome.view.raw["submit"]:
            break
    view = outcome.view
    if view:
        await person.close_view(everything=True)
    if view and (view.errors or view.raw["submit"]):
        raise Differs(f"“{what}” did not go through: {view.errors or view.text}")


def expect_ok(outcome: Outcome, what: str) -> None:
    complaints = [*outcome.notices, *outcome.problems]
    if not outcome.ok:
        raise Differs(f"“{what}” failed: {complaints or outcome.status}")


def _root(messages: list[Message], wanted: str) -> Message:
    for message in messages:
        if wanted in message.plain and message.thread_ts in (None, message.ts):
            return message
    raise Missing(f"no message with {wanted}")
