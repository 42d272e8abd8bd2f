"""Desks whose work begins with an approval."""

import sqlalchemy as sa
from alembic import op

from migrations import locks

revision = "0043"
down_revision = "0042"


def upgrade() -> None:
    locks.be_brief()
    switch = sa.Column("approval_first", sa.Boolean(), nullable=False, server_default=sa.false())
    op.add_column("departments", switch)


def downgrade() -> None:
    locks.be_brief()
    op.drop_column("departments", "approval_first")
