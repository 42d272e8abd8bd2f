"""Who was asked whether a ticket shall be made of a message."""

import sqlalchemy as sa
from alembic import op

from migrations import columns, locks, triggers

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    locks.be_brief()
    op.create_table(
        "ticket_offers",
        columns.number_key(),
        columns.words("subject"),
        columns.reference("user_id", "users.id", on_delete="CASCADE"),
        columns.words("message_ts"),
        columns.moment("offered_at", nullable=False),
        *columns.timestamps(),
        sa.UniqueConstraint("subject", "user_id"),
    )
    triggers.keep_timestamps("ticket_offers")


def downgrade() -> None:
    locks.be_brief()
    op.drop_table("ticket_offers")
