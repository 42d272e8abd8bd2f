"""Messages still to be sent."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations import columns, locks, triggers

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    locks.be_brief()
    op.create_table(
        "outbox_messages",
        columns.number_key(),
        columns.words("topic"),
        columns.words("lane"),
        columns.words("fold_key", nullable=True),
        sa.Column("payload", postgresql.JSONB(), nullable=False),
        sa.Column(
            "available_at",
            sa.DateTime(timezone=True),
            nullable=False,
            server_default=sa.func.now(),
        ),
        sa.Column("attempts", sa.Integer(), nullable=False, server_default=sa.text("0")),
        columns.moment("settled_at"),
        columns.words("outcome", nullable=True),
        columns.words("last_error", nullable=True),
        *columns.timestamps(),
    )
    unsettled = sa.text("settled_at IS NULL")
    op.create_index(
        "ix_outbox_messages_due",
        "outbox_messages",
        ["available_at", "id"],
        postgresql_where=unsettled,
    )
    op.create_index(
        "ix_outbox_messages_lane", "outbox_messages", ["lane", "id"], postgresql_where=unsettled
    )
    op.create_index(
        "uq_outbox_messages_waiting_refresh",
        "outbox_messages",
        ["fold_key"],
        unique=True,
        postgresql_where=sa.text("settled_at IS NULL AND attempts = 0"),
    )
    triggers.keep_timestamps("outbox_messages")


def downgrade() -> None:
    locks.be_brief()
    op.drop_table("outbox_messages")
