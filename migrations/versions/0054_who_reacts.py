"""Who does something by which emoji on a card."""

import sqlalchemy as sa
from alembic import op

from migrations import columns, locks

revision = "0054"
down_revision = "0053"

EMOJI = ("eyes_for", "check_mark_for", "siren_for")


def upgrade() -> None:
    locks.be_brief()
    for name in EMOJI:
        column = columns.choice(name, name, "desk", "head", "nobody")
        column.server_default = sa.DefaultClause("desk")
        op.add_column("departments", column)


def downgrade() -> None:
    locks.be_brief()
    for name in EMOJI:
        op.drop_column("departments", name)
