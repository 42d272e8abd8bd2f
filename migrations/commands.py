"""Moving a database along the migrations."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

FOLDER = Path(__file__).parent


def configuration(url: str) -> Config:
    """Quiet: callers say in their own words what was done."""
    config = Config()
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    config.attributes["url"] = url
    return config


def upgrade(url: str, revision: str = "head") -> None:
    command.upgrade(configuration(url), revision)


def downgrade(url: str, revision: str) -> None:
    command.downgrade(configuration(url), revision)


def sequence() -> list[str]:
    """All revisions, the oldest first."""
    scripts = ScriptDirectory(str(FOLDER))
    return [script.revision for script in scripts.walk_revisions()][::-1]


async def current(url: str) -> str | None:
    """The revision a database is at; None when it is empty."""
    engine = create_async_engine(
        url,
        poolclass=NullPool,
        connect_args={
            "timeout": 10,
            "statement_cache_size": 0,
            "prepared_statement_cache_size": 0,
        },
    )
    async with engine.connect() as connection:
        found = await connection.run_sync(_current)
    await engine.dispose()
    return found


def _current(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()
