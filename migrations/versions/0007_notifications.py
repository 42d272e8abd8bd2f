"""What people were told."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations import columns, locks, triggers

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    locks.be_brief()
    op.create_table(
        "notifications",
        columns.number_key(),
        columns.reference("user_id", "users.id", on_delete="CASCADE"),
        columns.reference("ticket_id", "tickets.id", on_delete="SET NULL", nullable=True),
        columns.words("topic"),
        sa.Column("details", postgresql.JSONB(), nullable=False),
        columns.flag("is_read"),
        columns.moment("read_at"),
        *columns.timestamps(),
        *columns.soft_delete(),
    )
    triggers.keep_timestamps("notifications")


def downgrade() -> None:
    locks.be_brief()
    op.drop_table("notifications")
