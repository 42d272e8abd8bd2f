"""Requests for approval that were asked from a part of their ticket."""

import sqlalchemy as sa
from alembic import op

from migrations import locks

revision = "0052"
down_revision = "0051"


def upgrade() -> None:
    locks.be_brief()
    op.add_column("approval_requests", sa.Column("part_id", sa.BigInteger()))
    op.create_foreign_key(
        None, "approval_requests", "sub_tickets", ["part_id"], ["id"], ondelete="SET NULL"
    )
    op.create_index(
        "ix_approval_requests_part_id",
        "approval_requests",
        ["part_id"],
        postgresql_where=sa.text("part_id IS NOT NULL"),
    )


def downgrade() -> None:
    locks.be_brief()
    op.drop_column("approval_requests", "part_id")
