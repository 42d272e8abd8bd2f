"""Reaching the database: connections that are not given out dead, nor waited for when hung."""

from typing import Any

from sqlalchemy import ExceptionContext, event, exc
from sqlalchemy.ext.asyncio import (
    AsyncEngine,
    AsyncSession,
    async_sessionmaker,
    create_async_engine,
)

Sessions = async_sessionmaker[AsyncSession]

_IS_POOLED = "is_pooled"
#: Under this name a session factory keeps the engine for statements that need no transaction.
ALONE = "alone"


def make_engine(
    url: str, *, pooled: bool = False, pool_size: int = 10, command_timeout: float | None = None
) -> AsyncEngine:
    """`pooled`: PgBouncer stands between, so no statement may be prepared by name."""
    cache: dict[str, Any] = {"prepared_statement_cache_size": 500}
    if pooled:
        cache = {"statement_cache_size": 0, "prepared_statement_cache_size": 0}
    engine = create_async_engine(
        url,
        pool_size=pool_size,
        max_overflow=0,
        pool_timeout=2,
        pool_use_lifo=True,
        execution_options={_IS_POOLED: pooled},
        # What people wrote has no place in an error, which is logged.
        hide_parameters=True,
        connect_args={"timeout": 1, "command_timeout": command_timeout, **cache},
    )
    event.listen(engine.sync_engine, "checkout", _refuse_closed)
    event.listen(engine.sync_engine, "handle_error", _cut_when_hung)
    return engine


def _refuse_closed(connection: Any, record: Any, proxy: Any) -> None:
    # What pool_pre_ping is for, without its round trip: a server that went away closed the
    # socket, and the driver knows. The pool answers this error with a fresh connection.
    if connection.driver_connection.is_closed():
        raise exc.DisconnectionError("the server closed this connection")


def _cut_when_hung(context: ExceptionContext) -> None:
    # A rollback, or a polite goodbye, would wait for the silent server as long again.
    if isinstance(context.original_exception, TimeoutError) and context.connection is not None:
        driver: Any = context.connection.connection.driver_connection
        driver.terminate()
        context.is_disconnect = True


def make_sessions(engine: AsyncEngine) -> Sessions:
    # PgBouncer could prepare a statement on one server and run it on another, unless a
    # transaction holds them together.
    is_pooled = engine.get_execution_options()[_IS_POOLED]
    alone = engine if is_pooled else engine.execution_options(isolation_level="AUTOCOMMIT")
    return async_sessionmaker(engine, expire_on_commit=False, info={ALONE: alone})
