"""Who may use the pages: browsers of this machine, on the pages' own account."""

from __future__ import annotations

import ipaddress
from collections.abc import Awaitable, Callable

from aiohttp import web
from yarl import URL

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
#: Slack's side for the app; programs use it, and they name no origin.
POLICY = (
    "default-src 'self'; img-src 'self' https: http: data:; object-src 'none'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}


def is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


@web.middleware
async def from_this_machine(request: web.Request, handler: Handler) -> web.StreamResponse:
    """A page of the web can neither post here nor read along under a name of its own."""
    if not _is_own(request.host, request.headers.get("Origin")):
        raise web.HTTPForbidden(text="This stand-in for Slack answers to this machine only.")
    return await handler(request)


def _is_own(named: str, origin: str | None) -> bool:
    try:
        host = URL(f"http://{named}").host or ""
        return is_loopback(host) and (origin is None or URL(origin).authority == named)
    except ValueError:
        # No address at all.
        return False
