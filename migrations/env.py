"""Runs migrations over asyncpg, each in a transaction of its own."""

import asyncio

from alembic import context
from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from core.config import read_settings
from core.models import Base


def database_url() -> str:
    """From `-x url=…`, else from whoever calls Alembic, else from the settings."""
    given = context.get_x_argument(as_dictionary=True).get("url")
    return given or context.config.attributes.get("url") or read_settings().database_url


def run_offline() -> None:
    context.configure(
        url=database_url(),
        target_metadata=Base.metadata,
        literal_binds=True,
        transaction_per_migration=True,
    )
    with context.begin_transaction():
        context.run_migrations()


def run(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        transaction_per_migration=True,
        compare_server_default=True,
    )
    with context.begin_transaction():
        context.run_migrations()


async def run_online() -> None:
    engine = create_async_engine(
        database_url(),
        poolclass=NullPool,
        # PgBouncer may stand between: no statement is prepared by name.
        connect_args={
            "timeout": 10,
            "statement_cache_size": 0,
            "prepared_statement_cache_size": 0,
        },
    )
    async with engine.connect() as connection:
        await connection.run_sync(run)
    await engine.dispose()


if context.is_offline_mode():
    run_offline()
else:
    asyncio.run(run_online())
