"""chat.*: posting, changing, deleting, whispering."""

from __future__ import annotations

import json
from typing import Any

from bot.sandbox.slack import posting, unfurls
from bot.sandbox.slack.blockkit.payloads import check_message
from bot.sandbox.slack.errors import SlackRefusal
from bot.sandbox.slack.messages import is_thread_parent
from bot.sandbox.slack.methods.call import Call, Method
from bot.sandbox.slack.posting import Post
from bot.sandbox.slack.workspace import Channel

Json = dict[str, Any]
LONGEST_UPDATE = 4_000
LONGEST_MARKDOWN = 12_000
LARGEST_METADATA = 8_000


def _metadata(call: Call) -> Json | None:
    """Rule 3.63; None when not given, an empty object removes."""
    metadata = call.parsed("metadata", "invalid_metadata_format")
    if metadata is None:
        return None
    if not isinstance(metadata, dict):
        raise SlackRefusal("invalid_metadata_format")
    if metadata and not (
        isinstance(metadata.get("event_type"), str)
        and isinstance(metadata.get("event_payload"), dict)
    ):
        raise SlackRefusal("invalid_metadata_schema")
    if len(json.dumps(metadata)) > LARGEST_METADATA:
        raise SlackRefusal("metadata_too_large")
    return metadata


def _post_from(call: Call) -> Post:
    blocks = call.parsed("blocks", "invalid_blocks_format")
    text = call.text("text") or ""
    markdown = call.text("markdown_text")
    if markdown is not None:
        if text or blocks:
            raise SlackRefusal("markdown_text_conflict")
        if len(markdown) > LONGEST_MARKDOWN:
            raise SlackRefusal("msg_too_long")
        blocks, text = [{"type": "markdown", "text": markdown}], markdown
    post = Post(
        text=text,
        blocks=blocks,
        attachments=call.parsed("attachments", "invalid_attachments"),
        thread_ts=call.text("thread_ts") or None,
        broadcast=call.flag("reply_broadcast"),
        metadata=_metadata(call),
        username=call.text("username") or None,
        icon_url=call.text("icon_url") or None,
        icon_emoji=call.text("icon_emoji") or None,
        links_names=call.flag("link_names") or call.text("parse") == "full",
    )
    if post.is_customized:
        call.require_scope("chat:write.customize")
    post.check()
    return post


def post_message(call: Call) -> Json:
    channel = call.channel_to_post()
    post = _post_from(call)
    if post.thread_ts and not is_thread_parent(channel, post.thread_ts):
        raise SlackRefusal("thread_not_found")
    message = posting.say(call.sandbox, channel, post)
    return {"channel": channel.id, "ts": message["ts"], "message": message}


def _own_message(call: Call, foreign: str) -> tuple[Channel, Json]:
    """Rule 3.55: only messages of the app itself, addressed by their conversation's own id."""
    channel = call.channel()
    message = channel.messages.get(call.required("ts"))
    if message is None or message.get("subtype") == "tombstone":
        raise SlackRefusal("message_not_found")
    if message.get("bot_id") != call.workspace.app.bot_id:
        raise SlackRefusal(foreign)
    return channel, message


def update(call: Call) -> Json:
    given: Json = {}
    for key in ("blocks", "attachments"):
        value = call.parsed(key, f"invalid_{key}" + ("_format" if key == "blocks" else ""))
        if value is not None:
            given[key] = value
    text = call.text("text")
    if text is not None:
        given["text"] = text
    if len(text or "") > LONGEST_UPDATE:
        raise SlackRefusal("msg_too_long")
    check_message(given.get("blocks"), given.get("attachments"))
    metadata = _metadata(call)
    if not given and metadata is None:
        raise SlackRefusal("no_text")
    channel, message = _own_message(call, "cant_update_message")
    if metadata is not None:
        given["metadata"] = metadata
    _refuse_block_mismatch(message, given.get("blocks"))
    if call.flag("reply_broadcast") and ("text" in given or "blocks" in given):
        raise SlackRefusal("no_dual_broadcast_content_update")
    posting.change(call.sandbox, channel, message, given)
    return {"channel": channel.id, "ts": message["ts"], "text": message["text"], "message": message}


def _refuse_block_mismatch(message: Json, blocks: list[Json] | None) -> None:
    """Rule 3.55: rich text gives way only to rich text."""

    def is_rich(listed: list[Json]) -> bool:
        return any(block["type"] == "rich_text" for block in listed)

    if blocks and is_rich(message.get("blocks") or []) and not is_rich(blocks):
        raise SlackRefusal("block_mismatch")


def delete(call: Call) -> Json:
    channel, message = _own_message(call, "cant_delete_message")
    posting.take_back(call.sandbox, channel, message)
    return {"channel": channel.id, "ts": message["ts"]}


def post_ephemeral(call: Call) -> Json:
    """Rule 3.62: ok says nothing about whether anybody sees it."""
    user = call.required("user")
    channel = call.channel()
    if not call.workspace.bot_is_in(channel):
        raise SlackRefusal("not_in_channel")
    post = _post_from(call)
    if user not in channel.members:
        raise SlackRefusal("user_not_in_channel")
    if post.thread_ts and not channel.threads.get(post.thread_ts):
        return {"message_ts": call.workspace.clock.stamp()}
    if not call.workspace.people[user].active:
        return {"message_ts": call.workspace.clock.stamp()}
    message = posting.whisper(call.sandbox, channel.id, user, post)
    return {"message_ts": message["ts"]}


def get_permalink(call: Call) -> Json:
    channel = call.channel()
    ts = call.required("message_ts")
    message = channel.messages.get(ts)
    if message is None:
        raise SlackRefusal("message_not_found")
    link = f"https://{call.workspace.domain}.slack.com/archives/{channel.id}/p{ts.replace('.', '')}"
    root = message.get("thread_ts")
    if root and root != ts:
        link += f"?thread_ts={root}&cid={channel.id}"
    return {"channel": channel.id, "permalink": link}


def unfurl(call: Call) -> Json:
    """By channel and message, or by what the event named them."""
    unfurls_given = call.parsed("unfurls", "cannot_parse_attachment")
    unfurl_id = call.text("unfurl_id")
    if unfurl_id:
        call.required("source")
        channel_id, ts = unfurls.place_of(call.sandbox, unfurl_id)
    else:
        channel_id, ts = call.required("channel"), call.required("ts")
    channel = call.workspace.channels.get(channel_id)
    if channel is None:
        raise SlackRefusal("cannot_find_channel")
    message = channel.messages.get(ts)
    if message is None:
        raise SlackRefusal("cannot_find_message")
    unfurls.unfurl(call.sandbox, channel, message, unfurls_given)
    return {}


METHODS = {
    "chat.unfurl": Method(unfurl, 3, ("links:write",)),
    "chat.postMessage": Method(post_message, None, ("chat:write",)),
    "chat.update": Method(update, 3, ("chat:write",)),
    "chat.delete": Method(delete, 3, ("chat:write",)),
    "chat.postEphemeral": Method(post_ephemeral, 4, ("chat:write",)),
    "chat.getPermalink": Method(get_permalink, None, reads_only=True),
}
