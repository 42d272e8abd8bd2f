"""The refusals of the local Slack: to the app and to whoever steers it."""

from __future__ import annotations

from typing import Any


class SlackRefusal(Exception):
    """The Web API answers `ok: false` with this name."""

    def __init__(self, name: str, problems: list[str] | None = None, **extra: Any) -> None:
        super().__init__(name)
        self.name = name
        self.problems = problems or []
        self.extra = extra

    def body(self) -> dict[str, Any]:
        body: dict[str, Any] = {"ok": False, "error": self.name, **self.extra}
        if self.problems:
            body["response_metadata"] = {"messages": self.problems}
        return body


class ImpossibleAct(Exception):
    """A person cannot do this in Slack: the thing is not on their screen."""
