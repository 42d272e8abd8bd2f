"""Replies that wait a moment before they leave, and what was called back."""

from alembic import op

from migrations import columns, locks

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    locks.be_brief()
    op.add_column("chat_messages", columns.moment("held_until"))
    op.add_column("chat_messages", columns.moment("taken_back_at"))


def downgrade() -> None:
    locks.be_brief()
    op.drop_column("chat_messages", "taken_back_at")
    op.drop_column("chat_messages", "held_until")
