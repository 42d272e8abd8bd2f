"""Triage at the desk: transfers, merged tickets, routing, nudges, reactions, desks in trouble."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from migrations import columns, locks, triggers

revision = "0022"
down_revision = "0021"

AUDIENCES = ("requester", "desk", "follower", "part")
THREAD_OF = ["ticket_id", "audience", "user_id", "part_id"]
WAITING = "assignee_id IS NULL AND status = 'new' AND is_deleted IS false AND nudges < 2"
OPEN = "status NOT IN ('resolved', 'closed', 'cancelled') AND is_deleted IS false"
PRIORITIES = ("low", "medium", "high", "urgent")


def upgrade() -> None:
    locks.be_brief()
    op.add_column("departments", switch("reactions"))
    op.add_column("departments", columns.words("desk_trouble", nullable=True))
    half_an_hour = sa.text("'30 minutes'")
    op.add_column(
        "departments",
        sa.Column("nudge_after", sa.Interval(), nullable=False, server_default=half_an_hour),
    )
    op.add_column("users", columns.moment("last_assigned_at"))
    _add_to_tickets()
    _allow_former_threads()
    _create_tables()


def downgrade() -> None:
    locks.be_brief()
    op.drop_table("card_reactions")
    op.drop_table("routing_rules")

    op.execute("DELETE FROM threads WHERE audience = 'former'")
    op.drop_index("uq_threads_place", "threads")
    op.create_unique_constraint(
        "uq_threads_ticket_id_audience_user_id_part_id",
        "threads",
        THREAD_OF,
        postgresql_nulls_not_distinct=True,
    )
    allow("threads", *AUDIENCES)
    op.execute("UPDATE chat_messages SET audience = 'desk' WHERE audience = 'former'")
    allow("chat_messages", *AUDIENCES)

    for index in ("merged", "open_by_department", "waiting"):
        op.drop_index(f"ix_tickets_{index}", "tickets")
    for column in ("nudges", "queued_at", "merged_into_id"):
        op.drop_column("tickets", column)
    op.drop_column("users", "last_assigned_at")
    for column in ("nudge_after", "desk_trouble", "reactions"):
        op.drop_column("departments", column)


def _add_to_tickets() -> None:
    op.add_column(
        "tickets",
        columns.reference("merged_into_id", "tickets.id", on_delete="SET NULL", nullable=True),
    )
    op.add_column(
        "tickets",
        sa.Column(
            "queued_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()
        ),
    )
    op.add_column(
        "tickets", sa.Column("nudges", sa.Integer(), nullable=False, server_default=sa.text("0"))
    )
    op.create_index(
        "ix_tickets_waiting",
        "tickets",
        ["department_id", "queued_at"],
        postgresql_where=sa.text(WAITING),
    )
    op.create_index(
        "ix_tickets_open_by_department",
        "tickets",
        ["department_id", sa.text("created_at DESC"), sa.text("id DESC")],
        postgresql_where=sa.text(OPEN),
    )
    op.create_index(
        "ix_tickets_merged",
        "tickets",
        ["merged_into_id"],
        postgresql_where=sa.text("merged_into_id IS NOT NULL"),
    )


def _allow_former_threads() -> None:
    """A ticket has one thread of each kind, and any number that it left."""
    for table in ("threads", "chat_messages"):
        allow(table, *AUDIENCES, "former")
    op.drop_constraint("uq_threads_ticket_id_audience_user_id_part_id", "threads")
    op.create_index(
        "uq_threads_place",
        "threads",
        THREAD_OF,
        unique=True,
        postgresql_nulls_not_distinct=True,
        postgresql_where=sa.text("audience <> 'former'"),
    )


def _create_tables() -> None:
    op.create_table(
        "routing_rules",
        columns.number_key(),
        columns.words("name"),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("words", JSONB(), nullable=False),
        columns.choice("priority", "priority", *PRIORITIES, nullable=True),
        reference_to_department("department_id"),
        reference_to_department("requester_department_id"),
        reference_to_department("to_department_id"),
        columns.choice("to_priority", "to_priority", *PRIORITIES, nullable=True),
        columns.reference("assignee_id", "users.id", on_delete="SET NULL", nullable=True),
        *columns.timestamps(),
        sa.UniqueConstraint("name"),
    )
    op.create_table(
        "card_reactions",
        columns.number_key(),
        columns.words("channel_id"),
        columns.words("message_ts"),
        columns.reference("user_id", "users.id", on_delete="CASCADE"),
        columns.words("emoji"),
        columns.words("event_ts"),
        *columns.timestamps(),
        sa.UniqueConstraint("channel_id", "message_ts", "user_id", "emoji", "event_ts"),
    )
    triggers.keep_timestamps("routing_rules", "card_reactions")


def switch(name: str) -> sa.Column[bool]:
    return sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.true())


def reference_to_department(name: str) -> sa.Column[object]:
    return columns.reference(name, "departments.id", on_delete="CASCADE", nullable=True)


def allow(table: str, *audiences: str) -> None:
    """The messages or threads of these may be kept from now on."""
    listed = ", ".join(f"'{each}'" for each in audiences)
    op.drop_constraint(op.f(f"ck_{table}_audience"), table)
    op.create_check_constraint(op.f(f"ck_{table}_audience"), table, f"audience IN ({listed})")
