"""What somebody rates, and where the question is that shows their answer."""

import json
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from bot.ids import Field
from bot.payloads import TicketRef, storable
from bot.payloads.part_forms import Answers
from core.errors import Refused
from core.tickets.ratings import COMMENT_MAX, Shown

_OLD_BUTTON = "This button is no longer valid."


@dataclass(frozen=True, slots=True)
class RatingRef:
    ticket_id: UUID
    shown: Shown

    def dump(self) -> str:
        return json.dumps([str(self.ticket_id), self.shown.channel_id, self.shown.message_ts])

    @classmethod
    def load(cls, raw: Any) -> "RatingRef":
        """Raises Refused for anything that `dump` did not write."""
        try:
            ticket_id, channel_id, message_ts = json.loads(raw)
            return cls(UUID(ticket_id), Shown(_word(channel_id), _word(message_ts)))
        except (TypeError, ValueError, AttributeError, RecursionError):
            raise Refused(_OLD_BUTTON) from None

    @classmethod
    def of(cls, body: dict[str, Any], ref: TicketRef) -> "RatingRef":
        """Of the message whose button was pressed. Raises Refused when there is none."""
        container = body.get("container")
        found = container if isinstance(container, dict) else {}
        try:
            shown = Shown(_word(found.get("channel_id")), _word(found.get("message_ts")))
        except ValueError:
            raise Refused(_OLD_BUTTON) from None
        return cls(ref.ticket_id, shown)


def _word(raw: Any) -> str:
    if not isinstance(raw, str) or not raw:
        raise ValueError(raw)
    return storable(raw)


@dataclass(frozen=True, slots=True)
class CommentForm:
    ref: RatingRef
    comment: str


def read_comment(view: Any) -> CommentForm:
    hidden = view.get("private_metadata") if isinstance(view, dict) else None
    return CommentForm(RatingRef.load(hidden), Answers(view).text(Field.COMMENT, most=COMMENT_MAX))
