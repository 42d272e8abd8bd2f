"""What requesters think of how they were helped, and small indexes for looking back."""

import sqlalchemy as sa
from alembic import op

from migrations import columns, locks, triggers

revision = "0036"
down_revision = "0035"

LIVING = "is_deleted IS false"


def upgrade() -> None:
    locks.be_brief()
    op.create_table(
        "ratings",
        columns.number_key(),
        columns.reference("ticket_id", "tickets.id", on_delete="CASCADE"),
        columns.reference("user_id", "users.id", on_delete="CASCADE"),
        sa.Column("score", sa.Integer()),
        columns.words("comment", nullable=True),
        columns.moment("rated_at"),
        *columns.timestamps(),
        sa.UniqueConstraint("ticket_id"),
        sa.CheckConstraint("score BETWEEN 1 AND 5", name="score"),
    )
    triggers.keep_timestamps("ratings")
    op.create_index(
        "ix_ratings_given", "ratings", ["rated_at"], postgresql_where=sa.text("score IS NOT NULL")
    )
    op.create_index(
        "ix_tickets_by_resolution",
        "tickets",
        ["department_id", "resolved_at", "id"],
        postgresql_where=sa.text(f"resolved_at IS NOT NULL AND {LIVING}"),
    )


def downgrade() -> None:
    locks.be_brief()
    op.drop_index("ix_tickets_by_resolution", "tickets")
    op.drop_table("ratings")
