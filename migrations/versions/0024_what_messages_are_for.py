"""Messages that the note of a resolution begins with, and whose thread a message was written in."""

from alembic import op

from migrations import columns, locks

revision = "0024"
down_revision = "0023"


def upgrade() -> None:
    locks.be_brief()
    op.add_column("chat_messages", columns.moment("in_resolution_at"))
    op.add_column(
        "chat_messages",
        columns.reference("thread_user_id", "users.id", on_delete="SET NULL", nullable=True),
    )


def downgrade() -> None:
    locks.be_brief()
    for column in ("thread_user_id", "in_resolution_at"):
        op.drop_column("chat_messages", column)
