"""`created_at` never changes and `updated_at` always does, whoever wrote the SQL."""

from alembic import op

_FUNCTION = """
CREATE FUNCTION keep_timestamps() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.created_at IS DISTINCT FROM OLD.created_at THEN
        RAISE EXCEPTION 'created_at of % is set once and never changed', TG_TABLE_NAME
            USING ERRCODE = 'restrict_violation';
    END IF;
    NEW.updated_at := clock_timestamp();
    RETURN NEW;
END
$$
"""

# A save that brings its own updated_at, as the models' does, costs no call of the function.
_TRIGGER = """
CREATE TRIGGER keep_timestamps BEFORE UPDATE ON {table} FOR EACH ROW
WHEN (NEW.updated_at = OLD.updated_at OR NEW.created_at IS DISTINCT FROM OLD.created_at)
EXECUTE FUNCTION keep_timestamps()
"""


def create_function() -> None:
    op.execute(_FUNCTION)


def drop_function() -> None:
    op.execute("DROP FUNCTION keep_timestamps()")


def keep_timestamps(*tables: str) -> None:
    """Goes when its table goes."""
    for table in tables:
        op.execute(_TRIGGER.format(table=table))
