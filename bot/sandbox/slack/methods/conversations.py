"""conversations.*: channels, direct messages, what was said in them."""

from __future__ import annotations

from itertools import takewhile
from typing import Any

from bot.sandbox.slack import membership
from bot.sandbox.slack.errors import SlackRefusal
from bot.sandbox.slack.messages import listed
from bot.sandbox.slack.methods.call import HISTORY_SCOPES, READ_SCOPES, Call, Method
from bot.sandbox.slack.methods.paging import page
from bot.sandbox.slack.workspace import Channel, Workspace

Json = dict[str, Any]
KIND_OF_TYPE = {
    "public_channel": "channel",
    "private_channel": "group",
    "im": "im",
    "mpim": "mpim",
}


def conversation_object(workspace: Workspace, channel: Channel) -> Json:
    shown: Json = {
        "id": channel.id,
        "created": channel.created,
        "is_archived": channel.archived,
        "is_im": channel.kind == "im",
        "is_org_shared": False,
        "context_team_id": workspace.team_id,
    }
    if channel.kind == "im":
        person = workspace.people.get(str(channel.person))
        is_user_deleted = bool(person and person.deleted)
        return shown | {"user": channel.person, "is_user_deleted": is_user_deleted, "is_open": True}
    return shown | {
        "name": channel.name,
        "name_normalized": channel.name,
        "is_channel": channel.kind == "channel",
        "is_group": channel.kind == "group",
        "is_mpim": channel.kind == "mpim",
        "is_private": channel.is_private,
        "is_general": channel.name == "general",
        "is_shared": channel.ext_shared,
        "is_ext_shared": channel.ext_shared,
        "is_pending_ext_shared": False,
        "is_member": workspace.bot_is_in(channel),
        "creator": channel.creator,
        "topic": {"value": channel.topic, "creator": "", "last_set": 0},
        "purpose": {"value": channel.purpose, "creator": "", "last_set": 0},
        "previous_names": [],
    }


def info(call: Call) -> Json:
    channel = call.channel()
    call.require_scope(READ_SCOPES[channel.kind])
    shown = conversation_object(call.workspace, channel)
    if call.flag("include_num_members"):
        shown["num_members"] = len(channel.members)
    return {"channel": shown}


def members(call: Call) -> Json:
    channel = call.channel()
    call.require_scope(READ_SCOPES[channel.kind])
    chosen, metadata = page(call, list(channel.members))
    return {"members": chosen, "response_metadata": metadata}


def list_channels(call: Call) -> Json:
    types = (call.text("types") or "public_channel").split(",")
    kinds = {KIND_OF_TYPE.get(each.strip(), "") for each in types}
    if "" in kinds:
        raise SlackRefusal("invalid_types")
    for kind in sorted(kinds):
        call.require_scope(READ_SCOPES[kind])
    known = [
        channel
        for channel in call.workspace.channels.values()
        if channel.kind in kinds
        and (channel.kind == "channel" or call.workspace.bot_is_in(channel))
        and not (call.flag("exclude_archived") and channel.archived)
    ]
    chosen, metadata = page(call, known)
    shown = [
        conversation_object(call.workspace, channel) | {"num_members": len(channel.members)}
        for channel in chosen
    ]
    return {"channels": shown, "response_metadata": metadata}


def open_dm(call: Call) -> Json:
    call.require_scope("im:write")
    wanted = [each for each in (call.text("users") or "").split(",") if each]
    if len(wanted) != 1:
        raise SlackRefusal("users_list_not_supplied" if not wanted else "not_enough_users")
    person = call.person_to_talk_to(wanted[0])
    if person.deleted:
        raise SlackRefusal("user_disabled")
    already = person.id in call.workspace.dm_of
    channel = call.workspace.dm_with(person.id)
    shown: Json = {"id": channel.id}
    if call.flag("return_im"):
        shown = conversation_object(call.workspace, channel)
    return {"channel": shown} | ({"no_op": True, "already_open": True} if already else {})


def _readable_channel(call: Call) -> Channel:
    channel = call.channel()
    call.require_scope(HISTORY_SCOPES[channel.kind])
    if not call.workspace.bot_is_in(channel):
        raise SlackRefusal("not_in_channel")
    return channel


def _is_after_oldest(call: Call, ts: str) -> bool:
    """Time stamps compare as text: all have as many digits."""
    oldest = call.text("oldest") or ""
    return ts > oldest or (call.flag("inclusive") and ts == oldest)


def _is_before_latest(call: Call, ts: str) -> bool:
    latest = call.text("latest") or ""
    return not latest or ts < latest or (call.flag("inclusive") and ts == latest)


def history(call: Call) -> Json:
    """Newest first, without replies; metadata only with include_all_metadata (rule 3.63)."""
    channel = _readable_channel(call)
    young = takewhile(lambda ts: _is_after_oldest(call, ts), reversed(channel.roots))
    found = (ts for ts in young if _is_before_latest(call, ts))
    chosen, metadata = page(call, found)
    full = call.flag("include_all_metadata")
    shown = [listed(channel.messages[ts], with_metadata=full) for ts in chosen]
    has_more = bool(metadata["next_cursor"])
    body: Json = {"messages": shown, "has_more": has_more, "pin_count": 0}
    return body | ({"response_metadata": metadata} if has_more else {})


def replies(call: Call) -> Json:
    """The parent first, then its replies, oldest first."""
    channel = _readable_channel(call)
    root = call.required("ts")
    message = channel.messages.get(root)
    if message is None:
        raise SlackRefusal("thread_not_found")
    root = message.get("thread_ts", root)
    found = [root]
    for ts in channel.threads.get(root, ()):
        if _is_after_oldest(call, ts) and _is_before_latest(call, ts):
            found.append(ts)
    chosen, metadata = page(call, found, default=1000)
    full = call.flag("include_all_metadata")
    shown = [listed(channel.messages[ts], with_metadata=full) for ts in chosen]
    has_more = bool(metadata["next_cursor"])
    body: Json = {"messages": shown, "has_more": has_more}
    return body | ({"response_metadata": metadata} if has_more else {})


def join(call: Call) -> Json:
    channel = call.channel()
    if channel.kind != "channel":
        raise SlackRefusal("method_not_supported_for_channel_type")
    if channel.archived:
        raise SlackRefusal("is_archived")
    membership.join(call.sandbox, channel, call.workspace.app.user_id)
    return {"channel": conversation_object(call.workspace, channel)}


def invite(call: Call) -> Json:
    channel = call.channel()
    call.require_scope("groups:write" if channel.kind == "group" else "channels:manage")
    if not call.workspace.bot_is_in(channel):
        raise SlackRefusal("not_in_channel")
    for person in call.required("users").split(","):
        if person not in call.workspace.people:
            raise SlackRefusal("user_not_found")
        if person == call.workspace.app.user_id:
            raise SlackRefusal("cant_invite_self")
        if person in channel.members:
            raise SlackRefusal("already_in_channel")
        membership.join(call.sandbox, channel, person, inviter=call.workspace.app.user_id)
    return {"channel": conversation_object(call.workspace, channel)}


METHODS = {
    "conversations.info": Method(info, 3, reads_only=True),
    "conversations.members": Method(members, 4, reads_only=True),
    "conversations.list": Method(list_channels, 2, reads_only=True),
    "conversations.open": Method(open_dm, 3),
    "conversations.history": Method(history, 3, reads_only=True),
    "conversations.replies": Method(replies, 3, reads_only=True),
    "conversations.join": Method(join, 3, ("channels:join",)),
    "conversations.invite": Method(invite, 3),
}
