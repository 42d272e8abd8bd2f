"""What is said once a day at most."""

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, NumberKey, Timestamps


class Digest(NumberKey, Timestamps, Base):
    """`subject` names the kind and whom it is for; `day` is a day of their own zone, as ISO
    writes it."""

    __tablename__ = "digests"
    __table_args__ = (UniqueConstraint("subject", "day"),)

    subject: Mapped[str] = mapped_column()
    day: Mapped[str] = mapped_column()
