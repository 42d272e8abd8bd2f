"""Tickets found by the one they go on from."""

import sqlalchemy as sa
from alembic import op

from migrations import locks

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    locks.be_brief()
    op.create_index(
        "ix_tickets_follow_ups",
        "tickets",
        ["follows_id"],
        postgresql_where=sa.text("follows_id IS NOT NULL"),
    )


def downgrade() -> None:
    locks.be_brief()
    op.drop_index("ix_tickets_follow_ups", "tickets")
