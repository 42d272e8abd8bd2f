"""Files of tickets."""

import sqlalchemy as sa
from alembic import op

from migrations import columns, locks, triggers

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    locks.be_brief()
    op.create_table(
        "attachments",
        columns.number_key(),
        columns.reference("ticket_id", "tickets.id", on_delete="CASCADE"),
        columns.reference("uploaded_by_id", "users.id", on_delete="CASCADE"),
        columns.words("name"),
        columns.words("media_type"),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        columns.words("storage_key"),
        columns.words("slack_file_id", nullable=True),
        *columns.timestamps(),
        *columns.soft_delete(),
        sa.UniqueConstraint("ticket_id", "slack_file_id"),
        sa.UniqueConstraint("storage_key"),
    )
    triggers.keep_timestamps("attachments")


def downgrade() -> None:
    locks.be_brief()
    op.drop_table("attachments")
