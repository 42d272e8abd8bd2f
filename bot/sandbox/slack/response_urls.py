"""What the app sends to a response URL (rules 1.22 to 1.25)."""

from __future__ import annotations

import json
from typing import Any

from aiohttp import web

from bot.sandbox.slack import posting
from bot.sandbox.slack.errors import SlackRefusal
from bot.sandbox.slack.faults import AFTER
from bot.sandbox.slack.messages import is_thread_parent
from bot.sandbox.slack.posting import Post
from bot.sandbox.slack.sandbox import Sandbox
from bot.sandbox.slack.triggers import ResponseUrl
from bot.sandbox.slack.web_api import SANDBOX, before, hang_up, json_response

Json = dict[str, Any]
FAULT_NAME = "response_url"


async def respond(request: web.Request) -> web.StreamResponse:
    sandbox = request.app[SANDBOX]
    struck = sandbox.faults.drawn(FAULT_NAME)
    for fault in struck:
        refusal = await before(request, fault)
        if refusal is not None:
            return refusal
    try:
        body = await _read(request)
        url = sandbox.keys.use_response_url(request.match_info["key"])
        answer_url(sandbox, url, body)
    except SlackRefusal as refused:
        gone = refused.name in ("used_url", "expired_url")
        return json_response(refused.body(), 404 if gone else 400)
    sandbox.record_call(FAULT_NAME, body, {"ok": True})
    sandbox.touch()
    return hang_up(request) if any(f.kind in AFTER for f in struck) else web.Response(text="ok")


async def _read(request: web.Request) -> Json:
    raw = await request.read()
    try:
        if request.content_type != "application/json":
            raw = str((await request.post())["payload"]).encode()
        body = json.loads(raw)
    except (ValueError, KeyError) as error:
        raise SlackRefusal("invalid_payload") from error
    if not isinstance(body, dict):
        raise SlackRefusal("invalid_payload")
    return body


def post_from(body: Json) -> Post:
    return Post(
        text=str(body.get("text") or ""),
        blocks=body.get("blocks") or None,
        attachments=body.get("attachments") or None,
        thread_ts=body.get("thread_ts") or None,
        metadata=body.get("metadata") or None,
    )


def answer_url(sandbox: Sandbox, url: ResponseUrl, body: Json) -> None:
    """Replace, delete or add. Only what succeeds counts as a use."""
    if _is_true(body.get("delete_original")):
        _delete_original(sandbox, url)
        url.uses_left -= 1
        return
    post = post_from(body)
    post.check()
    if _replaces(url, body) and _replace_original(sandbox, url, post):
        url.uses_left -= 1
        return
    place_answer(sandbox, url.person, url.channel, body, post)
    url.uses_left -= 1


def place_answer(sandbox: Sandbox, person: str, channel_id: str, body: Json, post: Post) -> None:
    """A new message, for everyone only when the app asks for it (rule 1.23)."""
    if body.get("response_type") != "in_channel":
        posting.whisper(sandbox, channel_id, person, post)
        return
    channel = sandbox.workspace.channels[channel_id]
    if post.thread_ts and not is_thread_parent(channel, post.thread_ts):
        raise SlackRefusal("thread_not_found")
    posting.say(sandbox, channel, post)


def _is_true(value: Any) -> bool:
    return str(value).lower() == "true"


def _replaces(url: ResponseUrl, body: Json) -> bool:
    """Said or, where the visibility is that of the source, assumed (rule 1.24)."""
    if url.message_ts is None:
        return False
    if "replace_original" in body:
        return _is_true(body["replace_original"])
    in_channel = body.get("response_type") == "in_channel"
    return in_channel != url.is_ephemeral


def _find_ephemeral(sandbox: Sandbox, url: ResponseUrl) -> tuple[list[Json], int] | None:
    shown = sandbox.ephemerals.get(url.person) or []
    for index, message in enumerate(shown):
        if message["ts"] == url.message_ts:
            return shown, index
    return None


def _replace_original(sandbox: Sandbox, url: ResponseUrl, post: Post) -> bool:
    if url.is_ephemeral:
        found = _find_ephemeral(sandbox, url)
        if found is None:
            return False
        shown, index = found
        former = shown[index]
        text = posting.stored_text(post)
        shown[index] = posting.compose(sandbox, post, text) | {
            "ts": former["ts"],
            "channel": former["channel"],
            "is_ephemeral": True,
        }
        return True
    channel = sandbox.workspace.channels[url.channel]
    message = channel.messages.get(str(url.message_ts))
    if message is None:
        return False
    given: Json = {"text": post.text}
    given |= {"blocks": post.blocks} if post.blocks else {}
    given |= {"attachments": post.attachments} if post.attachments else {}
    posting.change(sandbox, channel, message, given)
    return True


def _delete_original(sandbox: Sandbox, url: ResponseUrl) -> None:
    if url.message_ts is None:
        return
    if url.is_ephemeral:
        found = _find_ephemeral(sandbox, url)
        if found is not None:
            shown, index = found
            shown.pop(index)
        return
    channel = sandbox.workspace.channels[url.channel]
    message = channel.messages.get(url.message_ts)
    if message is not None:
        posting.take_back(sandbox, channel, message)
