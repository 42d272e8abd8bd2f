"""What was said, and who is on a ticket."""

import sqlalchemy as sa
from alembic import op

from migrations import columns, locks, triggers

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    locks.be_brief()
    op.create_table(
        "chat_messages",
        columns.number_key(),
        columns.reference("ticket_id", "tickets.id", on_delete="CASCADE"),
        columns.reference("sender_id", "users.id", on_delete="CASCADE"),
        columns.words("body"),
        columns.choice("visibility", "visibility", "public", "internal"),
        columns.choice("audience", "audience", "requester", "desk"),
        columns.words("channel_id", nullable=True),
        columns.words("message_ts", nullable=True),
        columns.words("source_key", nullable=True),
        *columns.timestamps(),
        *columns.soft_delete(),
        sa.UniqueConstraint("channel_id", "message_ts"),
        sa.UniqueConstraint("source_key"),
    )
    op.create_table(
        "ticket_participants",
        columns.number_key(),
        columns.reference("ticket_id", "tickets.id", on_delete="CASCADE"),
        columns.reference("user_id", "users.id", on_delete="CASCADE"),
        columns.choice("part", "part", "requester", "author", "assignee", "follower"),
        columns.moment("joined_at", nullable=False),
        *columns.timestamps(),
        *columns.soft_delete(),
        sa.UniqueConstraint("ticket_id", "user_id"),
    )
    triggers.keep_timestamps("chat_messages", "ticket_participants")


def downgrade() -> None:
    locks.be_brief()
    op.drop_table("ticket_participants")
    op.drop_table("chat_messages")
