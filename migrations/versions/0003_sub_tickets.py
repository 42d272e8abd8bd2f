"""Parts of tickets for other departments."""

from alembic import op

from migrations import columns, locks, triggers

revision = "0003"
down_revision = "0002"

STATUSES = ("new", "accepted", "in_progress", "done", "sent_back", "cancelled")


def upgrade() -> None:
    locks.be_brief()
    op.create_table(
        "sub_tickets",
        columns.number_key(),
        columns.reference("parent_ticket_id", "tickets.id", on_delete="CASCADE"),
        columns.reference("department_id", "departments.id", on_delete="RESTRICT"),
        columns.words("summary"),
        columns.words("passed_on"),
        columns.choice("status", "subticketstatus", *STATUSES),
        columns.flag("is_required"),
        columns.moment("due_at"),
        *columns.timestamps(),
        *columns.soft_delete(),
        columns.version(),
    )
    triggers.keep_timestamps("sub_tickets")


def downgrade() -> None:
    locks.be_brief()
    op.drop_table("sub_tickets")
