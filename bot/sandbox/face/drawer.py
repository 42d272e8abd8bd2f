"""The drawer "What Slack saw": requests in both directions, newest first."""

from __future__ import annotations

import json
from typing import Any

from bot.sandbox.face.switches import SWITCHES
from bot.sandbox.face.viewer import Viewer
from bot.sandbox.slack.journal import Entry

Json = dict[str, Any]
MOST = 60
LONGEST = 6000
LATE_MS = 2500.0
KINDS = {
    "block_actions": "press",
    "block_suggestion": "menu",
    "view_submission": "submission",
    "view_closed": "window closed",
    "message_action": "message shortcut",
}


def seen(viewer: Viewer) -> Json:
    sandbox = viewer.sandbox
    newest_first = list(sandbox.journal.entries)[::-1]
    # What broke a rule is counted on every page, so it stays to be found.
    older = [entry for entry in newest_first[MOST:] if entry.problems]
    listed = [_line(viewer, entry) for entry in (*newest_first[:MOST], *older[:MOST])]
    switches = [
        {"name": each.name, "label": each.label, "hint": each.hint, "is_on": each.is_on(sandbox)}
        for each in SWITCHES.values()
    ]
    return {"entries": listed, "switches": switches}


def broken_rules(viewer: Viewer) -> int:
    return sum(1 for entry in viewer.sandbox.journal.entries if entry.problems)


def _line(viewer: Viewer, entry: Entry) -> Json:
    delivery = entry.delivery
    kind = KINDS.get(delivery.kind, delivery.kind) if delivery else "call"
    elapsed = delivery.elapsed_ms if delivery else entry.elapsed_ms
    status = delivery.status if delivery else entry.status
    return {
        "number": entry.number,
        "to_app": entry.to_app,
        "kind": kind,
        "name": entry.name or kind,
        "attempt": delivery.attempt if delivery else 0,
        "at": f"{viewer.moment(entry.at):%H:%M:%S}",
        "elapsed": "…" if entry.is_open else f"{elapsed:.0f} ms",
        "is_late": elapsed > LATE_MS,
        "status": status or "",
        "problems": entry.problems,
        "asked": _pretty(entry.asked()),
        "answered": _pretty(delivery.body if delivery else entry.body()),
    }


def _pretty(value: Any) -> str:
    shown = value if isinstance(value, str) else json.dumps(value, indent=2, ensure_ascii=False)
    return shown if len(shown) <= LONGEST else shown[:LONGEST] + "\n…"
