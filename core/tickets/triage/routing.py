"""Rules that send a new ticket to the right desk: ordered, the first that fits is taken."""

import re
import unicodedata
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, NumberKey, Timestamps, vocabulary
from core.tickets.states import Priority


def _department() -> Mapped[uuid.UUID | None]:
    return mapped_column(ForeignKey("departments.id", ondelete="CASCADE"))


class RoutingRule(NumberKey, Timestamps, Base):
    """What it asks is left empty for "anything"; a rule that asks nothing is the default."""

    __tablename__ = "routing_rules"

    name: Mapped[str] = mapped_column(unique=True)
    position: Mapped[int]
    words: Mapped[list[Any]] = mapped_column(default=list)
    priority: Mapped[Priority | None] = mapped_column(vocabulary(Priority))
    #: The department that was chosen, and the requester's own.
    department_id: Mapped[uuid.UUID | None] = _department()
    requester_department_id: Mapped[uuid.UUID | None] = _department()

    to_department_id: Mapped[uuid.UUID | None] = _department()
    to_priority: Mapped[Priority | None] = mapped_column(vocabulary(Priority, "to_priority"))
    assignee_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("users.id", ondelete="SET NULL")
    )


@dataclass(frozen=True, slots=True)
class Asked:
    """What a form says, as far as rules look at it."""

    words: str
    department_id: uuid.UUID
    priority: Priority
    requester_department_id: uuid.UUID | None


@dataclass(frozen=True, slots=True)
class Rule:
    name: str
    words: re.Pattern[str] | None = None
    priority: Priority | None = None
    department_id: uuid.UUID | None = None
    requester_department_id: uuid.UUID | None = None
    to_department_id: uuid.UUID | None = None
    to_priority: Priority | None = None
    assignee_id: uuid.UUID | None = None

    def fits(self, asked: Asked) -> bool:
        wanted = (
            (self.priority, asked.priority),
            (self.department_id, asked.department_id),
            (self.requester_department_id, asked.requester_department_id),
        )
        if any(value not in (None, found) for value, found in wanted):
            return False
        return self.words is None or self.words.search(_folded(asked.words)) is not None


@dataclass(frozen=True, slots=True)
class Routed:
    """Where a ticket goes. `rule` is the one that decided, if one did."""

    department_id: uuid.UUID
    priority: Priority
    rule: str | None = None
    assignee_id: uuid.UUID | None = None


def route(rules: Sequence[Rule], asked: Asked) -> Routed:
    rule = next((each for each in rules if each.fits(asked)), None)
    if rule is None:
        return Routed(asked.department_id, asked.priority)
    return Routed(
        rule.to_department_id or asked.department_id,
        rule.to_priority or asked.priority,
        rule.name,
        rule.assignee_id,
    )


def any_of(words: Sequence[str]) -> re.Pattern[str] | None:
    """Finds one of them as whole words, in text of any case; None when there are none."""
    spelled = [r"\s+".join(re.escape(each) for each in _folded(one).split()) for one in words]
    spelled = [each for each in spelled if each]
    return re.compile(rf"(?<!\w)(?:{'|'.join(spelled)})(?!\w)") if spelled else None


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


def rule_of(row: RoutingRule) -> Rule:
    return Rule(
        name=row.name,
        words=any_of(row.words),
        priority=row.priority,
        department_id=row.department_id,
        requester_department_id=row.requester_department_id,
        to_department_id=row.to_department_id,
        to_priority=row.to_priority,
        assignee_id=row.assignee_id,
    )
