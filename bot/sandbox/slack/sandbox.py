"""The whole local Slack in one object: workspace, app, and what every person sees."""

from __future__ import annotations

from collections import OrderedDict, deque
from dataclasses import dataclass, field
from typing import Any

from bot.sandbox.slack.events import Events
from bot.sandbox.slack.faults import Faults
from bot.sandbox.slack.journal import Journal
from bot.sandbox.slack.manifest import Manifest
from bot.sandbox.slack.news import News
from bot.sandbox.slack.rate_limits import RateLimits
from bot.sandbox.slack.transport import AppAddress, Transport
from bot.sandbox.slack.triggers import Keys
from bot.sandbox.slack.views import Views
from bot.sandbox.slack.workspace import Workspace

Json = dict[str, Any]
CALLS_KEPT = 10_000
#: Of so many messages, so many earlier states: what stands on screens that are a moment behind.
MESSAGES_KEPT, STATES_KEPT = 500, 5


@dataclass
class Sandbox:
    workspace: Workspace
    manifest: Manifest
    address: AppAddress
    transport: Transport
    events: Events
    views: Views
    keys: Keys
    limits: RateLimits
    journal: Journal
    faults: Faults = field(default_factory=Faults)
    base_url: str = ""
    ephemerals: dict[str, list[Json]] = field(default_factory=dict)
    notices: dict[str, list[str]] = field(default_factory=dict)
    calls: dict[str, deque[Json]] = field(default_factory=dict)
    uploads: dict[str, str] = field(default_factory=dict)
    reads: dict[str, dict[str, str]] = field(default_factory=dict)
    former: OrderedDict[tuple[str, str], deque[Json]] = field(default_factory=OrderedDict)
    changed: bool = False

    @property
    def news(self) -> News:
        return self.journal.news

    def touch(self) -> None:
        """Something is to be kept, and looks different now."""
        self.changed = True
        self.news.touch()

    def keep_former(self, channel_id: str, message: Json) -> None:
        """A message as it is before it changes."""
        place = channel_id, str(message["ts"])
        states = self.former.setdefault(place, deque(maxlen=STATES_KEPT))
        states.appendleft(dict(message))
        self.former.move_to_end(place)
        if len(self.former) > MESSAGES_KEPT:
            self.former.popitem(last=False)

    def record_call(self, method: str, args: Json, body: Json) -> None:
        log = self.calls.get(method)
        if log is None:
            log = self.calls[method] = deque(maxlen=CALLS_KEPT)
        at = self.workspace.clock.now()
        log.append(
            {"method": method, "args": args, "ok": body["ok"], "error": body.get("error"), "at": at}
        )

    def notice(self, person: str, sentence: str) -> None:
        """A sentence that Slack itself shows to the person."""
        self.notices.setdefault(person, []).append(sentence)

    def show_privately(self, person: str, message: Json) -> None:
        self.ephemerals.setdefault(person, []).append(message)

    async def reset(self) -> None:
        """An empty workspace; the app and its manifest stay."""
        await self.events.stop()
        self.workspace.clear()
        self.workspace.populate(self.manifest.bot_name)
        self.views = Views(self.workspace)
        self.keys = Keys(self.workspace.clock)
        self.faults.clear()
        self.limits.reset()
        for store in (
            self.ephemerals,
            self.notices,
            self.calls,
            self.uploads,
            self.reads,
            self.former,
        ):
            store.clear()
        self.transport.log.clear()
        self.journal.clear()

    def response_url(self, path: str) -> str:
        return self.base_url + path


def new_sandbox(manifest: Manifest, address: AppAddress, team_id: str) -> Sandbox:
    workspace = Workspace(team_id)
    workspace.populate(manifest.bot_name)
    journal = Journal(News())
    transport = Transport(address, watch=journal.sending, over=journal.news.touch)
    return Sandbox(
        workspace=workspace,
        manifest=manifest,
        address=address,
        transport=transport,
        events=Events(workspace, manifest, transport),
        views=Views(workspace),
        keys=Keys(workspace.clock),
        limits=RateLimits(workspace.clock),
        journal=journal,
    )
