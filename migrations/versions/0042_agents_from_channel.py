"""Desks whose agents are the members of their channel."""

import sqlalchemy as sa
from alembic import op

from migrations import locks

revision = "0042"
down_revision = "0041"


def upgrade() -> None:
    locks.be_brief()
    switch = sa.Column(
        "agents_from_channel", sa.Boolean(), nullable=False, server_default=sa.false()
    )
    op.add_column("departments", switch)


def downgrade() -> None:
    locks.be_brief()
    op.drop_column("departments", "agents_from_channel")
