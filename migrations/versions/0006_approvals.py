"""Questions about money."""

import sqlalchemy as sa
from alembic import op

from migrations import columns, locks, triggers

revision = "0006"
down_revision = "0005"

STATUSES = ("pending", "approved", "rejected", "changes_requested", "withdrawn", "expired")


def upgrade() -> None:
    locks.be_brief()
    op.create_table(
        "approvals",
        columns.number_key(),
        columns.reference("ticket_id", "tickets.id", on_delete="CASCADE"),
        columns.reference("requested_by_id", "users.id", on_delete="CASCADE"),
        columns.reference("approved_by_id", "users.id", on_delete="SET NULL", nullable=True),
        columns.choice("status", "approvalstatus", *STATUSES),
        sa.Column("amount", sa.Numeric(14, 2), nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        columns.words("purpose"),
        columns.words("reason", nullable=True),
        columns.moment("decided_at"),
        columns.moment("expires_at"),
        *columns.timestamps(),
        *columns.soft_delete(),
        columns.version(),
    )
    triggers.keep_timestamps("approvals")


def downgrade() -> None:
    locks.be_brief()
    op.drop_table("approvals")
