"""What requesters think of how they were helped: asked once, changeable for a day."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from core import notices, outbox
from core.communication.models import Audience
from core.communication.notify import Occasion, notify
from core.communication.ways import RATED, Event
from core.db import Base, NumberKey, Timestamps, utc_now
from core.errors import InvalidField, Refused
from core.notices import Place, Topic
from core.outbox import Row
from core.tickets.changes import Turn, record
from core.tickets.models import Ticket
from core.tickets.standing import lock
from core.tickets.states import Status
from core.users import queries as users
from core.users.permissions import Permission, authorize
from core.users.roles import Role

BEST = 5
COMMENT_MAX = 1000
#: How long one may think it over.
CHANGEABLE = timedelta(days=1)
#: What was resolved longer ago is closed without a question.
_FRESH = timedelta(days=30)


class Rating(NumberKey, Timestamps, Base):
    """Of a ticket, by its requester; without a score it was only asked for."""

    __tablename__ = "ratings"
    __table_args__ = (
        UniqueConstraint("ticket_id"),
        CheckConstraint(f"score BETWEEN 1 AND {BEST}", name="score"),
        Index("ix_ratings_given", "rated_at", postgresql_where=text("score IS NOT NULL")),
    )

    ticket_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("tickets.id", ondelete="CASCADE"))
    user_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    score: Mapped[int | None]
    comment: Mapped[str | None]
    #: When it was given first.
    rated_at: Mapped[datetime | None]


@dataclass(frozen=True, slots=True)
class Shown:
    """Where the question is in Slack, which shows the answer then."""

    channel_id: str
    message_ts: str


@dataclass(frozen=True, slots=True)
class RatingView:
    ticket_id: uuid.UUID
    score: int | None
    comment: str | None
    until: datetime | None


async def ask(session: AsyncSession, ticket: Ticket) -> None:
    """Once for each ticket. `ticket` is locked."""
    if ticket.resolved_at is None or utc_now() - ticket.resolved_at > _FRESH:
        return
    asked = await session.scalar(
        insert(Rating)
        .values(ticket_id=ticket.id, user_id=ticket.requestor_id)
        .on_conflict_do_nothing()
        .returning(Rating.id)
    )
    if asked is not None:
        place = Place(ticket.id, Audience.REQUESTER)
        await outbox.add(session, Row(Topic.RATING_ASKED, place.lane, place.payload()))


async def rate(
    session: AsyncSession, turn: Turn, ticket_id: uuid.UUID, score: int, shown: Shown
) -> None:
    """The same score again changes nothing."""
    if not 1 <= score <= BEST:
        raise Refused(f"A rating is a number from 1 to {BEST}.")
    ticket, rating = await _lock(session, turn, ticket_id)
    if rating.score == score:
        return
    before, rating.score = rating.score, score
    rating.rated_at = rating.rated_at or utc_now()
    await _tell(session, turn, ticket, rating, before)
    await outbox.add(session, _changed(ticket.id, shown))


async def comment(
    session: AsyncSession, turn: Turn, ticket_id: uuid.UUID, words: str, shown: Shown
) -> None:
    ticket, rating = await _lock(session, turn, ticket_id)
    if rating.score is None:
        raise Refused("Choose a number first.")
    if len(words) > COMMENT_MAX:
        raise InvalidField("comment", f"Keep it within {COMMENT_MAX} characters.")
    said = words.strip() or None
    if rating.comment == said:
        return
    rating.comment = said
    await _tell(session, turn, ticket, rating, rating.score)
    await outbox.add(session, _changed(ticket.id, shown))


async def _lock(session: AsyncSession, turn: Turn, ticket_id: uuid.UUID) -> tuple[Ticket, Rating]:
    ticket, standing = await lock(session, turn.actor, ticket_id)
    authorize(turn.actor, Permission.RATE, standing)
    if ticket.status is not Status.CLOSED or ticket.merged_into_id is not None:
        raise Refused(f"{ticket.key} is {ticket.status.words.lower()}: it cannot be rated now.")
    rating = await session.scalar(select(Rating).where(Rating.ticket_id == ticket_id))
    if rating is None:
        raise Refused(f"Nobody asked for a rating of {ticket.key}.")
    if rating.rated_at is not None and utc_now() > rating.rated_at + CHANGEABLE:
        raise Refused("A rating can be changed for a day. That day is over.")
    return ticket, rating


async def _tell(
    session: AsyncSession, turn: Turn, ticket: Ticket, rating: Rating, before: int | None
) -> None:
    """Its desk, where its head reads it."""
    changes = {"score": [before, rating.score]} if before != rating.score else {}
    details = {"score": rating.score, "comment": rating.comment or ""}
    row = await record(session, turn, ticket, "ticket.rate", changes, **details)
    await outbox.add(session, *notices.happened(ticket.id, row.id, Audience.DESK))
    people = await users.list_desk(session, ticket.department_id)
    heads = [each.id for each in people if each.role is Role.DEPARTMENT_HEAD]
    said = {"by": turn.actor.name, "score": rating.score}
    shown_in = frozenset({Audience.DESK})
    occasion = Occasion(Event.RATING, RATED, ticket.id, turn.actor, said, shown_in)
    await notify(session, occasion, [*heads, ticket.assignee_id])


def _changed(ticket_id: uuid.UUID, shown: Shown) -> Row:
    key = f"{Topic.RATING_CHANGED}:{ticket_id}"
    payload = {
        "ticket_id": str(ticket_id),
        "channel_id": shown.channel_id,
        "message_ts": shown.message_ts,
    }
    return Row(Topic.RATING_CHANGED, key, payload, fold_key=key)


async def find_rating(session: AsyncSession, turn: Turn, ticket_id: uuid.UUID) -> RatingView:
    """For opening the form: raises what `comment` would raise."""
    _, rating = await _lock(session, turn, ticket_id)
    if rating.score is None:
        raise Refused("Choose a number first.")
    return _view(rating)


async def list_ratings(
    session: AsyncSession, ticket_ids: Sequence[uuid.UUID]
) -> dict[uuid.UUID, RatingView]:
    """For the workers: asks nobody's permission."""
    found = await session.scalars(select(Rating).where(Rating.ticket_id.in_(ticket_ids)))
    return {each.ticket_id: _view(each) for each in found}


def _view(rating: Rating) -> RatingView:
    until = rating.rated_at + CHANGEABLE if rating.rated_at else None
    return RatingView(rating.ticket_id, rating.score, rating.comment, until)
