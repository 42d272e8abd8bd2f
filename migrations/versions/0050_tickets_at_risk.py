"""What a desk looks at first: promises that run out, or have."""

import sqlalchemy as sa
from alembic import op

from migrations import locks

revision = "0050"
down_revision = "0049"

RISKY = "sla_state IN ('at_risk', 'answer_overdue', 'breached')"
OPEN = "status NOT IN ('resolved', 'closed', 'cancelled') AND is_deleted IS false"


def upgrade() -> None:
    locks.be_brief()
    op.create_index(
        "ix_tickets_at_risk",
        "tickets",
        ["department_id", sa.text("coalesce(due_at, created_at)"), "id"],
        postgresql_where=sa.text(f"{RISKY} AND {OPEN}"),
    )


def downgrade() -> None:
    locks.be_brief()
    op.drop_index("ix_tickets_at_risk", "tickets")
