"""What happens by the clock: digests, tickets that end by themselves, weekly reports."""

import sqlalchemy as sa
from alembic import op

from migrations import columns, locks, triggers

revision = "0035"
down_revision = "0034"

RESOLVED = "status = 'resolved' AND is_deleted IS false"
WAITING = "status = 'waiting_requester' AND asked_again_at IS NULL AND is_deleted IS false"


def upgrade() -> None:
    locks.be_brief()
    op.create_table(
        "digests",
        columns.number_key(),
        columns.words("subject"),
        columns.words("day"),
        *columns.timestamps(),
        sa.UniqueConstraint("subject", "day"),
    )
    triggers.keep_timestamps("digests")
    op.add_column(
        "departments",
        sa.Column("report_at_desk", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    op.add_column("tickets", columns.moment("waiting_since"))
    op.add_column("tickets", columns.moment("asked_again_at"))
    # What waits already waits from now on, or everybody would be asked at once.
    op.execute("UPDATE tickets SET waiting_since = now() WHERE status = 'waiting_requester'")
    op.create_index(
        "ix_tickets_resolved",
        "tickets",
        ["department_id", "resolved_at"],
        postgresql_where=sa.text(RESOLVED),
    )
    op.create_index(
        "ix_tickets_unanswered",
        "tickets",
        ["department_id", "waiting_since"],
        postgresql_where=sa.text(WAITING),
    )


def downgrade() -> None:
    locks.be_brief()
    op.drop_index("ix_tickets_unanswered", "tickets")
    op.drop_index("ix_tickets_resolved", "tickets")
    op.drop_column("tickets", "asked_again_at")
    op.drop_column("tickets", "waiting_since")
    op.drop_column("departments", "report_at_desk")
    op.drop_table("digests")
