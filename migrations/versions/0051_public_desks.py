"""Desk channels that everybody can read."""

import sqlalchemy as sa
from alembic import op

from migrations import locks

revision = "0051"
down_revision = "0050"


def upgrade() -> None:
    locks.be_brief()
    known = sa.Column("desk_is_public", sa.Boolean(), nullable=False, server_default=sa.false())
    op.add_column("departments", known)


def downgrade() -> None:
    locks.be_brief()
    op.drop_column("departments", "desk_is_public")
