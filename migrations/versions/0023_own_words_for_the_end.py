"""A department's own labels for the statuses, and why a ticket was resolved."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from migrations import columns, locks

revision = "0023"
down_revision = "0022"

REASONS = (
    "solved",
    "answered",
    "workaround",
    "duplicate",
    "cannot_reproduce",
    "not_ours",
    "wont_do",
)


def upgrade() -> None:
    locks.be_brief()
    op.add_column(
        "departments",
        sa.Column("status_labels", JSONB(), nullable=False, server_default=sa.text("'{}'")),
    )
    op.add_column(
        "departments",
        sa.Column("needs_resolution_note", sa.Boolean(), nullable=False, server_default=sa.true()),
    )
    op.add_column(
        "tickets",
        columns.choice("resolution_reason", "resolution_reason", *REASONS, nullable=True),
    )


def downgrade() -> None:
    locks.be_brief()
    op.drop_column("tickets", "resolution_reason")
    for column in ("needs_resolution_note", "status_labels"):
        op.drop_column("departments", column)
