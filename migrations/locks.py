"""How long a migration may wait for a lock, and keep everybody behind it waiting."""

from alembic import op

PATIENCE = "5s"


def be_brief() -> None:
    """First in every upgrade and downgrade: better to fail and be run again than to queue up.

    Local to the transaction, so that it also holds through PgBouncer.
    """
    op.execute(f"SET LOCAL lock_timeout = '{PATIENCE}'")
