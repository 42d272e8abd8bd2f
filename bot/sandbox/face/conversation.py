"""Messages as the page shows them: in the conversation or in a thread, with what is private."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from markupsafe import Markup

from bot.sandbox.face import pictures, reads, rich
from bot.sandbox.face.painter import Painter
from bot.sandbox.face.viewer import Viewer
from bot.sandbox.slack.mrkdwn import readable
from bot.sandbox.slack.people import SLACKBOT
from bot.sandbox.slack.screen import in_order
from bot.sandbox.slack.workspace import Channel

Json = dict[str, Any]
#: So many messages are shown at first; "Earlier messages" shows as many more.
PAGE = 60
TOGETHER_SECONDS = 300
INLINE_IMAGES = ("image/png", "image/jpeg", "image/gif", "image/webp")


@dataclass
class Shown:
    """One message."""

    channel: Channel
    raw: Json
    name: str
    picture: str
    body: Markup
    time: str
    full_time: str
    day: str | None = None
    is_compact: bool = False
    is_app: bool = False
    is_own: bool = False
    words: str = ""
    replies: int = 0
    unread_replies: int = 0
    last_reply: str = ""
    thread: str = ""
    repliers: list[str] = field(default_factory=list)
    files: list[Json] = field(default_factory=list)
    reactions: list[Json] = field(default_factory=list)

    @property
    def ts(self) -> str:
        return str(self.raw["ts"])

    @property
    def is_private(self) -> bool:
        return bool(self.raw.get("is_ephemeral"))

    @property
    def is_gone(self) -> bool:
        return self.raw.get("subtype") == "tombstone"


@dataclass(frozen=True)
class Conversation:
    viewer: Viewer
    painter: Painter
    channel: Channel

    def messages(self, thread_ts: str | None, most: int = PAGE) -> tuple[list[Shown], int]:
        """The newest ones, and how many earlier ones there are."""
        found = in_order(self.channel, thread_ts) + list(self._private(thread_ts))
        found.sort(key=lambda message: str(message["ts"]))
        kept = found[-most:] if thread_ts is None else found
        return list(self._arranged(kept, thread_ts)), len(found) - len(kept)

    def _private(self, thread_ts: str | None) -> Iterator[Json]:
        for message in self.viewer.sandbox.ephemerals.get(self.viewer.person.id) or []:
            is_here = message["channel"] == self.channel.id
            if is_here and message.get("thread_ts") == thread_ts:
                yield message

    def _arranged(self, messages: list[Json], thread_ts: str | None) -> Iterator[Shown]:
        day, before = None, None
        for raw in messages:
            shown = self.shown(raw, in_thread=thread_ts is not None)
            today = self.viewer.day(raw["ts"])
            shown.day = today if today != day and thread_ts is None else None
            if before is not None and shown.day is None:
                shown.is_compact = _belongs(before, shown)
            yield shown
            day, before = today, shown

    def shown(self, raw: Json, *, in_thread: bool) -> Shown:
        name, picture = self._author(raw)
        found = Shown(
            channel=self.channel,
            raw=raw,
            name=name,
            picture=picture,
            body=self._body(raw),
            time=self.viewer.time(raw["ts"]),
            full_time=self.viewer.full(raw["ts"]),
            is_app=bool(raw.get("bot_id")),
            is_own=raw.get("user") == self.viewer.person.id,
            words=readable(
                self.viewer.workspace, str(raw.get("text") or ""), self.viewer.person.tz
            ),
            thread=self.viewer.place(self.channel.id, str(raw.get("thread_ts") or raw["ts"])),
            files=[self._file(each) for each in raw.get("files") or []],
            reactions=[self._reaction(each) for each in raw.get("reactions") or []],
        )
        if not in_thread and raw.get("reply_count"):
            self._add_replies(found)
        return found

    def _add_replies(self, shown: Shown) -> None:
        raw = shown.raw
        shown.replies = int(raw["reply_count"])
        shown.last_reply = self.viewer.ago(raw["latest_reply"])
        person_id = self.viewer.person.id
        sandbox = self.viewer.sandbox
        shown.unread_replies = reads.unread_replies(sandbox, person_id, self.channel, shown.ts)
        replies = self.channel.threads.get(shown.ts, ())
        pictures_of = (self._author(self.channel.messages[ts])[1] for ts in replies)
        shown.repliers = list(dict.fromkeys(pictures_of))[:4]

    def _author(self, raw: Json) -> tuple[str, str]:
        person = self.viewer.workspace.people.get(str(raw.get("user")))
        icon = (raw.get("icons") or {}).get("image_48")
        if raw.get("user") == SLACKBOT:
            return "Slackbot", "/face/pictures/slackbot.svg"
        if raw.get("bot_id"):
            name = raw.get("username") or self.viewer.sandbox.manifest.name
            return str(name), pictures.address(icon) if icon else "/face/pictures/app.svg"
        if person is None:
            return str(raw.get("username") or raw.get("user")), "/face/pictures/app.svg"
        return person.shown_name, pictures.address(person.picture(48))

    def _body(self, raw: Json) -> Markup:
        """Blocks say it all where there are any; the text is for notifications then."""
        parts = []
        if raw.get("blocks"):
            parts.append(self.painter.blocks(raw["blocks"]))
        elif raw.get("text"):
            parts.append(rich.SECTION.format(self.painter.mrkdwn(str(raw["text"]))))
        for attachment in raw.get("attachments") or []:
            parts.append(self._attachment(attachment))
        return Markup("").join(parts)

    def _attachment(self, attachment: Json) -> Markup:
        plain = [attachment.get(key) for key in ("pretext", "title", "text", "footer")]
        words = [rich.SECTION.format(self.painter.mrkdwn(str(each))) for each in plain if each]
        blocks = self.painter.blocks(attachment.get("blocks") or [])
        return Markup('<div class="attachment">{}</div>').format(Markup("").join([*words, blocks]))

    def _file(self, file: Json) -> Json:
        known = self.viewer.workspace.files.get(str(file.get("id")))
        if known is None or known.deleted:
            return {"name": "This file was deleted.", "gone": True}
        address = f"{self.viewer.home}/files/{known.id}"
        is_picture = known.mimetype in INLINE_IMAGES
        size = _size(len(known.content))
        return {"name": known.title or known.name, "address": address, "size": size} | {
            "kind": known.name.rpartition(".")[2].upper()[:5],
            "is_picture": is_picture,
        }

    def _reaction(self, reaction: Json) -> Json:
        names = [self.viewer.workspace.name_of(each) for each in reaction["users"]]
        is_own = self.viewer.person.id in reaction["users"]
        return {"name": reaction["name"], "count": reaction["count"], "is_own": is_own} | {
            "who": ", ".join(names)
        }


def _belongs(before: Shown, after: Shown) -> bool:
    """Whether a message goes on below the one before, without a name of its own."""
    is_same = (before.name, before.picture) == (after.name, after.picture)
    is_soon = float(after.ts) - float(before.ts) < TOGETHER_SECONDS
    is_plain = not (before.is_private or after.is_private or before.is_gone or before.replies)
    is_plain = is_plain and not any(
        len(each.raw.get("blocks") or []) > 2 for each in (before, after)
    )
    return is_same and is_soon and is_plain


def _size(count: int) -> str:
    for unit in ("bytes", "KB", "MB"):
        if count < 1024 or unit == "MB":
            return f"{count:.0f} {unit}"
        count = round(count / 1024)
    return ""
