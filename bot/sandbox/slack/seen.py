"""What the client hands out: messages, views, outcomes and deliveries."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]


@dataclass(frozen=True)
class Message:
    """A message as somebody sees it; `raw` is Slack's own object."""

    channel: str
    username: str
    icon_url: str
    plain: str
    buttons: list[str]
    choices: list[str]
    pings: list[str]
    raw: Json = field(repr=False)

    @property
    def ts(self) -> str:
        return str(self.raw["ts"])

    @property
    def thread_ts(self) -> str | None:
        return self.raw.get("thread_ts")

    @property
    def user(self) -> str | None:
        return self.raw.get("user")

    @property
    def text(self) -> str:
        return str(self.raw.get("text") or "")

    @property
    def blocks(self) -> list[Json]:
        return self.raw.get("blocks") or []

    @property
    def files(self) -> list[Json]:
        return self.raw.get("files") or []

    @property
    def metadata(self) -> Json | None:
        return self.raw.get("metadata")

    @property
    def edited(self) -> Json | None:
        return self.raw.get("edited")

    @property
    def deleted(self) -> bool:
        return self.raw.get("subtype") == "tombstone"

    @property
    def replies(self) -> int:
        return int(self.raw.get("reply_count") or 0)

    @property
    def reactions(self) -> dict[str, list[str]]:
        return {each["name"]: each["users"] for each in self.raw.get("reactions") or []}

    def reference(self) -> Json:
        return {"channel": self.channel, "ts": self.ts, "raw": self.raw}


@dataclass(frozen=True)
class OpenView:
    """A modal or Home tab on a screen; `values` and `errors` go by what the inputs are called."""

    values: Json
    errors: dict[str, str]
    text: str
    buttons: list[str]
    depth: int
    raw: Json = field(repr=False)

    @property
    def id(self) -> str:
        return str(self.raw["id"])

    @property
    def title(self) -> str:
        return str((self.raw.get("title") or {}).get("text", ""))

    @property
    def callback_id(self) -> str:
        return str(self.raw["callback_id"])

    @property
    def blocks(self) -> list[Json]:
        return list(self.raw["blocks"])

    @property
    def hash(self) -> str:
        return str(self.raw["hash"])

    @property
    def private_metadata(self) -> str:
        return str(self.raw["private_metadata"])

    @property
    def labels(self) -> list[str]:
        return [block["label"]["text"] for block in self.blocks if block["type"] == "input"]


@dataclass(frozen=True)
class Outcome:
    """What came of an act; `notices` are what Slack itself told the person, `problems` why."""

    status: int
    body: str
    elapsed_ms: float
    failure: str | None
    notices: list[str]
    problems: list[str]
    view: OpenView | None

    @property
    def ok(self) -> bool:
        """Answered with 200, or nothing had to be sent; and Slack complained of nothing."""
        return self.status in (0, 200) and not self.notices and not self.problems


@dataclass(frozen=True)
class Delivery:
    """One request that the local Slack sent to the app."""

    kind: str
    name: str
    status: int
    body: str
    headers: dict[str, str]
    elapsed_ms: float
    failure: str | None
    event_id: str | None
    attempt: int
    content_type: str
    problems: list[str] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        return 200 <= self.status < 300


def open_view(shown: Json | None) -> OpenView | None:
    return OpenView(**shown) if shown else None


def outcome(shown: Json) -> Outcome:
    return Outcome(**(shown | {"view": open_view(shown.get("view"))}))
