"""apps.*: what the app does as itself, with its own token."""

from __future__ import annotations

from typing import Any

from bot.sandbox.slack.errors import SlackRefusal
from bot.sandbox.slack.methods.call import Call, Method

Json = dict[str, Any]


def open_connection(call: Call) -> Json:
    sockets = call.sandbox.transport.sockets
    if not sockets.is_on:
        raise SlackRefusal("socket_mode_not_enabled")
    address = call.sandbox.base_url.replace("http", "ws", 1)
    return {"url": f"{address}/link/{sockets.new_ticket()}"}


METHODS = {
    "apps.connections.open": Method(open_connection, 1, reads_only=True, is_for_app=True),
}
