"""The Events API of the local Slack: which happenings are sent to the app, how, and how often."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Coroutine
from dataclasses import dataclass, field
from typing import Any

from bot.sandbox.slack.manifest import Manifest
from bot.sandbox.slack.messages import content
from bot.sandbox.slack.transport import Delivery, Transport
from bot.sandbox.slack.workspace import Channel, Workspace

Json = dict[str, Any]
Sending = asyncio.Task[Any]
QUICK_RETRIES = (0.05, 0.2, 0.5)
REAL_RETRIES = (0.0, 60.0, 300.0)
MESSAGE_EVENTS = {
    "channel": "message.channels",
    "group": "message.groups",
    "im": "message.im",
    "mpim": "message.mpim",
}


@dataclass
class Events:
    workspace: Workspace
    manifest: Manifest
    transport: Transport
    retry_delays: tuple[float, ...] = QUICK_RETRIES
    twice: bool = False
    shuffled: bool = False
    held_seconds: float = 0.05
    _held: Json | None = None
    _tasks: set[Sending] = field(default_factory=set)

    def in_channel(self, channel: Channel, subscription: str, event: Json) -> Sending | None:
        """Send a conversation's event if the app listens and its bot is a member (rule 9.21)."""
        if not self.hears(subscription) or not self.workspace.bot_is_in(channel):
            return None
        return self.emit(event, shared=channel.ext_shared)

    def hears(self, subscription: str) -> bool:
        return self.transport.reaches_app and self.manifest.hears(subscription)

    def message(self, channel: Channel, event: Json) -> Sending | None:
        event |= {"channel": channel.id, "channel_type": channel.kind}
        event.setdefault("event_ts", event["ts"])
        return self.in_channel(channel, MESSAGE_EVENTS[channel.kind], event)

    def posted(self, channel: Channel, message: Json) -> list[Sending]:
        """A new message, and a mention of the app in it."""
        body = content(message)
        tasks = [self.message(channel, dict(body))]
        text = body.get("text") or ""
        if channel.kind != "im" and f"<@{self.workspace.app.user_id}" in text:
            mention = body | {"type": "app_mention", "channel": channel.id, "event_ts": body["ts"]}
            mention.pop("metadata", None)
            tasks.append(self.in_channel(channel, "app_mention", mention))
        for shared in message.get("files") or []:
            tasks.append(self._file_shared(channel, message, shared["id"]))
        return [task for task in tasks if task]

    def _file_shared(self, channel: Channel, message: Json, file_id: str) -> Sending | None:
        event = {
            "type": "file_shared",
            "file_id": file_id,
            "user_id": message.get("user"),
            "file": {"id": file_id},
            "channel_id": channel.id,
            "event_ts": message["ts"],
        }
        return self.in_channel(channel, "file_shared", event)

    def changed(self, channel: Channel, former: Json, message: Json) -> Sending | None:
        stamp = self.workspace.clock.stamp()
        event = {
            "type": "message",
            "subtype": "message_changed",
            "message": content(message),
            "previous_message": content(former),
            "hidden": True,
            "ts": stamp,
        }
        return self.message(channel, event)

    def deleted(self, channel: Channel, former: Json) -> Sending | None:
        event = {
            "type": "message",
            "subtype": "message_deleted",
            "previous_message": content(former),
            "hidden": True,
            "deleted_ts": former["ts"],
            "ts": self.workspace.clock.stamp(),
        }
        return self.message(channel, event)

    def everywhere(self, event: Json) -> Sending | None:
        """An event of the workspace, not of a conversation."""
        return self.emit(event) if self.hears(event["type"]) else None

    def emit(self, event: Json, *, shared: bool = False) -> Sending:
        """Start sending an event as the options say; the task ends with its first attempt."""
        envelope = self.envelope(event, shared=shared)
        if self.twice:
            self.start(self.deliver(envelope))
        if self.shuffled and self._held is None:
            self._held = envelope
            return self.start(self._release_later(envelope))
        held, self._held = self._held, None
        if held is not None:
            return self.start(self._overtake(envelope, held))
        return self.start(self.deliver(envelope))

    async def _overtake(self, envelope: Json, held: Json) -> Delivery:
        first = await self.deliver(envelope)
        self.start(self.deliver(held))
        return first

    async def _release_later(self, envelope: Json) -> Delivery | None:
        """A held event overtaken by the next one goes out behind it, or alone after a moment."""
        await asyncio.sleep(self.held_seconds)
        if self._held is not envelope:
            return None
        self._held = None
        return await self.deliver(envelope)

    def envelope(self, event: Json, *, event_id: str | None = None, shared: bool = False) -> Json:
        workspace = self.workspace
        return {
            "token": "deprecated-verification-token",
            "team_id": workspace.team_id,
            "context_team_id": workspace.team_id,
            "context_enterprise_id": None,
            "api_app_id": workspace.app.app_id,
            "event": event,
            "type": "event_callback",
            "event_id": event_id or workspace.clock.new_id("Ev"),
            "event_time": int(workspace.clock.now()),
            "authorizations": [
                {
                    "enterprise_id": None,
                    "team_id": workspace.team_id,
                    "user_id": workspace.app.user_id,
                    "is_bot": True,
                    "is_enterprise_install": False,
                }
            ],
            "is_ext_shared_channel": shared,
            "event_context": f"4-{workspace.clock.short_id()}",
        }

    async def deliver(self, envelope: Json) -> Delivery:
        """Answer with the first attempt; the retries of rule 1.3 follow behind."""
        first = await self._attempt(envelope, 0, None)
        if not first.ok and not _forbids_retry(first):
            self.start(self._retry(envelope, first))
        return first

    async def deliver_fully(self, envelope: Json) -> list[Delivery]:
        """All attempts, one after the other."""
        attempts = [await self._attempt(envelope, 0, None)]
        if not attempts[0].ok and not _forbids_retry(attempts[0]):
            attempts += await self._retry(envelope, attempts[0])
        return attempts

    async def _retry(self, envelope: Json, failed: Delivery) -> list[Delivery]:
        attempts: list[Delivery] = []
        for number, delay in enumerate(self.retry_delays, start=1):
            await asyncio.sleep(delay)
            failed = await self._attempt(envelope, number, failed.failure)
            attempts.append(failed)
            if failed.ok or _forbids_retry(failed):
                break
        return attempts

    async def _attempt(self, envelope: Json, number: int, reason: str | None) -> Delivery:
        body = json.dumps(envelope).encode()
        headers = self.transport.signed(body, "application/json")
        if number:
            headers["X-Slack-Retry-Num"] = str(number)
            headers["X-Slack-Retry-Reason"] = reason or "unknown_error"
        event = envelope["event"]
        name = ".".join(filter(None, (event.get("type"), event.get("subtype"))))
        delivery = Delivery("event", name, event_id=envelope["event_id"], attempt=number)
        return await self.transport.send(delivery, body, headers)

    def start(self, work: Coroutine[Any, Any, Any]) -> Sending:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def settle(self, seconds: float) -> bool:
        """Wait until nothing is under way any more; False when that takes too long."""
        try:
            async with asyncio.timeout(seconds):
                while self._tasks:
                    await asyncio.gather(*self._tasks, return_exceptions=True)
        except TimeoutError:
            return False
        return True

    async def stop(self) -> None:
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)


def _forbids_retry(delivery: Delivery) -> bool:
    """Rule 1.6: the header counts only on an answer that is not 200."""
    return delivery.status not in (0, 200) and delivery.headers.get("x-slack-no-retry") == "1"
