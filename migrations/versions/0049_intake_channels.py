"""Channels in which every message becomes a ticket, and desks whose tickets are private."""

import sqlalchemy as sa
from alembic import op

from migrations import locks

revision = "0049"
down_revision = "0043"


def upgrade() -> None:
    locks.be_brief()
    op.add_column("departments", sa.Column("intake_channel_id", sa.Text(), nullable=True))
    switch = sa.Column("private_tickets", sa.Boolean(), nullable=False, server_default=sa.false())
    op.add_column("departments", switch)


def downgrade() -> None:
    locks.be_brief()
    op.drop_column("departments", "private_tickets")
    op.drop_column("departments", "intake_channel_id")
