"""Clocks that count what was promised, and what is said when they run out."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from migrations import columns, locks, triggers

revision = "0031"
down_revision = "0030"

KINDS = ("first_response", "resolution", "next_reply")
STATES = ("running", "paused", "met", "breached", "cancelled")
THRESHOLDS = ("at_risk_75", "at_risk_90", "breach", "level_2", "level_3")
SHOWN = ("on_track", "at_risk", "answer_overdue", "breached", "paused", "met")
WAITING = "said_at IS NULL AND cancelled_at IS NULL"


def upgrade() -> None:
    locks.be_brief()
    op.add_column("tickets", columns.choice("sla_state", "slastate", *SHOWN, nullable=True))
    _make_clocks()
    _make_warnings()
    triggers.keep_timestamps("sla_clocks", "sla_warnings")


def _make_clocks() -> None:
    op.create_table(
        "sla_clocks",
        columns.number_key(),
        columns.reference("ticket_id", "tickets.id", on_delete="CASCADE"),
        columns.reference("part_id", "sub_tickets.id", on_delete="CASCADE", nullable=True),
        columns.choice("kind", "sla_kind", *KINDS),
        sa.Column("cycle", sa.Integer(), nullable=False),
        columns.reference("template_id", "sla_templates.id", on_delete="SET NULL", nullable=True),
        sa.Column("template_version", sa.Integer(), nullable=False),
        columns.words("calendar"),
        sa.Column("calendar_version", sa.Integer(), nullable=False),
        columns.words("time_zone"),
        sa.Column("target", sa.Interval(), nullable=False),
        sa.Column("consumed", sa.Interval(), nullable=False),
        columns.choice("state", "sla_clock_state", *STATES),
        columns.moment("started_at", nullable=False),
        columns.moment("running_since"),
        columns.moment("ended_at"),
        columns.moment("due_at"),
        columns.moment("at_risk_75_at"),
        columns.moment("at_risk_90_at"),
        columns.moment("next_event_at"),
        columns.choice("warned", "sla_warned", *THRESHOLDS, nullable=True),
        columns.moment("breached_at"),
        columns.words("cause", nullable=True),
        columns.moment("manual_since"),
        columns.choice("first_result", "sla_first_result", *STATES, nullable=True),
        columns.moment("first_ended_at"),
        sa.Column("story", JSONB(), nullable=False),
        *columns.timestamps(),
        sa.UniqueConstraint(
            "ticket_id", "part_id", "kind", "cycle", postgresql_nulls_not_distinct=True
        ),
    )
    op.create_index(
        "ix_sla_clocks_next_event",
        "sla_clocks",
        ["next_event_at", "id"],
        postgresql_where=sa.text("state = 'running'"),
    )


def _make_warnings() -> None:
    op.create_table(
        "sla_warnings",
        columns.number_key(),
        columns.reference("clock_id", "sla_clocks.id", on_delete="CASCADE"),
        columns.choice("threshold", "sla_threshold", *THRESHOLDS),
        sa.Column("cycle", sa.Integer(), nullable=False),
        columns.moment("deliver_at", nullable=False),
        columns.moment("said_at"),
        columns.moment("cancelled_at"),
        *columns.timestamps(),
        sa.UniqueConstraint("clock_id", "threshold", "cycle"),
    )
    op.create_index(
        "ix_sla_warnings_waiting",
        "sla_warnings",
        ["deliver_at", "id"],
        postgresql_where=sa.text(WAITING),
    )


def downgrade() -> None:
    locks.be_brief()
    op.drop_table("sla_warnings")
    op.drop_table("sla_clocks")
    op.drop_column("tickets", "sla_state")
