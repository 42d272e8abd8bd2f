"""What an app's manifest allows it: commands, shortcuts, events, scopes, tabs."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

Json = dict[str, Any]

# Rule 6.20: an event arrives only if its scope was granted.
EVENT_SCOPES = {
    "message.channels": "channels:history",
    "message.groups": "groups:history",
    "message.im": "im:history",
    "message.mpim": "mpim:history",
    "app_mention": "app_mentions:read",
    "reaction_added": "reactions:read",
    "reaction_removed": "reactions:read",
    "link_shared": "links:read",
    "file_shared": "files:read",
    "file_deleted": "files:read",
    "team_join": "users:read",
    "user_change": "users:read",
}


@dataclass(frozen=True)
class Command:
    name: str
    should_escape: bool = False
    description: str = ""
    usage_hint: str = ""


@dataclass(frozen=True)
class Shortcut:
    name: str
    kind: str
    callback_id: str
    description: str = ""


@dataclass(frozen=True)
class Manifest:
    name: str = "HDMS"
    bot_name: str = "hdms"
    commands: dict[str, Command] = field(default_factory=dict)
    shortcuts: tuple[Shortcut, ...] = ()
    events: frozenset[str] = frozenset()
    scopes: frozenset[str] = frozenset()
    home_tab: bool = True
    messages_tab: bool = True
    messages_tab_read_only: bool = False
    interactive: bool = True
    loads_options: bool = True
    unfurl_domains: frozenset[str] = frozenset()

    def hears(self, event: str) -> bool:
        needed = EVENT_SCOPES.get(event)
        return event in self.events and (needed is None or needed in self.scopes)

    def shortcut(self, wanted: str, kind: str) -> Shortcut | None:
        return next(
            (s for s in self.shortcuts if s.kind == kind and wanted in (s.callback_id, s.name)),
            None,
        )


def _command(given: Json) -> Command:
    return Command(
        given["command"],
        bool(given.get("should_escape", False)),
        given.get("description") or "",
        given.get("usage_hint") or "",
    )


def read_manifest(source: Path | str | Json) -> Manifest:
    """Read a manifest from a YAML file or from its parsed content."""
    content = source if isinstance(source, dict) else yaml.safe_load(Path(source).read_text())
    features: Json = content.get("features") or {}
    settings: Json = content.get("settings") or {}
    home: Json = features.get("app_home") or {}
    interactivity: Json = settings.get("interactivity") or {}
    name = (content.get("display_information") or {}).get("name", "HDMS")
    scopes = ((content.get("oauth_config") or {}).get("scopes") or {}).get("bot") or []
    socket_mode = bool(settings.get("socket_mode_enabled", False))
    return Manifest(
        name=name,
        bot_name=(features.get("bot_user") or {}).get("display_name", name),
        commands={each["command"]: _command(each) for each in features.get("slash_commands") or []},
        shortcuts=tuple(
            Shortcut(each["name"], each["type"], each["callback_id"], each.get("description") or "")
            for each in features.get("shortcuts") or []
        ),
        events=frozenset((settings.get("event_subscriptions") or {}).get("bot_events") or []),
        scopes=frozenset(scopes),
        home_tab=bool(home.get("home_tab_enabled", False)),
        messages_tab=bool(home.get("messages_tab_enabled", False)),
        messages_tab_read_only=bool(home.get("messages_tab_read_only_enabled", False)),
        interactive=bool(interactivity.get("is_enabled", False)),
        loads_options=bool(interactivity.get("message_menu_options_url")) or socket_mode,
        unfurl_domains=frozenset(features.get("unfurl_domains") or []),
    )
