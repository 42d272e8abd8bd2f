"""Where tickets' conversations live in Slack, and the copies of what was said."""

import sqlalchemy as sa
from alembic import op

from migrations import columns, locks, triggers

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    locks.be_brief()
    op.create_table(
        "threads",
        columns.number_key(),
        columns.reference("ticket_id", "tickets.id", on_delete="CASCADE"),
        columns.choice("audience", "audience", "requester", "desk"),
        columns.words("channel_id"),
        columns.words("root_ts"),
        *columns.timestamps(),
        sa.UniqueConstraint("ticket_id", "audience"),
        sa.UniqueConstraint("channel_id", "root_ts"),
    )
    op.create_table(
        "message_copies",
        columns.number_key(),
        columns.reference("chat_message_id", "chat_messages.id", on_delete="CASCADE"),
        columns.choice("audience", "audience", "requester", "desk"),
        columns.words("channel_id"),
        columns.words("message_ts"),
        *columns.timestamps(),
        sa.UniqueConstraint("chat_message_id", "audience"),
        sa.UniqueConstraint("channel_id", "message_ts"),
    )
    triggers.keep_timestamps("threads", "message_copies")


def downgrade() -> None:
    locks.be_brief()
    op.drop_table("message_copies")
    op.drop_table("threads")
