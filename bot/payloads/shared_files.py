"""Files as Slack's payloads name them, and as our buttons do."""

import re
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from bot.ids import Field
from bot.payloads import MessageRef

#: A form takes ten, a message of Slack's as many.
MOST = 10
_FILE_ID = re.compile(r"F[A-Z0-9]{1,40}", re.ASCII)


@dataclass(frozen=True, slots=True)
class FileRef:
    ticket_id: UUID
    attachment_id: int

    def dump(self) -> str:
        return f"file {MessageRef(self.ticket_id, self.attachment_id).dump()}"

    @classmethod
    def load(cls, raw: Any) -> "FileRef":
        """Raises Refused for anything that `dump` did not write."""
        named = raw.removeprefix("file ") if isinstance(raw, str) else raw
        ref = MessageRef.load(named)
        return cls(ref.ticket_id, ref.message_id)


def of_message(event: dict[str, Any]) -> tuple[str, ...]:
    """Ids only: what else a message says of its files may be a stub."""
    return _ids(event.get("files"))


def of_form(view: Any) -> tuple[str, ...]:
    found = view
    for key in ("state", "values", Field.FILES.value, Field.FILES.value, "files"):
        found = found.get(key) if isinstance(found, dict) else None
    return _ids(found)


def _ids(files: Any) -> tuple[str, ...]:
    if not isinstance(files, list):
        return ()
    ids = [file.get("id") for file in files if isinstance(file, dict)]
    known = [each for each in ids if isinstance(each, str) and _FILE_ID.fullmatch(each)]
    return tuple(dict.fromkeys(known))[:MOST]
