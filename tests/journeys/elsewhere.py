"""A web server that is not Slack: it answers what it is told, and remembers what it was sent."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from aiohttp import web


@dataclass
class Elsewhere:
    origin: str = ""
    body: bytes = b""
    content_type: str = "image/png"
    location: str | None = None
    authorizations: list[str | None] = field(default_factory=list)
    #: What was sent to it.
    received: list[str] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"{self.origin}/file"

    async def answer(self, request: web.Request) -> web.Response:
        self.authorizations.append(request.headers.get("Authorization"))
        self.received.append(await request.text())
        if self.location:
            return web.Response(status=302, headers={"Location": self.location})
        return web.Response(body=self.body, content_type=self.content_type)


@asynccontextmanager
async def running() -> AsyncIterator[Elsewhere]:
    elsewhere = Elsewhere()
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", elsewhere.answer)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    elsewhere.origin = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield elsewhere
    finally:
        await runner.cleanup()
