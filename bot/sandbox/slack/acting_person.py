"""One person at their Slack client, with verbs that read like somebody doing things."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from typing import Any

from bot.sandbox.slack import seen
from bot.sandbox.slack.admin_calls import AdminCalls
from bot.sandbox.slack.seen import Message, OpenView, Outcome

Json = dict[str, Any]


class Person:
    def __init__(self, slack: AdminCalls, person_id: str) -> None:
        self.slack = slack
        self.id = person_id

    async def command(
        self, name: str, text: str = "", *, channel: str | None = None, thread_ts: str | None = None
    ) -> Outcome:
        """Typed in the channel; without one, in the conversation with the app."""
        given = {"command": name, "text": text, "channel": channel, "thread_ts": thread_ts}
        return await self._act("command", given)

    async def shortcut(self, name: str) -> Outcome:
        return await self._act("shortcut", {"shortcut": name})

    async def message_shortcut(self, name: str, message: Message) -> Outcome:
        given = {"shortcut": name, "message": message.reference()}
        return await self._act("message_shortcut", given)

    async def view(self) -> OpenView | None:
        return seen.open_view(await self._see("view"))

    async def fill(self, values: Mapping[str, Any], submit: bool = False) -> Outcome:
        """By label or action_id; files as (name, bytes) pairs, dates and times as such."""
        entered = {label: _entered(value) for label, value in values.items()}
        return await self._act("fill", {"values": entered, "submit": submit})

    async def submit(self) -> Outcome:
        return await self._act("submit", {})

    async def close_view(self, everything: bool = False) -> Outcome:
        """Cancel; with `everything` the x, which closes the whole stack."""
        return await self._act("close_view", {"everything": everything})

    async def options(
        self, menu: str | None = None, query: str = "", message: Message | None = None
    ) -> list[str]:
        """What an external menu shows, by label, placeholder or action_id."""
        reference = message.reference() if message else None
        given = {"menu": menu, "query": query, "message": reference}
        return list((await self._send("options", given))["options"])

    async def click(self, message: Message, button: str) -> Outcome:
        return await self._act("click", {"message": message.reference(), "button": button})

    async def choose(self, message: Message, item: str, menu: str | None = None) -> Outcome:
        given = {"message": message.reference(), "item": item, "menu": menu}
        return await self._act("choose", given)

    async def click_view(self, button: str) -> Outcome:
        return await self._act("click_view", {"button": button})

    async def choose_view(self, item: str, menu: str | None = None) -> Outcome:
        return await self._act("choose_view", {"item": item, "menu": menu})

    async def click_home(self, button: str) -> Outcome:
        return await self._act("click_view", {"button": button, "surface": "home"})

    async def choose_home(self, item: str, menu: str | None = None) -> Outcome:
        return await self._act("choose_view", {"item": item, "menu": menu, "surface": "home"})

    async def post(
        self, channel: str, text: str, *, thread_ts: str | None = None, **options: Any
    ) -> Message:
        """`options`: files as (name, bytes) pairs, broadcast, me, raw (text is sent as it is)."""
        if "files" in options:
            options["files"] = _files(options["files"])
        given = {"channel": channel, "text": text, "thread_ts": thread_ts, **options}
        return Message(**await self._send("post", given))

    async def dm(self, text: str, *, thread_ts: str | None = None, **options: Any) -> Message:
        """To the app."""
        return await self.post("", text, thread_ts=thread_ts, **options)

    async def edit(self, message: Message, text: str) -> Message:
        given = {"message": message.reference(), "text": text}
        return Message(**await self._send("edit", given))

    async def delete(self, message: Message) -> None:
        await self._send("delete", {"message": message.reference()})

    async def react(self, message: Message, emoji: str, *, remove: bool = False) -> None:
        given = {"message": message.reference(), "emoji": emoji, "remove": remove}
        await self._send("react", given)

    async def open_home(self, tab: str = "home") -> Outcome:
        return await self._act("open_home", {"tab": tab})

    async def home(self) -> OpenView | None:
        return seen.open_view(await self._see("home"))

    async def messages(self, channel: str, thread_ts: str | None = None) -> list[Message]:
        """The channel without replies, or one thread with its parent."""
        query = {"channel": channel} | ({"thread_ts": thread_ts} if thread_ts else {})
        return [Message(**shown) for shown in await self._see("messages", query)]

    async def dms(self) -> list[Message]:
        return [Message(**shown) for shown in await self._see("dms")]

    async def ephemerals(self) -> list[Message]:
        return [Message(**shown) for shown in await self._see("ephemerals")]

    async def channels(self) -> list[Json]:
        return list(await self._see("channels"))

    async def notices(self) -> list[str]:
        """All that Slack itself has told this person."""
        return list(await self._see("notices"))

    async def _act(self, verb: str, given: Json) -> Outcome:
        return seen.outcome(await self._send(verb, given))

    async def _send(self, verb: str, given: Json) -> Json:
        return dict(await self.slack.post(f"/admin/act/{self.id}/{verb}", given))

    async def _see(self, what: str, query: Json | None = None) -> Any:
        return await self.slack.get(f"/admin/see/{self.id}/{what}", query)


def _files(files: Sequence[tuple[str, bytes]]) -> list[Json]:
    return [
        {"name": name, "content": base64.b64encode(content).decode()} for name, content in files
    ]


def _entered(value: Any) -> Any:
    """A value as JSON carries it."""
    if isinstance(value, datetime):
        return int(value.timestamp())
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, time):
        return value.strftime("%H:%M")
    is_files = isinstance(value, list) and value and isinstance(value[0], tuple)
    return _files(value) if is_files else value
