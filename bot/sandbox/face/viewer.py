"""Whoever sits at the browser: whose names, time zone and addresses the page has."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.sandbox.face import emoji
from bot.sandbox.slack.mrkdwn import date_text
from bot.sandbox.slack.people import SLACKBOT, Person
from bot.sandbox.slack.sandbox import Sandbox
from bot.sandbox.slack.workspace import Workspace

ARCHIVES = re.compile(
    r"https://[\w-]+\.slack\.com/archives/(?P<channel>\w+)(?:/p(?P<ts>\d{16}))?(?P<rest>\?.*)?"
)
THREAD = re.compile(r"[?&]thread_ts=(\d+\.\d+)")
SAFE_LINK = re.compile(r"(?:https?://|mailto:|tel:)\S+", re.IGNORECASE)


@dataclass(frozen=True)
class Viewer:
    sandbox: Sandbox
    person: Person

    @property
    def workspace(self) -> Workspace:
        return self.sandbox.workspace

    @property
    def home(self) -> str:
        return f"/as/{self.person.id}"

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.person.tz)

    @property
    def commands(self) -> list[dict[str, str]]:
        known = self.sandbox.manifest.commands.values()
        return [
            {"name": each.name, "more": each.description, "hint": each.usage_hint} for each in known
        ]

    def shortcuts(self, kind: str) -> list[dict[str, str]]:
        known = [each for each in self.sandbox.manifest.shortcuts if each.kind == kind]
        return [{"id": each.callback_id, "label": each.name} for each in known]

    @property
    def picked(self) -> list[tuple[str, str]]:
        """Reactions to choose from."""
        return [(name, emoji.sign(name)) for name in emoji.PICKED]

    @property
    def names(self) -> list[str]:
        """Whom one may mention."""
        return sorted(each.shown_name for each in self.colleagues)

    @property
    def colleagues(self) -> list[Person]:
        """Everybody who is neither gone nor a machine."""
        everybody = self.workspace.people.values()
        return [
            each for each in everybody if not (each.is_bot or each.deleted or each.id == SLACKBOT)
        ]

    def moment(self, ts: str | float) -> datetime:
        return datetime.fromtimestamp(float(ts), self.zone)

    def time(self, ts: str | float) -> str:
        return self.date(float(ts), "{time}")

    def day(self, ts: str | float) -> str:
        word = self.date(float(ts), "{date_short_pretty}")
        if word in ("today", "yesterday", "tomorrow"):
            return word.capitalize()
        return f"{self.moment(ts):%A}, {self.date(float(ts), '{date_short}')}"

    def full(self, ts: str | float) -> str:
        return self.date(float(ts), "{date_long} at {time_secs}")

    def ago(self, ts: str | float) -> str:
        return self.date(float(ts), "{date_short_pretty} at {time}")

    def date(self, seconds: float, form: str, fallback: str = "") -> str:
        token, now = f"!date^{int(seconds)}^{form}", self.workspace.clock.now()
        return date_text(token, fallback, self.person.tz, now)

    def place(self, channel_id: str, thread_ts: str | None = None) -> str:
        """The address of a conversation, or of a thread beside it."""
        channel = self.workspace.channels.get(channel_id)
        is_own_dm = channel is not None and channel.kind == "im"
        where = f"{self.home}/app/messages" if is_own_dm else f"{self.home}/{channel_id}"
        return f"{where}/{thread_ts}" if thread_ts else where

    def link(self, url: str) -> str | None:
        """Where a link may lead: permalinks stay here, anything but the web leads nowhere."""
        found = ARCHIVES.fullmatch(url)
        if found:
            return self._permalink(found)
        return url if SAFE_LINK.fullmatch(url) else None

    def _permalink(self, found: re.Match[str]) -> str:
        channel_id, digits = found["channel"], found["ts"]
        thread = THREAD.search(found["rest"] or "")
        root = thread[1] if thread else f"{digits[:10]}.{digits[10:]}" if digits else None
        return self.place(channel_id, root)
