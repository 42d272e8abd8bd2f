"""What conversations need: followers' threads, edits, copies by place, files by message."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from migrations import columns, locks, triggers

revision = "0015"
down_revision = "0014"

AUDIENCES = ("requester", "desk")
PARTS = ("requester", "author", "assignee", "follower")


def upgrade() -> None:
    locks.be_brief()
    allow("threads", "audience", "audience", *AUDIENCES, "follower")
    allow("chat_messages", "audience", "audience", *AUDIENCES, "follower")
    allow("ticket_participants", "part", "part", *PARTS[:-1], "agent", "follower")

    op.drop_constraint("uq_threads_ticket_id_audience", "threads")
    op.add_column("threads", columns.words("card_ts", nullable=True))
    op.add_column(
        "threads", columns.reference("user_id", "users.id", on_delete="CASCADE", nullable=True)
    )
    op.create_unique_constraint(
        "uq_threads_ticket_id_audience_user_id",
        "threads",
        ["ticket_id", "audience", "user_id"],
        postgresql_nulls_not_distinct=True,
    )
    op.execute("UPDATE threads SET card_ts = root_ts")

    op.drop_constraint("uq_message_copies_chat_message_id_audience", "message_copies")
    op.drop_column("message_copies", "audience")
    op.create_unique_constraint(
        "uq_message_copies_chat_message_id_channel_id",
        "message_copies",
        ["chat_message_id", "channel_id"],
    )

    op.add_column("chat_messages", columns.words("edited_ts", nullable=True))
    op.add_column("chat_messages", columns.moment("edited_at"))
    op.add_column("tickets", columns.words("permalink", nullable=True))
    op.add_column(
        "tickets",
        columns.reference("follows_id", "tickets.id", on_delete="SET NULL", nullable=True),
    )
    op.add_column(
        "departments",
        sa.Column("file_rules", JSONB, nullable=False, server_default=sa.text("'{}'")),
    )
    op.add_column(
        "attachments",
        columns.reference(
            "chat_message_id", "chat_messages.id", on_delete="SET NULL", nullable=True
        ),
    )
    op.create_table(
        "file_copies",
        columns.number_key(),
        columns.reference("attachment_id", "attachments.id", on_delete="CASCADE"),
        columns.words("channel_id"),
        columns.words("slack_file_id"),
        *columns.timestamps(),
        sa.UniqueConstraint("attachment_id", "channel_id"),
    )
    triggers.keep_timestamps("file_copies")


def downgrade() -> None:
    locks.be_brief()
    op.drop_table("file_copies")
    op.drop_column("attachments", "chat_message_id")
    op.drop_column("departments", "file_rules")
    op.drop_column("tickets", "follows_id")
    op.drop_column("tickets", "permalink")
    op.drop_column("chat_messages", "edited_at")
    op.drop_column("chat_messages", "edited_ts")

    # Copies say only where they are; which side that is, the threads know.
    op.drop_constraint("uq_message_copies_chat_message_id_channel_id", "message_copies")
    op.add_column(
        "message_copies", columns.choice("audience", "audience", *AUDIENCES, nullable=True)
    )
    op.execute(
        "UPDATE message_copies AS copy SET audience = thread.audience"
        " FROM threads AS thread, chat_messages AS message"
        " WHERE message.id = copy.chat_message_id AND thread.ticket_id = message.ticket_id"
        " AND thread.channel_id = copy.channel_id AND thread.audience <> 'follower'"
    )
    op.execute("DELETE FROM message_copies WHERE audience IS NULL")
    op.alter_column("message_copies", "audience", nullable=False)
    op.create_unique_constraint(
        "uq_message_copies_chat_message_id_audience",
        "message_copies",
        ["chat_message_id", "audience"],
    )

    op.execute("DELETE FROM threads WHERE audience = 'follower'")
    op.drop_constraint("uq_threads_ticket_id_audience_user_id", "threads")
    op.drop_column("threads", "user_id")
    op.drop_column("threads", "card_ts")
    op.create_unique_constraint(
        "uq_threads_ticket_id_audience", "threads", ["ticket_id", "audience"]
    )

    op.execute("UPDATE ticket_participants SET part = 'follower' WHERE part = 'agent'")
    op.execute("UPDATE chat_messages SET audience = 'requester' WHERE audience = 'follower'")
    allow("ticket_participants", "part", "part", *PARTS)
    allow("chat_messages", "audience", "audience", *AUDIENCES)
    allow("threads", "audience", "audience", *AUDIENCES)


def allow(table: str, column: str, check: str, *values: str) -> None:
    """The column may hold these values from now on."""
    listed = ", ".join(f"'{value}'" for value in values)
    op.drop_constraint(op.f(f"ck_{table}_{check}"), table)
    op.create_check_constraint(op.f(f"ck_{table}_{check}"), table, f"{column} IN ({listed})")
