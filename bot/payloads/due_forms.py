"""What people enter in the form "Change due time…"."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.ids import Field
from bot.payloads import TicketRef
from bot.payloads.part_forms import Answers, read_due
from core.errors import Refused


@dataclass(frozen=True, slots=True)
class DueForm:
    ref: TicketRef
    due_at: datetime
    reason: str


def read(view: Any) -> DueForm:
    """Raises InvalidField for what a person can mend, Refused for what is no form of ours."""
    if not isinstance(view, dict):
        raise Refused("This form is no longer valid. Please open it again.")
    ref = TicketRef.load(view.get("private_metadata"))
    return DueForm(ref, read_due(view), Answers(view).text(Field.REASON))
