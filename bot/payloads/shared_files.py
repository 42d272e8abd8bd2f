"""Files as Slack's payloads name them, and as our buttons do."""

import re
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from bot.ids import Field
from bot.payloads import MessageRef
from core.tickets.forms import BLOCKS

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
    return ids_of(event.get("files"))


def of_form(view: Any) -> tuple[str, ...]:
    """Of the usual input, and of those that a department asks for besides."""
    found = view
    for key in ("state", "values"):
        found = found.get(key) if isinstance(found, dict) else None
    ids: list[str] = []
    for block_id, inputs in (found if isinstance(found, dict) else {}).items():
        field = Field.EXTRA if str(block_id).startswith(BLOCKS) else Field.FILES
        held = inputs.get(field) if isinstance(inputs, dict) else None
        if isinstance(held, dict) and (field is Field.EXTRA or block_id == Field.FILES):
            ids += ids_of(held.get("files"))
    return tuple(dict.fromkeys(ids))


def ids_of(files: Any) -> tuple[str, ...]:
    if not isinstance(files, list):
        return ()
    ids = [file.get("id") for file in files if isinstance(file, dict)]
    known = [each for each in ids if isinstance(each, str) and _FILE_ID.fullmatch(each)]
    return tuple(dict.fromkeys(known))[:MOST]
