"""The bytes of files: the second step of an upload, and downloads (rules 5.1, 5.7, 5.8)."""

from __future__ import annotations

from aiohttp import web

from bot.sandbox.slack.faults import AFTER
from bot.sandbox.slack.web_api import SANDBOX, before, hang_up

LOGIN_PAGE = "<!DOCTYPE html><html><head><title>Sign in | Slack</title></head><body></body></html>"


async def upload(request: web.Request) -> web.StreamResponse:
    sandbox = request.app[SANDBOX]
    struck = sandbox.faults.drawn("upload")
    for fault in struck:
        refusal = await before(request, fault)
        if refusal is not None:
            return refusal
    file_id = sandbox.uploads.get(request.match_info["key"])
    if file_id is None:
        return web.Response(status=404, text="not found")
    content = await _content(request)
    file = sandbox.workspace.files[file_id]
    if len(content) != file.expected_size:
        return web.Response(status=400, text="length mismatch")
    file.content = content
    sandbox.touch()
    if any(fault.kind in AFTER for fault in struck):
        return hang_up(request)
    return web.Response(text=f"OK - {len(content)}")


async def _content(request: web.Request) -> bytes:
    """Raw bytes or a multipart form; both are accepted."""
    if not request.content_type.startswith("multipart/"):
        return await request.read()
    parts = (await request.post()).values()
    return b"".join(part.file.read() for part in parts if isinstance(part, web.FileField))


async def download(request: web.Request) -> web.StreamResponse:
    """Without the token or its scope Slack answers 200 with its sign-in page."""
    sandbox = request.app[SANDBOX]
    for fault in sandbox.faults.drawn("download"):
        refusal = await before(request, fault)
        if refusal is not None:
            return refusal
    token = request.headers.get("Authorization", "").removeprefix("Bearer ").strip()
    file_id = request.match_info["owner"].partition("-")[2]
    file = sandbox.workspace.files.get(file_id)
    allowed = token == sandbox.address.bot_token and "files:read" in sandbox.manifest.scopes
    if not allowed:
        return web.Response(text=LOGIN_PAGE, content_type="text/html")
    if file is None or file.deleted:
        return web.Response(status=404, text="not found")
    return web.Response(body=file.content, content_type=file.mimetype)
