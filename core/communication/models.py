"""What was said about a ticket, where each conversation lives, and what people were told."""

import uuid
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.communication.ways import Way
from core.db import Base, HiddenWhenDeleted, NumberKey, Timestamps, vocabulary
from core.tickets.models import Ticket
from core.users.models import User

#: Of the index that keeps threads apart, for ON CONFLICT.
NOT_FORMER = "audience <> 'former'"


class Audience(StrEnum):
    """Whose thread it is: the requester's, the desk's under the ticket's card, a follower's, or
    under the card of a part at the desk that it was passed on to; or one that the ticket left."""

    REQUESTER = "requester"
    DESK = "desk"
    FOLLOWER = "follower"
    PART = "part"
    FORMER = "former"


class Visibility(StrEnum):
    PUBLIC = "public"
    INTERNAL = "internal"


class ChatMessage(NumberKey, Timestamps, HiddenWhenDeleted, Base):
    """One thing a person said. `channel_id` and `message_ts` name the original in Slack."""

    __tablename__ = "chat_messages"
    __table_args__ = (
        UniqueConstraint("channel_id", "message_ts"),
        UniqueConstraint("source_key"),
        Index(None, "ticket_id"),
        Index(None, "created_at"),
        Index(None, "ticket_id", "created_at"),
        Index(None, "sender_id", "created_at"),
    )

    ticket_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("tickets.id", ondelete="CASCADE"))
    sender_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    body: Mapped[str]
    visibility: Mapped[Visibility] = mapped_column(vocabulary(Visibility))
    #: The thread it was written in; a reply from a form was written at the desk.
    audience: Mapped[Audience] = mapped_column(vocabulary(Audience))
    channel_id: Mapped[str | None]
    message_ts: Mapped[str | None]
    #: Slack's version of the text we hold, where it was edited; later ones sort after earlier.
    edited_ts: Mapped[str | None]
    edited_at: Mapped[datetime | None]
    #: A reply of the desk leaves no earlier, and can be called back until it does.
    held_until: Mapped[datetime | None]
    taken_back_at: Mapped[datetime | None]
    #: The natural key of a message that has no original in Slack: the form it came from.
    source_key: Mapped[str | None]
    #: The part of the ticket whose thread it was written in.
    part_id: Mapped[int | None] = mapped_column(ForeignKey("sub_tickets.id", ondelete="CASCADE"))
    #: Whose thread it was written in, among the followers'.
    thread_user_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("users.id", ondelete="SET NULL")
    )
    #: Since when it is part of what the note of the resolution begins with.
    in_resolution_at: Mapped[datetime | None]

    ticket: Mapped[Ticket] = relationship(back_populates="messages", lazy="raise")
    sender: Mapped[User] = relationship(
        back_populates="sent_messages", foreign_keys=[sender_id], lazy="raise"
    )


class Notification(NumberKey, Timestamps, HiddenWhenDeleted, Base):
    """Something one person was told."""

    __tablename__ = "notifications"
    __table_args__ = (
        Index(None, "user_id"),
        Index(None, "is_read"),
        Index(None, "created_at"),
        Index(None, "user_id", "is_read"),
        Index(None, "user_id", "created_at"),
        # Few of a person's news are not read yet.
        Index(
            "ix_notifications_unread",
            "user_id",
            text("id DESC"),
            postgresql_where=text("is_read IS false AND is_deleted IS false"),
        ),
    )

    user_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    ticket_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("tickets.id", ondelete="SET NULL")
    )
    topic: Mapped[str]
    details: Mapped[dict[str, Any]] = mapped_column(default=dict)
    is_read: Mapped[bool] = mapped_column(default=False)
    read_at: Mapped[datetime | None]
    #: How the person hears of it; none for what they asked for themselves.
    way: Mapped[Way | None] = mapped_column(vocabulary(Way, "notification_way"))

    user: Mapped[User] = relationship(back_populates="notifications", lazy="raise")
    ticket: Mapped[Ticket | None] = relationship(back_populates="notifications", lazy="raise")


class Thread(NumberKey, Timestamps, Base):
    """A Slack conversation of a ticket. Its root is a card or receipt of ours, or the message the
    ticket was made from; `card_ts` is what of ours shows the ticket there."""

    __tablename__ = "threads"
    __table_args__ = (
        # One of each kind, and any number that the ticket left.
        Index(
            "uq_threads_place",
            *("ticket_id", "audience", "user_id", "part_id"),
            unique=True,
            postgresql_nulls_not_distinct=True,
            postgresql_where=text(NOT_FORMER),
        ),
        UniqueConstraint("channel_id", "root_ts"),
    )

    ticket_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("tickets.id", ondelete="CASCADE"))
    audience: Mapped[Audience] = mapped_column(vocabulary(Audience))
    #: Whose, among the followers.
    user_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    part_id: Mapped[int | None] = mapped_column(ForeignKey("sub_tickets.id", ondelete="CASCADE"))
    channel_id: Mapped[str]
    root_ts: Mapped[str]
    card_ts: Mapped[str | None]


class MessageCopy(NumberKey, Timestamps, Base):
    """Where a chat message was repeated for others."""

    __tablename__ = "message_copies"
    __table_args__ = (
        UniqueConstraint("chat_message_id", "channel_id"),
        UniqueConstraint("channel_id", "message_ts"),
    )

    chat_message_id: Mapped[int] = mapped_column(ForeignKey("chat_messages.id", ondelete="CASCADE"))
    channel_id: Mapped[str]
    message_ts: Mapped[str]


class TicketOffer(NumberKey, Timestamps, Base):
    """Somebody was asked whether a ticket shall be made of a message. `subject` is what they are
    not asked about again for a while: a reaction, or a row of direct messages."""

    __tablename__ = "ticket_offers"
    __table_args__ = (UniqueConstraint("subject", "user_id"),)

    subject: Mapped[str]
    user_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    message_ts: Mapped[str]
    offered_at: Mapped[datetime]


class CannedReply(NumberKey, Timestamps, HiddenWhenDeleted, Base):
    """An answer that a department gives often; without a department, one for every desk. `body`
    may name variables, which are filled in when it is chosen."""

    __tablename__ = "canned_replies"
    __table_args__ = (
        Index(
            "uq_canned_replies_title",
            *("department_id", "title"),
            unique=True,
            postgresql_nulls_not_distinct=True,
            postgresql_where=text("is_deleted IS false"),
        ),
    )

    department_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("departments.id", ondelete="CASCADE")
    )
    title: Mapped[str]
    body: Mapped[str]
