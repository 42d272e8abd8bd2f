"""The keys of an interaction: trigger ids (3 s, once), response URLs (30 min, five times)."""

from __future__ import annotations

import secrets
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Any, TypeVar

from bot.sandbox.slack.clock import Clock
from bot.sandbox.slack.errors import SlackRefusal

Json = dict[str, Any]
TRIGGER_SECONDS = 3.0
RESPONSE_URL_SECONDS = 30 * 60.0
RESPONSE_URL_USES = 5
KEPT = 20_000
Kept = TypeVar("Kept")


@dataclass
class Trigger:
    id: str
    person: str
    expires_at: float
    view_id: str | None = None
    used: bool = False


@dataclass
class ResponseUrl:
    key: str
    person: str
    channel: str
    expires_at: float
    message_ts: str | None = None
    is_ephemeral: bool = False
    uses_left: int = RESPONSE_URL_USES


@dataclass
class Keys:
    clock: Clock
    trigger_seconds: float = TRIGGER_SECONDS
    triggers: OrderedDict[str, Trigger] = field(default_factory=OrderedDict)
    response_urls: OrderedDict[str, ResponseUrl] = field(default_factory=OrderedDict)

    def new_trigger(self, person: str, view_id: str | None = None) -> str:
        self.clock.serial += 1
        trigger_id = f"{13_000_000_000 + self.clock.serial}.738474920.{secrets.token_hex(16)}"
        trigger = Trigger(trigger_id, person, self.clock.now() + self.trigger_seconds, view_id)
        _keep(self.triggers, trigger_id, trigger)
        return trigger_id

    def exchange(self, trigger_id: str) -> Trigger:
        """Rules 1.19 and 1.20: three seconds, unless set otherwise, and one use."""
        trigger = self.triggers.get(trigger_id)
        if trigger is None:
            raise SlackRefusal("invalid_trigger_id")
        if trigger.used:
            raise SlackRefusal("exchanged_trigger_id")
        if self.clock.now() > trigger.expires_at:
            raise SlackRefusal("expired_trigger_id")
        return trigger

    def new_response_url(
        self, person: str, channel: str, message_ts: str | None = None, is_ephemeral: bool = False
    ) -> str:
        """The path of the URL; the host is the local Slack's own."""
        key = secrets.token_urlsafe(18)
        expires_at = self.clock.now() + RESPONSE_URL_SECONDS
        url = ResponseUrl(key, person, channel, expires_at, message_ts, is_ephemeral)
        _keep(self.response_urls, key, url)
        return f"/response/{key}"

    def use_response_url(self, key: str) -> ResponseUrl:
        url = self.response_urls.get(key)
        if url is None or self.clock.now() > url.expires_at:
            raise SlackRefusal("expired_url")
        if url.uses_left < 1:
            raise SlackRefusal("used_url")
        return url


def _keep(store: OrderedDict[str, Kept], key: str, value: Kept) -> None:
    store[key] = value
    if len(store) > KEPT:
        store.popitem(last=False)
