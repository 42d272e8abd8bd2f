"""Calendars with versions and ICS files, and promises with more conditions and a third target."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations import columns, locks, triggers

revision = "0030"
down_revision = "0029"

REQUESTERS_KEY = "fk_sla_templates_requester_department_id"


def upgrade() -> None:
    locks.be_brief()
    op.add_column("calendars", columns.words("subdivision", nullable=True))
    op.add_column("calendars", columns.words("ics", nullable=True))
    op.add_column("calendars", columns.version())
    op.create_table(
        "calendar_versions",
        columns.number_key(),
        columns.words("name"),
        sa.Column("version", sa.Integer(), nullable=False),
        columns.words("time_zone", nullable=True),
        sa.Column("hours", postgresql.JSONB(), nullable=False),
        columns.words("country", nullable=True),
        columns.words("subdivision", nullable=True),
        sa.Column("dates", postgresql.JSONB(), nullable=False),
        columns.words("ics", nullable=True),
        *columns.timestamps(),
        sa.UniqueConstraint("name", "version"),
    )
    op.execute(
        "INSERT INTO calendar_versions (name, version, time_zone, hours, country, dates)"
        " SELECT name, version, time_zone, hours, country, dates FROM calendars"
    )
    triggers.keep_timestamps("calendar_versions")
    office = sa.text("'office'")
    op.add_column(
        "departments", sa.Column("calendar", sa.Text(), nullable=False, server_default=office)
    )
    op.add_column("sla_templates", sa.Column("next_reply_target", sa.Interval(), nullable=True))
    op.add_column("sla_templates", sa.Column("requester_department_id", sa.Uuid(), nullable=True))
    op.create_foreign_key(
        REQUESTERS_KEY,
        "sla_templates",
        "departments",
        ["requester_department_id"],
        ["id"],
        ondelete="CASCADE",
    )
    op.alter_column("sla_templates", "calendar", nullable=True)


def downgrade() -> None:
    locks.be_brief()
    op.execute("UPDATE sla_templates SET calendar = 'office' WHERE calendar IS NULL")
    op.alter_column("sla_templates", "calendar", nullable=False)
    op.drop_column("sla_templates", "requester_department_id")
    op.drop_column("sla_templates", "next_reply_target")
    op.drop_column("departments", "calendar")
    op.drop_table("calendar_versions")
    for column in ("version", "ics", "subdivision"):
        op.drop_column("calendars", column)
