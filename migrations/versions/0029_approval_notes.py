"""What whoever asks for money tells those who decide."""

import sqlalchemy as sa
from alembic import op

from migrations import locks

revision = "0029"
down_revision = "0025"


def upgrade() -> None:
    locks.be_brief()
    nothing = sa.text("''")
    note = sa.Column("note", sa.Text(), nullable=False, server_default=nothing)
    op.add_column("approval_requests", note)


def downgrade() -> None:
    locks.be_brief()
    op.drop_column("approval_requests", "note")
