"""Refused tries in the audit trail, each once a minute however often somebody presses."""

import sqlalchemy as sa
from alembic import op

from migrations import columns, locks

revision = "0040"
down_revision = "0038"


def upgrade() -> None:
    locks.be_brief()
    op.add_column("audit_logs", columns.words("source_key", nullable=True))
    op.create_index(
        "uq_audit_logs_source_key",
        "audit_logs",
        ["source_key"],
        unique=True,
        postgresql_where=sa.text("source_key IS NOT NULL"),
    )


def downgrade() -> None:
    locks.be_brief()
    op.drop_index("uq_audit_logs_source_key", "audit_logs")
    op.drop_column("audit_logs", "source_key")
