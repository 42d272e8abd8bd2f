"""Departments, and the people who belong to them."""

import sqlalchemy as sa
from alembic import op

from migrations import columns, locks, triggers

revision = "0001"
down_revision = None

ROLES = ("employee", "agent", "department_head", "finance", "ceo", "admin")


def upgrade() -> None:
    locks.be_brief()
    triggers.create_function()
    op.create_table(
        "departments",
        columns.uuid_key(),
        columns.words("name"),
        columns.words("desk_channel_id", nullable=True),
        columns.words("time_zone"),
        columns.flag("open_threads"),
        columns.flag("waits_after_reply"),
        columns.choice("auto_assign", "autoassign", "none", "round_robin", "least_loaded"),
        *columns.timestamps(),
        *columns.soft_delete(),
        columns.version(),
        sa.UniqueConstraint("name"),
    )
    op.create_table(
        "users",
        columns.uuid_key(),
        columns.words("team_id"),
        columns.words("slack_user_id"),
        columns.words("employee_code"),
        columns.words("name"),
        columns.words("email", nullable=True),
        columns.words("image_url", nullable=True),
        columns.words("time_zone"),
        columns.choice("role", "role", *ROLES),
        columns.reference("department_id", "departments.id", on_delete="SET NULL", nullable=True),
        columns.flag("is_active"),
        columns.flag("is_guest"),
        *columns.timestamps(),
        *columns.soft_delete(),
        columns.version(),
        sa.UniqueConstraint("employee_code"),
        sa.UniqueConstraint("team_id", "slack_user_id"),
    )
    triggers.keep_timestamps("departments", "users")


def downgrade() -> None:
    locks.be_brief()
    op.drop_table("users")
    op.drop_table("departments")
    triggers.drop_function()
