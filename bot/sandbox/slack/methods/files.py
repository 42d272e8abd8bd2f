"""files.*: the three-step upload, what a file is, and its deletion."""

from __future__ import annotations

import mimetypes
import secrets
from typing import Any

from bot.sandbox.slack import posting
from bot.sandbox.slack.errors import SlackRefusal
from bot.sandbox.slack.messages import is_thread_parent, store
from bot.sandbox.slack.methods.call import Call, Method
from bot.sandbox.slack.posting import Post
from bot.sandbox.slack.sandbox import Sandbox
from bot.sandbox.slack.workspace import Channel, StoredFile

Json = dict[str, Any]


def mimetype_of(name: str) -> str:
    return mimetypes.guess_type(name)[0] or "application/octet-stream"


def new_file(sandbox: Sandbox, name: str, content: bytes, owner: str) -> StoredFile:
    clock = sandbox.workspace.clock
    file = StoredFile(
        id=clock.new_id("F"),
        name=name,
        content=content,
        owner=owner,
        title=name,
        mimetype=mimetype_of(name),
        created=int(clock.now()),
    )
    sandbox.workspace.files[file.id] = file
    return file


def file_object(sandbox: Sandbox, file: StoredFile) -> Json:
    if file.deleted:
        return {"id": file.id, "mode": "tombstone"}
    url = f"{sandbox.base_url}/files-pri/{sandbox.workspace.team_id}-{file.id}"
    extension = file.name.rpartition(".")[2].lower() if "." in file.name else "binary"
    return {
        "id": file.id,
        "created": file.created,
        "timestamp": file.created,
        "name": file.name,
        "title": file.title,
        "mimetype": file.mimetype,
        "filetype": extension,
        "pretty_type": extension.upper(),
        "user": file.owner,
        "user_team": sandbox.workspace.team_id,
        "mode": "hosted",
        "editable": False,
        "size": len(file.content),
        "is_external": False,
        "external_type": "",
        "is_public": False,
        "public_url_shared": False,
        "display_as_bot": False,
        "url_private": f"{url}/{file.name}",
        "url_private_download": f"{url}/download/{file.name}",
        "permalink": f"https://{sandbox.workspace.domain}.slack.com/files/{file.owner}/{file.id}",
        "shares": _shares(sandbox, file),
        "channels": [c for c in file.shares if c.startswith("C")],
        "groups": [c for c in file.shares if c.startswith("G")],
        "ims": [c for c in file.shares if c.startswith("D")],
    }


def _shares(sandbox: Sandbox, file: StoredFile) -> Json:
    shares: Json = {}
    for channel_id, stamps in file.shares.items():
        channel = sandbox.workspace.channels[channel_id]
        group = "private" if channel.is_private else "public"
        entries = [{"ts": ts} for ts in stamps]
        shares.setdefault(group, {})[channel_id] = entries
    return shares


def get_upload_url(call: Call) -> Json:
    """Rule 5.1, the first step; the address is the local Slack's own."""
    name, length = call.required("filename"), call.number("length", 0)
    if length < 1:
        raise SlackRefusal("invalid_arguments")
    file = new_file(call.sandbox, name, b"", call.workspace.app.user_id)
    file.expected_size = length
    key = secrets.token_urlsafe(18)
    call.sandbox.uploads[key] = file.id
    return {"file_id": file.id, "upload_url": f"{call.sandbox.base_url}/upload/{key}"}


def complete_upload(call: Call) -> Json:
    """The third step; without a channel the file stays the app's own (rule 5.2)."""
    wanted = call.parsed("files", "invalid_arguments")
    if not isinstance(wanted, list) or not wanted:
        raise SlackRefusal("invalid_arguments")
    files = [_uploaded(call, entry) for entry in wanted]
    channel = None
    if call.text("channel_id"):
        channel = _channel(call)
    for file, entry in zip(files, wanted, strict=True):
        file.is_complete = True
        file.title = entry.get("title") or file.name
    answer = [file_object(call.sandbox, file) | {"shares": {}} for file in files]
    if channel:
        _share(call, channel, files)
    return {"files": answer}


def _uploaded(call: Call, entry: Json) -> StoredFile:
    file = call.workspace.files.get(str(entry.get("id")))
    if file is None or file.is_complete or not file.content:
        raise SlackRefusal("file_not_found")
    return file


def _channel(call: Call) -> Channel:
    channel = call.workspace.channels.get(call.required("channel_id"))
    if channel is None or (channel.is_private and not call.workspace.bot_is_in(channel)):
        raise SlackRefusal("channel_not_found")
    if not call.workspace.bot_is_in(channel):
        raise SlackRefusal("not_in_channel")
    thread_ts = call.text("thread_ts")
    if thread_ts and not is_thread_parent(channel, thread_ts):
        raise SlackRefusal("thread_not_found")
    return channel


def _share(call: Call, channel: Channel, files: list[StoredFile]) -> None:
    post = Post(text=call.text("initial_comment") or "", thread_ts=call.text("thread_ts") or None)
    message = posting.compose(call.sandbox, post, posting.stored_text(post))
    for file in files:
        file.shares.setdefault(channel.id, []).append(message["ts"])
    message["files"] = [file_object(call.sandbox, file) for file in files]
    message |= {"subtype": "file_share", "upload": True}
    store(channel, message)
    call.sandbox.events.posted(channel, message)


def info(call: Call) -> Json:
    file = _file(call)
    return {"file": file_object(call.sandbox, file), "comments": []}


def _file(call: Call) -> StoredFile:
    file = call.workspace.files.get(call.required("file"))
    if file is None or not file.is_complete:
        raise SlackRefusal("file_not_found")
    if file.deleted:
        raise SlackRefusal("file_deleted")
    return file


def delete(call: Call) -> Json:
    file = _file(call)
    if file.owner != call.workspace.app.user_id:
        raise SlackRefusal("cant_delete_file")
    file.deleted, file.content = True, b""
    return {}


METHODS = {
    "files.getUploadURLExternal": Method(get_upload_url, 4, ("files:write",)),
    "files.completeUploadExternal": Method(complete_upload, 4, ("files:write",)),
    "files.info": Method(info, 4, ("files:read",), reads_only=True),
    "files.delete": Method(delete, 3, ("files:write",)),
}
