"""Business hours, what an administrator may set, and promises of one department."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations import columns, locks, triggers

revision = "0013"
down_revision = "0012"

DEPARTMENT_KEY = "fk_sla_templates_department_id"


def upgrade() -> None:
    locks.be_brief()
    op.create_table(
        "calendars",
        columns.number_key(),
        columns.words("name"),
        columns.words("time_zone", nullable=True),
        sa.Column("hours", postgresql.JSONB(), nullable=False),
        columns.words("country", nullable=True),
        sa.Column("dates", postgresql.JSONB(), nullable=False),
        *columns.timestamps(),
        sa.UniqueConstraint("name"),
    )
    op.create_table(
        "preferences",
        sa.Column("name", sa.Text(), primary_key=True),
        sa.Column("value", postgresql.JSONB(), nullable=False),
        *columns.timestamps(),
    )
    op.add_column("sla_templates", sa.Column("department_id", sa.Uuid(), nullable=True))
    op.create_foreign_key(
        DEPARTMENT_KEY,
        "sla_templates",
        "departments",
        ["department_id"],
        ["id"],
        ondelete="CASCADE",
    )
    triggers.keep_timestamps("calendars", "preferences")


def downgrade() -> None:
    locks.be_brief()
    op.drop_column("sla_templates", "department_id")
    op.drop_table("preferences")
    op.drop_table("calendars")
