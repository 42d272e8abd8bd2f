"""Tickets. What they promise is known from 0009 on."""

import sqlalchemy as sa
from alembic import op

from migrations import columns, locks, triggers

revision = "0002"
down_revision = "0001"

STATUSES = (
    "new",
    "assigned",
    "in_progress",
    "waiting_requester",
    "on_hold",
    "waiting_approval",
    "resolved",
    "closed",
    "cancelled",
)


def upgrade() -> None:
    locks.be_brief()
    op.create_table(
        "tickets",
        columns.uuid_key(),
        sa.Column("number", sa.BigInteger(), sa.Identity(), nullable=False),
        columns.words("summary"),
        columns.words("description"),
        columns.choice("status", "status", *STATUSES),
        columns.choice("priority", "priority", "low", "medium", "high", "urgent"),
        columns.flag("is_private"),
        columns.words("source_key", nullable=True),
        columns.reference("requestor_id", "users.id", on_delete="CASCADE"),
        columns.reference("assignee_id", "users.id", on_delete="SET NULL", nullable=True),
        columns.reference("department_id", "departments.id", on_delete="RESTRICT"),
        sa.Column("sla_template_id", sa.BigInteger(), nullable=True),
        columns.moment("first_response_due_at"),
        columns.moment("first_responded_at"),
        columns.moment("due_at"),
        columns.moment("resolved_at"),
        columns.moment("closed_at"),
        columns.words("resolution", nullable=True),
        *columns.timestamps(),
        *columns.soft_delete(),
        columns.version(),
        sa.UniqueConstraint("number"),
        sa.UniqueConstraint("source_key"),
    )
    triggers.keep_timestamps("tickets")


def downgrade() -> None:
    locks.be_brief()
    op.drop_table("tickets")
