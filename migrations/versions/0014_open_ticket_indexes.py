"""Small indexes for the lists people open and for the sweep of due tickets."""

import sqlalchemy as sa
from alembic import op

from migrations import locks

revision = "0014"
down_revision = "0013"

OPEN = sa.text("status NOT IN ('resolved', 'closed', 'cancelled') AND is_deleted IS false")
NEWEST_FIRST = (sa.text("created_at DESC"), sa.text("id DESC"))


def upgrade() -> None:
    locks.be_brief()
    op.create_index(
        "ix_tickets_open_by_assignee",
        "tickets",
        ["assignee_id", *NEWEST_FIRST],
        postgresql_where=OPEN,
    )
    op.create_index(
        "ix_tickets_queue",
        "tickets",
        ["department_id", "created_at", "id"],
        postgresql_where=sa.text("assignee_id IS NULL AND status = 'new' AND is_deleted IS false"),
    )
    op.create_index(
        "ix_tickets_by_requestor",
        "tickets",
        ["requestor_id", *NEWEST_FIRST],
        postgresql_where=sa.text("is_deleted IS false"),
    )
    op.create_index("ix_tickets_open_by_due", "tickets", ["due_at"], postgresql_where=OPEN)


def downgrade() -> None:
    locks.be_brief()
    for name in ("open_by_due", "by_requestor", "queue", "open_by_assignee"):
        op.drop_index(f"ix_tickets_{name}", "tickets")
