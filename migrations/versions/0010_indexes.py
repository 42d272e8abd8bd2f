"""The indexes of the database design; the unique ones came with their tables."""

from alembic import op

from migrations import locks

revision = "0010"
down_revision = "0009"

INDEXES: dict[str, list[tuple[str, ...]]] = {
    "users": [
        ("role",),
        ("department_id",),
        ("is_deleted", "role"),
    ],
    "tickets": [
        ("status",),
        ("department_id",),
        ("assignee_id",),
        ("created_at",),
        ("priority",),
        ("status", "department_id"),
        ("assignee_id", "status"),
        ("requestor_id", "status"),
        ("is_deleted", "status"),
        ("due_at",),
    ],
    "sub_tickets": [
        ("parent_ticket_id",),
        ("status",),
        ("department_id",),
        ("parent_ticket_id", "status"),
    ],
    "chat_messages": [
        ("ticket_id",),
        ("created_at",),
        ("ticket_id", "created_at"),
        ("sender_id", "created_at"),
    ],
    "notifications": [
        ("user_id",),
        ("is_read",),
        ("created_at",),
        ("user_id", "is_read"),
        ("user_id", "created_at"),
    ],
    "audit_logs": [
        ("user_id",),
        ("ticket_id",),
        ("action",),
        ("created_at",),
        ("ticket_id", "created_at"),
        ("user_id", "created_at"),
        ("action", "created_at"),
    ],
    "ticket_participants": [
        ("ticket_id",),
        ("user_id",),
        ("joined_at",),
        ("ticket_id", "joined_at"),
    ],
    "attachments": [
        ("ticket_id",),
        ("uploaded_by_id",),
        ("created_at",),
    ],
    "approvals": [
        ("ticket_id",),
        ("requested_by_id",),
        ("status",),
        ("created_at",),
    ],
}


def _name(table: str, columns: tuple[str, ...]) -> str:
    return "_".join(("ix", table, *columns))


def upgrade() -> None:
    locks.be_brief()
    for table, indexes in INDEXES.items():
        for columns in indexes:
            op.create_index(_name(table, columns), table, list(columns))


def downgrade() -> None:
    locks.be_brief()
    for table, indexes in INDEXES.items():
        for columns in indexes:
            op.drop_index(_name(table, columns), table)
