"""What the database itself says of its schema."""

from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession, create_async_engine
from sqlalchemy.pool import NullPool

_COLUMNS = """
SELECT relname || '.' || attname || ' ' || format_type(atttypid, atttypmod)
       || CASE WHEN attnotnull THEN ' NOT NULL' ELSE '' END
       || CASE attidentity WHEN '' THEN '' ELSE ' IDENTITY ' || attidentity::text END
       || coalesce(' DEFAULT ' || pg_get_expr(adbin, adrelid), '')
  FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
  LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
 WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND attnum > 0
   AND NOT attisdropped
"""
# PostgreSQL 18 lists NOT NULL as constraints too; the columns say it already.
_CONSTRAINTS = """
SELECT conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid)
  FROM pg_constraint
 WHERE connamespace = 'public'::regnamespace AND conrelid <> 0 AND contype IN ('c', 'f', 'p', 'u')
"""
_INDEXES = "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'"
_TRIGGERS = "SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal"
_FUNCTIONS = """
SELECT pg_get_functiondef(oid) FROM pg_proc WHERE pronamespace = 'public'::regnamespace
"""
_SEQUENCES = "SELECT 'sequence ' || sequencename FROM pg_sequences WHERE schemaname = 'public'"

TABLES = (_COLUMNS, _CONSTRAINTS, _INDEXES, _SEQUENCES)
EVERYTHING = (*TABLES, _TRIGGERS, _FUNCTIONS)

_INDEX_COLUMNS = """
SELECT i.relname AS name, t.relname AS table_name, x.indisunique AS is_unique,
       pg_get_expr(x.indpred, x.indrelid) AS predicate,
       (SELECT array_agg(pg_get_indexdef(x.indexrelid, n, true) ORDER BY n)
          FROM generate_series(1, x.indnkeyatts) AS n) AS columns
  FROM pg_index AS x
  JOIN pg_class AS i ON i.oid = x.indexrelid
  JOIN pg_class AS t ON t.oid = x.indrelid
 WHERE t.relnamespace = 'public'::regnamespace AND NOT x.indisprimary
   AND t.relname <> 'alembic_version'
"""

_FOREIGN_KEYS = """
SELECT conrelid::regclass::text AS table_name,
       (SELECT string_agg(attname, ', ') FROM pg_attribute
         WHERE attrelid = conrelid AND attnum = ANY (conkey)) AS column_name,
       confrelid::regclass::text AS target,
       CASE confdeltype WHEN 'c' THEN 'CASCADE' WHEN 'n' THEN 'SET NULL'
                        WHEN 'r' THEN 'RESTRICT' WHEN 'a' THEN 'NO ACTION' END AS on_delete
  FROM pg_constraint
 WHERE contype = 'f' AND connamespace = 'public'::regnamespace
"""

_KEYS = """
SELECT conrelid::regclass::text AS table_name, attidentity::text AS identity,
       format_type(atttypid, atttypmod) AS type
  FROM pg_constraint JOIN pg_attribute ON attrelid = conrelid AND attnum = ANY (conkey)
 WHERE contype = 'p' AND connamespace = 'public'::regnamespace
   AND conrelid::regclass::text <> 'alembic_version'
"""


async def describe(url: str, queries: tuple[str, ...] = EVERYTHING) -> list[str]:
    """One line for each thing in the schema, sorted. The revision table is no part of it."""
    engine = create_async_engine(url, poolclass=NullPool)
    async with engine.connect() as connection:
        lines = [line for query in queries for line in await _lines(connection, query)]
    await engine.dispose()
    return sorted(line for line in lines if "alembic_version" not in line)


async def _lines(connection: AsyncConnection, query: str) -> list[str]:
    return list((await connection.execute(text(query))).scalars())


async def index_columns(session: AsyncSession) -> list[Any]:
    """All indexes but those of primary keys: name, table_name, is_unique, predicate, columns."""
    return list((await session.execute(text(_INDEX_COLUMNS))).all())


async def foreign_keys(session: AsyncSession) -> dict[tuple[str, str], tuple[str, str]]:
    """(table, column) to (target, what happens when it is deleted)."""
    rows = (await session.execute(text(_FOREIGN_KEYS))).all()
    return {(row.table_name, row.column_name): (row.target, row.on_delete) for row in rows}


async def primary_keys(session: AsyncSession) -> dict[str, tuple[str, str]]:
    """Table to the type of its key, and `d` where the database counts it up by default."""
    rows = (await session.execute(text(_KEYS))).all()
    return {row.table_name: (row.type, row.identity) for row in rows}


async def columns(session: AsyncSession) -> dict[tuple[str, str], tuple[str, bool, str | None]]:
    """(table, column) to its type, whether it may be NULL, and its default."""
    rows = await session.execute(
        text(
            "SELECT table_name::text, column_name::text, data_type::text, is_nullable = 'YES',"
            " column_default FROM information_schema.columns WHERE table_schema = 'public'"
        )
    )
    return {(row[0], row[1]): (row[2], row[3], row[4]) for row in rows}
