"""Links to the app's own pages: telling the app of them, and what it shows below (1.74 to 1.76)."""

from __future__ import annotations

import asyncio
import re
from typing import Any
from urllib.parse import urlsplit

from bot.sandbox.slack.blockkit.payloads import check_message
from bot.sandbox.slack.errors import SlackRefusal
from bot.sandbox.slack.messages import completed_blocks
from bot.sandbox.slack.people import Person
from bot.sandbox.slack.sandbox import Sandbox
from bot.sandbox.slack.workspace import Channel

Json = dict[str, Any]
URL = re.compile(r"<?(https?://[^\s<>|]+)")


def links_in(sandbox: Sandbox, text: str) -> list[Json]:
    """Of the domains that the manifest names."""
    found = dict.fromkeys(URL.findall(text))
    hosts = {url: (urlsplit(url).hostname or "") for url in found}
    return [
        {"domain": host, "url": url}
        for url, host in hosts.items()
        if host in sandbox.manifest.unfurl_domains
    ]


def shared(
    sandbox: Sandbox, person: Person, channel: Channel, message: Json
) -> asyncio.Task[Any] | None:
    """Nothing is sent about what apps and people of other teams post."""
    links = links_in(sandbox, str(message.get("text") or ""))
    if not links or person.is_bot or sandbox.workspace.is_external(person):
        return None
    event: Json = {
        "type": "link_shared",
        "user": person.id,
        "channel": channel.id,
        "message_ts": message["ts"],
        "unfurl_id": f"{channel.id}.{message['ts']}.{sandbox.workspace.clock.short_id()}",
        "source": "conversations_history",
        "is_bot_user_member": sandbox.workspace.bot_is_in(channel),
        "links": links,
        "event_ts": sandbox.workspace.clock.stamp(),
    }
    if message.get("thread_ts"):
        event["thread_ts"] = message["thread_ts"]
    if not sandbox.events.hears("link_shared"):
        return None
    return sandbox.events.emit(event, shared=channel.ext_shared)


def place_of(sandbox: Sandbox, unfurl_id: str) -> tuple[str, str]:
    """Channel and message of a link that the app was told of."""
    channel_id, _, rest = unfurl_id.partition(".")
    return channel_id, rest.rpartition(".")[0]


def unfurl(sandbox: Sandbox, channel: Channel, message: Json, unfurls: Any) -> None:
    """The keys are addresses that stand in the message."""
    if not isinstance(unfurls, dict) or not unfurls:
        raise SlackRefusal("cannot_parse_attachment")
    known = {link["url"] for link in links_in(sandbox, str(message.get("text") or ""))}
    if not known.issuperset(unfurls):
        raise SlackRefusal("cannot_unfurl_url")
    for shown in unfurls.values():
        _check(shown)
    former = dict(message)
    kept = [
        each
        for each in message.get("attachments") or []
        if each.get("app_unfurl_url") not in unfurls
    ]
    for url, shown in unfurls.items():
        blocks = completed_blocks(sandbox.workspace.clock, shown.get("blocks") or [])
        about = {"id": len(kept) + 1, "is_app_unfurl": True, "app_unfurl_url": url}
        kept.append(shown | about | ({"blocks": blocks} if blocks else {}))
    message["attachments"] = kept
    sandbox.events.changed(channel, former, message)


def _check(shown: Any) -> None:
    if not isinstance(shown, dict):
        raise SlackRefusal("cannot_parse_attachment")
    check_message(shown.get("blocks"), None)
    if any(block.get("type") == "rich_text" for block in shown.get("blocks") or []):
        raise SlackRefusal("invalid_blocks")


def unfurl_with(message: Json, action: Json) -> Json | None:
    """The unfurl in which a button was pressed."""
    for attachment in message.get("attachments") or []:
        ids = {block.get("block_id") for block in attachment.get("blocks") or []}
        if attachment.get("is_app_unfurl") and action.get("block_id") in ids:
            found: Json = attachment
            return found
    return None
