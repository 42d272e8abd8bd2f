"""The Web API over HTTP: reading a call, faults, limits, tokens, scopes, the answer."""

from __future__ import annotations

import asyncio
import json
from typing import Any

from aiohttp import web

from bot.sandbox.slack.errors import SlackRefusal
from bot.sandbox.slack.faults import AFTER, Fault
from bot.sandbox.slack.methods import METHODS, Call, Method
from bot.sandbox.slack.sandbox import Sandbox

Json = dict[str, Any]
SANDBOX: web.AppKey[Sandbox] = web.AppKey("sandbox", Sandbox)
HTML_OUTAGE = "<html><head><title>Slack</title></head><body>Service Unavailable</body></html>"


def json_response(
    body: Any, status: int = 200, headers: dict[str, str] | None = None
) -> web.Response:
    return web.Response(
        body=json.dumps(body).encode(),
        status=status,
        headers=headers,
        content_type="application/json",
        charset="utf-8",
    )


async def call_method(request: web.Request) -> web.StreamResponse:
    sandbox = request.app[SANDBOX]
    name = request.match_info["method"]
    struck = sandbox.faults.drawn(name)
    for fault in struck:
        refusal = await before(request, fault)
        if refusal is not None:
            return refusal
    try:
        args = await read_arguments(request)
    except ValueError:
        return json_response({"ok": False, "error": "invalid_json"})
    response = answer(sandbox, name, args, request.headers.get("Authorization", ""))
    if any(fault.kind in AFTER for fault in struck):
        return hang_up(request)
    return response


def answer(sandbox: Sandbox, name: str, args: Json, authorization: str) -> web.Response:
    """Carry out one call and record it."""
    method = METHODS.get(name)
    if method is None:
        return json_response({"ok": False, "error": "unknown_method", "req_method": name})
    token = str(args.pop("token", "")) or authorization.removeprefix("Bearer ").strip()
    address = sandbox.address
    if token != (address.app_token if method.is_for_app else address.bot_token):
        return json_response({"ok": False, "error": "invalid_auth" if token else "not_authed"})
    wait = sandbox.limits.wait_for(name, method.tier, str(args.get("channel")))
    if wait:
        return limited(wait)
    body = carry_out(sandbox, method, args)
    sandbox.record_call(name, args, body)
    if not method.reads_only:
        sandbox.touch()
    headers = {"x-oauth-scopes": ",".join(sorted(sandbox.manifest.scopes))}
    if method.scopes:
        headers["x-accepted-oauth-scopes"] = ",".join(method.scopes)
    return json_response(body, headers=headers)


def carry_out(sandbox: Sandbox, method: Method, args: Json) -> Json:
    call = Call(sandbox, args)
    try:
        for scope in method.scopes:
            call.require_scope(scope)
        return {"ok": True, **method.run(call)}
    except SlackRefusal as refusal:
        return refusal.body()


async def read_arguments(request: web.Request) -> Json:
    """Arguments come in the query, as a form or as JSON; a JSON body that is none is an error."""
    args: Json = dict(request.query)
    if request.content_type == "application/json":
        raw = await request.read()
        body = json.loads(raw) if raw else {}
        if not isinstance(body, dict):
            raise ValueError("the body is not an object")
        return args | body
    if request.body_exists:
        args |= dict(await request.post())
    return args


async def before(request: web.Request, fault: Fault) -> web.StreamResponse | None:
    """What a fault does instead of the call; None lets the call go on."""
    if fault.kind == "latency":
        await asyncio.sleep(fault.latency_ms / 1000)
        return None
    if fault.kind == "outage":
        return hang_up(request)
    if fault.kind == "http_429":
        return limited(fault.retry_after)
    if fault.kind == "http_500":
        return web.Response(status=500, text="Internal Server Error")
    if fault.kind == "html_503":
        return web.Response(status=503, text=HTML_OUTAGE, content_type="text/html")
    if fault.kind == "redirect":
        return web.Response(status=302, headers={"Location": fault.location})
    if fault.kind == "error":
        return json_response({"ok": False, "error": fault.error})
    return None


def limited(seconds: int) -> web.Response:
    body = {"ok": False, "error": "ratelimited"}
    return json_response(body, 429, {"Retry-After": str(seconds)})


def hang_up(request: web.Request) -> web.StreamResponse:
    """Close the connection without a word; what is returned goes nowhere."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response(status=500)
