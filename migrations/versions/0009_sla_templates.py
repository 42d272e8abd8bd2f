"""Promises, and what each ticket was promised."""

import sqlalchemy as sa
from alembic import op

from migrations import columns, locks, triggers

revision = "0009"
down_revision = "0008"

TICKET_KEY = "fk_tickets_sla_template_id"


def upgrade() -> None:
    locks.be_brief()
    op.create_table(
        "sla_templates",
        columns.number_key(),
        columns.words("name"),
        sa.Column("position", sa.Integer(), nullable=False),
        columns.choice("priority", "priority", "low", "medium", "high", "urgent", nullable=True),
        sa.Column("first_response_target", sa.Interval(), nullable=False),
        sa.Column("resolution_target", sa.Interval(), nullable=False),
        columns.words("calendar"),
        *columns.timestamps(),
        *columns.soft_delete(),
        columns.version(),
        sa.UniqueConstraint("name"),
    )
    op.create_foreign_key(
        TICKET_KEY, "tickets", "sla_templates", ["sla_template_id"], ["id"], ondelete="SET NULL"
    )
    triggers.keep_timestamps("sla_templates")


def downgrade() -> None:
    locks.be_brief()
    op.drop_constraint(TICKET_KEY, "tickets", type_="foreignkey")
    op.drop_table("sla_templates")
