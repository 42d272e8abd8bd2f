"""What departments ask in their forms, and what was answered."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from migrations import locks

revision = "0041"
down_revision = "0040"

COLUMNS = (("departments", "form_fields"), ("tickets", "form_answers"))


def upgrade() -> None:
    locks.be_brief()
    for table, name in COLUMNS:
        nothing = sa.text("'[]'")
        op.add_column(table, sa.Column(name, JSONB(), nullable=False, server_default=nothing))


def downgrade() -> None:
    locks.be_brief()
    for table, name in reversed(COLUMNS):
        op.drop_column(table, name)
