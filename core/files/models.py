"""What is attached to a ticket. The bytes lie in a storage, under our own key."""

import uuid

from sqlalchemy import BigInteger, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import Base, HiddenWhenDeleted, NumberKey, Timestamps
from core.tickets.models import Ticket
from core.users.models import User


class Attachment(NumberKey, Timestamps, HiddenWhenDeleted, Base):
    __tablename__ = "attachments"
    __table_args__ = (
        UniqueConstraint("ticket_id", "slack_file_id"),
        Index(None, "ticket_id"),
        Index(None, "uploaded_by_id"),
        Index(None, "created_at"),
    )

    ticket_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("tickets.id", ondelete="CASCADE"))
    uploaded_by_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    #: The message it came with.
    chat_message_id: Mapped[int | None] = mapped_column(
        ForeignKey("chat_messages.id", ondelete="SET NULL")
    )
    name: Mapped[str]
    media_type: Mapped[str]
    size_bytes: Mapped[int] = mapped_column(BigInteger)
    sha256: Mapped[str] = mapped_column(String(64))
    storage_key: Mapped[str] = mapped_column(unique=True)
    slack_file_id: Mapped[str | None]

    ticket: Mapped[Ticket] = relationship(back_populates="attachments", lazy="raise")
    uploaded_by: Mapped[User] = relationship(back_populates="uploaded_attachments", lazy="raise")


class FileCopy(NumberKey, Timestamps, Base):
    """Where an attachment was uploaded again for others."""

    __tablename__ = "file_copies"
    __table_args__ = (UniqueConstraint("attachment_id", "channel_id"),)

    attachment_id: Mapped[int] = mapped_column(ForeignKey("attachments.id", ondelete="CASCADE"))
    channel_id: Mapped[str]
    slack_file_id: Mapped[str]


class PassedFile(NumberKey, Timestamps, Base):
    """An attachment that goes with a part of its ticket; the others stay with the ticket."""

    __tablename__ = "passed_files"
    __table_args__ = (UniqueConstraint("part_id", "attachment_id"),)

    part_id: Mapped[int] = mapped_column(ForeignKey("sub_tickets.id", ondelete="CASCADE"))
    attachment_id: Mapped[int] = mapped_column(ForeignKey("attachments.id", ondelete="CASCADE"))
