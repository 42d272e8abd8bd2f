"""What the form of a new ticket hides when it goes on from an earlier one."""

import json
from dataclasses import dataclass
from typing import Any
from uuid import UUID

_REF_MAX = 200


@dataclass(frozen=True, slots=True)
class FollowUpRef:
    """The ticket that the new one goes on from."""

    ticket_id: UUID

    def dump(self) -> str:
        return f'{{"goes_on_from":"{self.ticket_id}"}}'

    @classmethod
    def find(cls, raw: Any) -> "FollowUpRef | None":
        """None for a form of another kind."""
        if not isinstance(raw, str) or len(raw) > _REF_MAX:
            return None
        try:
            return cls(UUID(json.loads(raw)["goes_on_from"]))
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
            return None
