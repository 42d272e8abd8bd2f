"""Who looks at the Home tab, and at what of it."""

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, Timestamps


class HomeVisit(Timestamps, Base):
    """`shown` is which list, filters and page. `view_hash` names what Slack was last given."""

    __tablename__ = "home_visits"

    user_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("users.id", ondelete="CASCADE"), primary_key=True
    )
    opened_at: Mapped[datetime]
    shown: Mapped[dict[str, Any]] = mapped_column(default=dict)
    view_hash: Mapped[str | None]
