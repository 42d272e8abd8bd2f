"""The people that a message names, and the question whether one of them shall join the ticket."""

import json
import re
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from core.errors import Refused

#: Of so many people the writer is asked about; who names more means everybody.
ASKED_ABOUT_MOST = 10

_MENTION = re.compile(r"<@([UW][A-Z0-9]{1,20})(?:\|[^<>]*)?>")
_PERSON = re.compile(r"[UW][A-Z0-9]{1,20}")
_REF_MAX = 200
_OLD_BUTTON = "This button is no longer valid. Mention the person again in the ticket's thread."


def mentioned(text: Any, most: int = ASKED_ABOUT_MOST) -> tuple[str, ...]:
    """The Slack user ids that a message mentions, each once, in order. Raw text, in which
    somebody's own `<` is escaped."""
    found = _MENTION.findall(text) if isinstance(text, str) else []
    return tuple(dict.fromkeys(found))[:most]


@dataclass(frozen=True, slots=True)
class MentionRef:
    """Who was mentioned, and on which ticket."""

    ticket_id: UUID
    slack_user_id: str

    def dump(self) -> str:
        return f'{{"t":"{self.ticket_id}","u":"{self.slack_user_id}"}}'

    @classmethod
    def load(cls, raw: Any) -> "MentionRef":
        """Raises Refused for anything that `dump` did not write."""
        if not isinstance(raw, str) or len(raw) > _REF_MAX:
            raise Refused(_OLD_BUTTON)
        try:
            found = json.loads(raw)
            ref = cls(UUID(found["t"]), found["u"])
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
            raise Refused(_OLD_BUTTON) from None
        if not isinstance(ref.slack_user_id, str) or not _PERSON.fullmatch(ref.slack_user_id):
            raise Refused(_OLD_BUTTON)
        return ref
