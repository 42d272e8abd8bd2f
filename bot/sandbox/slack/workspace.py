"""The workspace: people, conversations and their messages, files; look-ups are by dictionary."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from bot.sandbox.slack.clock import Clock
from bot.sandbox.slack.people import SLACKBOT, Person

Json = dict[str, Any]


@dataclass
class Channel:
    id: str
    name: str
    kind: str = "channel"
    members: dict[str, None] = field(default_factory=dict)
    creator: str = ""
    created: int = 0
    ext_shared: bool = False
    archived: bool = False
    topic: str = ""
    purpose: str = ""
    person: str | None = None
    messages: dict[str, Json] = field(default_factory=dict)
    roots: dict[str, None] = field(default_factory=dict)
    threads: dict[str, dict[str, None]] = field(default_factory=dict)

    @property
    def is_private(self) -> bool:
        return self.kind != "channel"

    @property
    def name_for_payloads(self) -> str:
        """Interactions and commands name only public channels."""
        return {"channel": self.name, "im": "directmessage"}.get(self.kind, "privategroup")


@dataclass
class StoredFile:
    id: str
    name: str
    content: bytes
    owner: str
    title: str = ""
    mimetype: str = "application/octet-stream"
    created: int = 0
    is_complete: bool = False
    expected_size: int | None = None
    deleted: bool = False
    shares: dict[str, list[str]] = field(default_factory=dict)


@dataclass
class AppIdentity:
    app_id: str = "A0HDMS"
    bot_id: str = "B0HDMS"
    user_id: str = "U0HDMSBOT"


@dataclass
class Workspace:
    team_id: str
    domain: str = "acme"
    team_name: str = "Acme"
    app: AppIdentity = field(default_factory=AppIdentity)
    clock: Clock = field(default_factory=Clock)
    people: dict[str, Person] = field(default_factory=dict)
    channels: dict[str, Channel] = field(default_factory=dict)
    files: dict[str, StoredFile] = field(default_factory=dict)
    dm_of: dict[str, str] = field(default_factory=dict)
    id_by_label: dict[str, str] = field(default_factory=dict)
    id_by_email: dict[str, str] = field(default_factory=dict)
    channel_id_by_name: dict[str, str] = field(default_factory=dict)

    def populate(self, bot_name: str) -> None:
        """Slackbot and the app's own bot user are there from the start."""
        self.add_person(Person(SLACKBOT, "slackbot", "Slackbot", self.team_id))
        bot = Person(self.app.user_id, bot_name.lower(), bot_name, self.team_id)
        bot.flags["is_bot"] = True
        bot.bot_id = self.app.bot_id
        self.add_person(bot)

    def clear(self) -> None:
        self.clock.shift = 0.0
        for store in (self.people, self.channels, self.files):
            store.clear()
        for names in (self.dm_of, self.id_by_label, self.id_by_email, self.channel_id_by_name):
            names.clear()

    def add_person(self, person: Person) -> None:
        former = self.people.get(person.id)
        if former:
            for label in (former.name, former.real_name, former.display_name):
                self.id_by_label.pop(label.lower(), None)
            self.id_by_email.pop((former.email or "").lower(), None)
        self.people[person.id] = person
        for label in (person.real_name, person.display_name, person.name):
            if label:
                self.id_by_label[label.lower()] = person.id
        if person.email:
            self.id_by_email[person.email.lower()] = person.id

    def add_channel(self, channel: Channel) -> None:
        former = self.channels.get(channel.id)
        if former:
            channel.messages, channel.roots = former.messages, former.roots
            channel.threads = former.threads
            self.channel_id_by_name.pop(former.name, None)
        channel.created = channel.created or int(self.clock.now())
        self.channels[channel.id] = channel
        if channel.kind != "im":
            self.channel_id_by_name[channel.name] = channel.id

    def dm_with(self, person_id: str) -> Channel:
        """The app's conversation with one person; it appears when first used."""
        known = self.dm_of.get(person_id)
        if known:
            return self.channels[known]
        channel = Channel(
            id=self.clock.new_id("D"),
            name="directmessage",
            kind="im",
            members={self.app.user_id: None, person_id: None},
            person=person_id,
        )
        self.dm_of[person_id] = channel.id
        self.add_channel(channel)
        return channel

    def bot_is_in(self, channel: Channel) -> bool:
        return self.app.user_id in channel.members

    def name_of(self, person_id: str) -> str:
        person = self.people.get(person_id)
        return person.shown_name if person else person_id

    def is_external(self, person: Person) -> bool:
        return person.team_id != self.team_id
