"""What requests for approval are judged by: rules, exchange rates, and who is away."""

import uuid
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    Dialect,
    ForeignKey,
    Index,
    Numeric,
    String,
    Text,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import TypeDecorator

from core.db import Base, NumberKey, Timestamps, Versioned, utc_now

#: One unit of a currency in the rules' own: ten digits after the point.
RATE = Numeric(20, 10)


class Day(TypeDecorator[date]):
    """A day of the calendar, which is no moment: kept as 2026-01-31."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: date | None, dialect: Dialect) -> str | None:
        return value.isoformat() if value is not None else None

    def process_result_value(self, value: str | None, dialect: Dialect) -> date | None:
        return date.fromisoformat(value) if value is not None else None


class ApprovalRuleVersion(NumberKey, Timestamps, Base):
    """Rules as they were once published; the newest hold. `rules` as RuleBook writes them."""

    __tablename__ = "approval_rule_versions"
    __table_args__ = (UniqueConstraint("version"),)

    version: Mapped[int]
    rules: Mapped[dict[str, Any]]
    valid_from: Mapped[datetime] = mapped_column(default=utc_now, server_default=func.now())
    created_by_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("users.id", ondelete="SET NULL")
    )


class ExchangeRate(NumberKey, Timestamps, Base):
    """What one unit of a currency is worth in the rules' currency, from a day on."""

    __tablename__ = "exchange_rates"
    __table_args__ = (UniqueConstraint("currency", "base_currency", "valid_on"),)

    currency: Mapped[str] = mapped_column(String(3))
    base_currency: Mapped[str] = mapped_column(String(3))
    valid_on: Mapped[date] = mapped_column(Day)
    rate: Mapped[Decimal] = mapped_column(RATE)


class Absence(NumberKey, Timestamps, Versioned, Base):
    """Somebody is away, and another decides for them. It ends at `ends_at`, or when it is ended."""

    __tablename__ = "absences"
    __table_args__ = (
        Index(
            "ix_absences_open",
            *("user_id", "starts_at"),
            postgresql_where=text("is_over IS false"),
        ),
        Index(
            "ix_absences_stand_ins",
            "stand_in_id",
            postgresql_where=text("is_over IS false"),
        ),
    )

    user_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    stand_in_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime | None]
    #: In the rules' currency: the stand-in decides up to this amount, and not above.
    amount_limit: Mapped[Decimal | None]
    set_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    #: The open seats were moved to the stand-in.
    is_begun: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    #: They were given back, or it was called off.
    is_over: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
