"""The audit trail, which nobody can change."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations import columns, locks

revision = "0008"
down_revision = "0007"

SOURCES = (
    "command",
    "shortcut",
    "form",
    "button",
    "message",
    "reaction",
    "job",
    "configuration",
)

# Deleting a person or a ticket sets the reference to NULL from within its own trigger, one level
# down. Nothing else may change, and nobody else may do it.
REFUSE = """
CREATE FUNCTION refuse_audit_change() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    forgotten audit_logs;
BEGIN
    IF TG_OP = 'UPDATE' AND pg_trigger_depth() > 1 THEN
        forgotten := OLD;
        IF NEW.user_id IS NULL THEN forgotten.user_id := NULL; END IF;
        IF NEW.ticket_id IS NULL THEN forgotten.ticket_id := NULL; END IF;
        IF NEW IS NOT DISTINCT FROM forgotten THEN RETURN NEW; END IF;
    END IF;
    RAISE EXCEPTION 'audit_logs is append-only: % refused', TG_OP
        USING ERRCODE = 'restrict_violation';
END
$$
"""

REFUSE_ROWS = """
CREATE TRIGGER refuse_audit_change BEFORE UPDATE OR DELETE ON audit_logs
FOR EACH ROW EXECUTE FUNCTION refuse_audit_change()
"""

REFUSE_TRUNCATE = """
CREATE TRIGGER refuse_audit_truncate BEFORE TRUNCATE ON audit_logs
FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change()
"""


def upgrade() -> None:
    locks.be_brief()
    op.create_table(
        "audit_logs",
        columns.number_key(),
        columns.reference("user_id", "users.id", on_delete="SET NULL", nullable=True),
        columns.reference("ticket_id", "tickets.id", on_delete="SET NULL", nullable=True),
        columns.words("action"),
        columns.choice("source", "source", *SOURCES),
        sa.Column("changes", postgresql.JSONB(), nullable=False),
        sa.Column("details", postgresql.JSONB(), nullable=False),
        *columns.timestamps(),
        *columns.soft_delete(),
    )
    op.execute(REFUSE)
    op.execute(REFUSE_ROWS)
    op.execute(REFUSE_TRUNCATE)


def downgrade() -> None:
    locks.be_brief()
    op.drop_table("audit_logs")
    op.execute("DROP FUNCTION refuse_audit_change()")
