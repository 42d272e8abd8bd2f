"""Parts of tickets at work: who has one, what it is called, its thread, the files it got."""

import sqlalchemy as sa
from alembic import op

from migrations import columns, locks, triggers

revision = "0021"
down_revision = "0018"

AUDIENCES = ("requester", "desk", "follower")
THREAD_OF = "uq_threads_ticket_id_audience_user_id"


def upgrade() -> None:
    locks.be_brief()
    _add_to_parts()
    op.create_table(
        "passed_files",
        columns.number_key(),
        columns.reference("part_id", "sub_tickets.id", on_delete="CASCADE"),
        columns.reference("attachment_id", "attachments.id", on_delete="CASCADE"),
        *columns.timestamps(),
        sa.UniqueConstraint("part_id", "attachment_id"),
    )
    triggers.keep_timestamps("passed_files")

    for table in ("threads", "chat_messages"):
        allow(table, *AUDIENCES, "part")
        op.add_column(
            table,
            columns.reference("part_id", "sub_tickets.id", on_delete="CASCADE", nullable=True),
        )
    op.drop_constraint(THREAD_OF, "threads")
    op.create_unique_constraint(
        f"{THREAD_OF}_part_id",
        "threads",
        ["ticket_id", "audience", "user_id", "part_id"],
        postgresql_nulls_not_distinct=True,
    )


def downgrade() -> None:
    locks.be_brief()
    op.execute("DELETE FROM threads WHERE audience = 'part'")
    op.execute("DELETE FROM chat_messages WHERE audience = 'part'")
    op.drop_constraint(f"{THREAD_OF}_part_id", "threads")
    op.create_unique_constraint(
        THREAD_OF,
        "threads",
        ["ticket_id", "audience", "user_id"],
        postgresql_nulls_not_distinct=True,
    )
    for table in ("chat_messages", "threads"):
        op.drop_column(table, "part_id")
        allow(table, *AUDIENCES)
    op.drop_table("passed_files")

    op.drop_constraint("uq_sub_tickets_source_key", "sub_tickets")
    op.drop_constraint("uq_sub_tickets_parent_ticket_id_position", "sub_tickets")
    for name in (
        *("done_at", "accepted_at", "done_note", "sent_back_reason", "proposed_due_at"),
        *("assignee_id", "source_key", "position"),
    ):
        op.drop_column("sub_tickets", name)


def _add_to_parts() -> None:
    op.add_column("sub_tickets", sa.Column("position", sa.Integer(), nullable=True))
    op.execute(
        "UPDATE sub_tickets AS part SET position = counted.position FROM"
        " (SELECT id, row_number() OVER (PARTITION BY parent_ticket_id ORDER BY id) AS position"
        " FROM sub_tickets) AS counted WHERE counted.id = part.id"
    )
    op.alter_column("sub_tickets", "position", nullable=False)
    op.add_column("sub_tickets", columns.words("source_key", nullable=True))
    op.add_column(
        "sub_tickets",
        columns.reference("assignee_id", "users.id", on_delete="SET NULL", nullable=True),
    )
    op.add_column("sub_tickets", columns.moment("proposed_due_at"))
    op.add_column("sub_tickets", columns.words("sent_back_reason", nullable=True))
    op.add_column("sub_tickets", columns.words("done_note", nullable=True))
    op.add_column("sub_tickets", columns.moment("accepted_at"))
    op.add_column("sub_tickets", columns.moment("done_at"))
    op.create_unique_constraint(
        "uq_sub_tickets_parent_ticket_id_position", "sub_tickets", ["parent_ticket_id", "position"]
    )
    op.create_unique_constraint("uq_sub_tickets_source_key", "sub_tickets", ["source_key"])


def allow(table: str, *audiences: str) -> None:
    """The messages or threads of these may be kept from now on."""
    listed = ", ".join(f"'{each}'" for each in audiences)
    op.drop_constraint(op.f(f"ck_{table}_audience"), table)
    op.create_check_constraint(op.f(f"ck_{table}_audience"), table, f"audience IN ({listed})")
