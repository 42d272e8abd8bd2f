"""Modals and Home tabs: the stack each person has open, hashes, external ids, what inputs hold."""

from __future__ import annotations

import secrets
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from bot.sandbox.slack.blockkit.payloads import check_view
from bot.sandbox.slack.errors import SlackRefusal
from bot.sandbox.slack.form_state import state_of
from bot.sandbox.slack.messages import completed_blocks
from bot.sandbox.slack.workspace import Workspace

Json = dict[str, Any]
DEEPEST = 3
#: So many states of a view are known that a screen may still show.
STATES_KEPT = 5


@dataclass
class Views:
    workspace: Workspace
    by_id: dict[str, Json] = field(default_factory=dict)
    stacks: dict[str, list[str]] = field(default_factory=dict)
    homes: dict[str, str] = field(default_factory=dict)
    owners: dict[str, str] = field(default_factory=dict)
    by_external_id: dict[str, str] = field(default_factory=dict)
    errors: dict[str, dict[str, str]] = field(default_factory=dict)
    former: dict[str, deque[list[Json]]] = field(default_factory=dict)

    def top(self, person: str) -> Json | None:
        stack = self.stacks.get(person)
        return self.by_id[stack[-1]] if stack else None

    def home(self, person: str) -> Json | None:
        view_id = self.homes.get(person)
        return self.by_id[view_id] if view_id else None

    def states(self, view: Json) -> Iterator[list[Json]]:
        """Its blocks now, and as screens that are a moment behind may still show them."""
        yield view["blocks"]
        yield from self.former.get(view["id"], ())

    def open(self, person: str, definition: Json) -> Json:
        check_view(definition, ("modal",))
        self._claim_external_id(definition, None)
        self.clear(person)
        return self._add(person, definition)

    def push(self, person: str, definition: Json) -> Json:
        """Rule 1.37: a root and two more."""
        check_view(definition, ("modal",))
        stack = self.stacks.get(person)
        if not stack:
            raise SlackRefusal("not_found")
        if len(stack) >= DEEPEST:
            raise SlackRefusal("push_limit_reached")
        self._claim_external_id(definition, None)
        return self._add(person, definition)

    def update(self, view_id: str, definition: Json, expected_hash: str | None) -> Json:
        view = self.by_id.get(view_id)
        if view is None:
            raise SlackRefusal("not_found")
        check_view(definition, (view["type"],))
        if expected_hash and expected_hash != view["hash"]:
            raise SlackRefusal("hash_conflict")
        self._claim_external_id(definition, view_id)
        self._forget_external_id(view)
        self.former.setdefault(view_id, deque(maxlen=STATES_KEPT)).appendleft(view["blocks"])
        view.update(self._described(definition))
        view["state"] = {"values": state_of(view["blocks"], view["state"]["values"])}
        view["hash"] = self._new_hash()
        self.errors.pop(view_id, None)
        self._remember_external_id(view)
        return view

    def publish(self, person: str, definition: Json, expected_hash: str | None) -> Json:
        """Rule 1.60."""
        check_view(definition, ("home",))
        known = self.homes.get(person)
        if known:
            return self.update(known, definition, expected_hash)
        self._claim_external_id(definition, None)
        view = self._new(person, definition)
        view["root_view_id"], view["previous_view_id"] = view["id"], None
        self.homes[person] = view["id"]
        return view

    def id_for_external(self, external_id: str) -> str:
        view_id = self.by_external_id.get(external_id)
        if view_id is None:
            raise SlackRefusal("not_found")
        return view_id

    def pop(self, person: str) -> Json | None:
        """Close the topmost view; the one below shows again."""
        stack = self.stacks.get(person)
        if not stack:
            return None
        view = self._drop(stack.pop())
        if not stack:
            self.stacks.pop(person, None)
        return view

    def clear(self, person: str) -> list[Json]:
        """Close everything; the closed views, topmost first."""
        closed = []
        while (view := self.pop(person)) is not None:
            closed.append(view)
        return closed

    def _add(self, person: str, definition: Json) -> Json:
        stack = self.stacks.setdefault(person, [])
        view = self._new(person, definition)
        view["root_view_id"] = stack[0] if stack else view["id"]
        view["previous_view_id"] = stack[-1] if stack else None
        stack.append(view["id"])
        return view

    def _new(self, person: str, definition: Json) -> Json:
        view_id = self.workspace.clock.new_id("V")
        view: Json = {
            "id": view_id,
            "team_id": self.workspace.team_id,
            **self._described(definition),
            "hash": self._new_hash(),
            "app_id": self.workspace.app.app_id,
            "app_installed_team_id": self.workspace.team_id,
            "bot_id": self.workspace.app.bot_id,
        }
        view["state"] = {"values": state_of(view["blocks"])}
        self.by_id[view_id] = view
        self.owners[view_id] = person
        self._remember_external_id(view)
        return view

    def _described(self, definition: Json) -> Json:
        """What the app decides about a view, with Slack's defaults."""
        texts = {key: _text(definition.get(key)) for key in ("title", "submit", "close")}
        if definition["type"] == "home":
            texts = {"title": {"type": "plain_text", "text": "View Title", "emoji": True}}
            texts |= {"submit": None, "close": None}
        return {
            "type": definition["type"],
            "blocks": completed_blocks(self.workspace.clock, definition["blocks"]),
            "private_metadata": definition.get("private_metadata") or "",
            "callback_id": definition.get("callback_id") or "",
            "external_id": definition.get("external_id") or "",
            "clear_on_close": bool(definition.get("clear_on_close", False)),
            "notify_on_close": bool(definition.get("notify_on_close", False)),
            "submit_disabled": bool(definition.get("submit_disabled", False)),
            **texts,
        }

    def _new_hash(self) -> str:
        return f"{int(self.workspace.clock.now())}.{secrets.token_hex(4)}"

    def _claim_external_id(self, definition: Json, view_id: str | None) -> None:
        """Rule 1.45: unique in the team."""
        external_id = definition.get("external_id")
        if external_id and self.by_external_id.get(external_id, view_id) != view_id:
            raise SlackRefusal("duplicate_external_id")

    def _remember_external_id(self, view: Json) -> None:
        if view["external_id"]:
            self.by_external_id[view["external_id"]] = view["id"]

    def _forget_external_id(self, view: Json) -> None:
        self.by_external_id.pop(view["external_id"], None)

    def _drop(self, view_id: str) -> Json:
        view = self.by_id.pop(view_id)
        self.owners.pop(view_id, None)
        self.errors.pop(view_id, None)
        self.former.pop(view_id, None)
        self._forget_external_id(view)
        return view


def _text(value: Json | None) -> Json | None:
    return None if value is None else {"emoji": True, **value}
