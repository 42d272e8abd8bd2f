"""What a ticket knows of waiting for its requester."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Mapped, mapped_column, validates

from core.db import utc_now
from core.tickets.states import Status


class WaitsForRequester:
    #: Since when, while it does.
    waiting_since: Mapped[datetime | None] = mapped_column()
    #: When the requester was asked again, in this wait.
    asked_again_at: Mapped[datetime | None] = mapped_column()

    @validates("status")
    def _note_wait(self, _: str, status: Any) -> Any:
        """Whoever changes the status, each wait begins anew."""
        if status != getattr(self, "status", None):
            waits = status == Status.WAITING_REQUESTER
            self.waiting_since = utc_now() if waits else None
            self.asked_again_at = None
        return status
