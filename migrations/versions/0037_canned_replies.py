"""Answers that departments give often."""

import sqlalchemy as sa
from alembic import op

from migrations import columns, locks, triggers

revision = "0037"
down_revision = "0036"


def upgrade() -> None:
    locks.be_brief()
    op.create_table(
        "canned_replies",
        columns.number_key(),
        columns.reference("department_id", "departments.id", on_delete="CASCADE", nullable=True),
        columns.words("title"),
        columns.words("body"),
        *columns.timestamps(),
        *columns.soft_delete(),
    )
    op.create_index(
        "uq_canned_replies_title",
        "canned_replies",
        ["department_id", "title"],
        unique=True,
        postgresql_nulls_not_distinct=True,
        postgresql_where=sa.text("is_deleted IS false"),
    )
    triggers.keep_timestamps("canned_replies")


def downgrade() -> None:
    locks.be_brief()
    op.drop_table("canned_replies")
