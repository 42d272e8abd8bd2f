"""One call of a Web API method: its arguments, and the refusals that many methods share."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from bot.sandbox.slack.errors import SlackRefusal
from bot.sandbox.slack.people import SLACKBOT, Person
from bot.sandbox.slack.sandbox import Sandbox
from bot.sandbox.slack.workspace import Channel, Workspace

Json = dict[str, Any]
READ_SCOPES = {
    "channel": "channels:read",
    "group": "groups:read",
    "im": "im:read",
    "mpim": "mpim:read",
}
HISTORY_SCOPES = {
    "channel": "channels:history",
    "group": "groups:history",
    "im": "im:history",
    "mpim": "mpim:history",
}


@dataclass
class Call:
    sandbox: Sandbox
    args: Json

    @property
    def workspace(self) -> Workspace:
        return self.sandbox.workspace

    def text(self, name: str) -> str | None:
        value = self.args.get(name)
        return None if value is None else str(value)

    def required(self, name: str) -> str:
        value = self.text(name)
        if not value:
            problem = f"[ERROR] missing required field: {name} [json-pointer:/{name}]"
            raise SlackRefusal("invalid_arguments", [problem])
        return value

    def flag(self, name: str, default: bool = False) -> bool:
        value = self.args.get(name)
        return default if value is None else str(value).lower() in ("1", "true")

    def number(self, name: str, default: int) -> int:
        value = self.args.get(name)
        try:
            return default if value in (None, "") else int(str(value))
        except ValueError as error:
            raise SlackRefusal("invalid_arguments") from error

    def parsed(self, name: str, refusal: str) -> Any:
        """An argument that may come as JSON text; None when it is absent."""
        value = self.args.get(name)
        if not isinstance(value, str):
            return value
        if not value:
            return None
        try:
            return json.loads(value)
        except ValueError as error:
            raise SlackRefusal(refusal) from error

    def require_scope(self, scope: str) -> None:
        if scope not in self.sandbox.manifest.scopes:
            provided = ",".join(sorted(self.sandbox.manifest.scopes))
            raise SlackRefusal("missing_scope", needed=scope, provided=provided)

    def has_scope(self, scope: str) -> bool:
        return scope in self.sandbox.manifest.scopes

    def channel(self) -> Channel:
        """A conversation by id that the app can know of."""
        channel = self.workspace.channels.get(self.required("channel"))
        if channel is None or (channel.is_private and not self.workspace.bot_is_in(channel)):
            raise SlackRefusal("channel_not_found")
        return channel

    def channel_to_post(self) -> Channel:
        """Rules 3.58 to 3.60: a user id means the app's conversation with that person."""
        wanted = self.required("channel")
        if wanted in self.workspace.people:
            return self.direct_channel(self.person_to_talk_to(wanted))
        channel = self.channel()
        if channel.archived:
            raise SlackRefusal("is_archived")
        if channel.kind == "im":
            self.direct_channel(self.workspace.people[str(channel.person)])
        elif not self.workspace.bot_is_in(channel) and not self.has_scope("chat:write.public"):
            raise SlackRefusal("not_in_channel")
        return channel

    def person_to_talk_to(self, person_id: str) -> Person:
        person = self.workspace.people.get(person_id)
        if person is None:
            raise SlackRefusal("user_not_found")
        if person.is_bot or person.id == SLACKBOT:
            raise SlackRefusal("cannot_dm_bot")
        return person

    def direct_channel(self, person: Person) -> Channel:
        if person.deleted:
            raise SlackRefusal("is_archived")
        if not self.sandbox.manifest.messages_tab:
            raise SlackRefusal("messages_tab_disabled")
        return self.workspace.dm_with(person.id)


@dataclass(frozen=True)
class Method:
    """How a method is run, its tier (None: special), and the scopes it always needs."""

    run: Callable[[Call], Json]
    tier: int | None
    scopes: tuple[str, ...] = ()
    reads_only: bool = False
    #: Called with the app-level token instead of the bot's.
    is_for_app: bool = False
