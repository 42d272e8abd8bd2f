"""A client of the local Slack's admin API: set the stage, act as people, look at their screens."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import Any

from bot.sandbox.slack.acting_person import Person
from bot.sandbox.slack.admin_calls import AdminCalls, Impossible
from bot.sandbox.slack.seen import Delivery, Message, OpenView, Outcome

__all__ = ["Delivery", "Impossible", "Message", "OpenView", "Outcome", "Person", "SlackClient"]

Json = dict[str, Any]


class SlackClient(AdminCalls):
    """`async with SlackClient(base_url) as slack:`"""

    async def __aenter__(self) -> SlackClient:
        await self.open()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()

    async def person(self, person_id: str, real_name: str, **about: Any) -> Person:
        """Create or replace: email, tz, title, image, fields, deleted, team_id, is_… flags."""
        await self.post("/admin/people", {"id": person_id, "real_name": real_name, **about})
        return self.acting(person_id)

    def acting(self, person_id: str) -> Person:
        return Person(self, person_id)

    async def channel(
        self,
        channel_id: str,
        name: str,
        *,
        private: bool = False,
        members: Sequence[str] = (),
        bot: bool = True,
        **about: Any,
    ) -> None:
        """Create or replace a channel: also ext_shared, archived, topic, purpose."""
        given = {"id": channel_id, "name": name, "private": private, "members": list(members)}
        await self.post("/admin/channels", {**given, "bot": bot, **about})

    async def join(self, channel_id: str, person_id: str) -> None:
        await self.post(f"/admin/channels/{channel_id}/join", {"person": person_id})

    async def leave(self, channel_id: str, person_id: str) -> None:
        await self.post(f"/admin/channels/{channel_id}/leave", {"person": person_id})

    async def all_messages(self, channel_id: str) -> list[Message]:
        found = await self.get("/admin/messages", {"channel": channel_id})
        return [Message(**shown) for shown in found]

    async def file_content(self, file_id: str) -> bytes:
        return base64.b64decode((await self.get(f"/admin/files/{file_id}"))["content"])

    async def fault(
        self, method: str, *, kind: str, times: int | None = None, **options: Any
    ) -> None:
        """`options`: rate, error, retry_after, latency_ms, location. `*` is any method;
        `response_url`, `upload` and `download` are the addresses beside the Web API."""
        given = {"method": method, "kind": kind, "times": times, **options}
        await self.post("/admin/faults", given)

    async def clear_faults(self, method: str | None = None) -> None:
        await self.delete("/admin/faults", {"method": method} if method else {})

    async def rate_limits(self, enabled: bool | None = None, **options: Any) -> None:
        """`burst` for all methods, or `method`, `per_minute` and `burst` for one."""
        await self.post("/admin/rate-limits", {"enabled": enabled, **options})

    async def calls(self, method: str | None = None) -> list[Json]:
        """Calls carried out: method, args, ok, error, at."""
        return list(await self.get("/admin/calls", {"method": method} if method else {}))

    async def forget_calls(self) -> None:
        await self.delete("/admin/calls", {})

    async def send_event(
        self, event: Json, event_id: str | None = None, **options: Any
    ) -> list[Delivery]:
        """All attempts; `options`: times, shared, envelope (keys to replace around the event)."""
        given = {"event": event, "event_id": event_id, **options}
        return [Delivery(**shown) for shown in await self.post("/admin/events", given)]

    async def send_raw(
        self, body: bytes, headers: Mapping[str, str] | None = None, sign: bool = True
    ) -> Delivery:
        encoded = base64.b64encode(body).decode()
        given = {"body": encoded, "headers": dict(headers or {}), "sign": sign}
        return Delivery(**await self.post("/admin/raw", given))

    async def deliveries(self) -> list[Delivery]:
        return [Delivery(**shown) for shown in await self.get("/admin/deliveries")]

    async def app(self, **about: Any) -> None:
        """request_url, bot_token, signing_secret, app_token, socket_mode (a flag)."""
        await self.post("/admin/app", about)

    async def sockets(self, doing: str = "") -> int:
        """How many connections the app has open. `doing`: `refresh` or `cut` them first."""
        return int((await self.post("/admin/sockets", {"doing": doing}))["number"])

    async def settings(self, **about: Any) -> Json:
        """answer_seconds, trigger_seconds, retry_delays (seconds, or "real"), twice, shuffled,
        held_seconds (how long a shuffled event waits for another to overtake it)."""
        return dict(await self.post("/admin/settings", about))

    async def settle(self, seconds: float = 10) -> bool:
        """Wait until no event or retry is under way."""
        return bool((await self.post("/admin/settle", {"seconds": seconds}))["settled"])

    async def advance(self, seconds: float) -> None:
        """Move Slack's clock ahead (triggers, response URLs, rate limits)."""
        await self.post("/admin/clock", {"seconds": seconds})

    async def reset(self) -> None:
        await self.post("/admin/reset", {})
