"""The command `hdms`."""

import asyncio
import os
import sys
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Annotated, Any, NoReturn, TypeVar

import typer
from alembic.util import CommandError
from sqlalchemy import exc

import core.models  # noqa: F401 - every table is known before the first query
from bot import backup
from core.config import MissingSettings, Settings, read_settings
from core.configuration import export, reading, seed
from core.configuration.file import NO_TEAM, Configuration
from core.configuration.yaml_lines import WrongConfiguration
from core.db import unit_of_work
from core.engine import Sessions, make_engine, make_sessions
from core.errors import Unavailable
from migrations import commands

app = typer.Typer(
    add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False, help=__doc__
)
settings_app = typer.Typer(no_args_is_help=True, help="What an administrator may set.")
app.add_typer(settings_app, name="settings")

T = TypeVar("T")

_PASSES_ON = {"allow_extra_args": True, "ignore_unknown_options": True}


def main() -> None:
    """What can be expected to go wrong is told in a sentence, with exit code 2."""
    try:
        app()
    except (MissingSettings, WrongConfiguration, backup.BackupFailed, Unavailable) as error:
        _fail(str(error))
    except (CommandError, exc.ArgumentError) as error:
        _fail(f"{error}.".replace("..", "."))
    except exc.DBAPIError as error:
        _fail(_refusal(error))
    except OSError as error:
        _fail(f"The database cannot be reached: {error or 'it does not answer'}.")


def _fail(sentence: str, code: int = 2) -> NoReturn:
    typer.echo(sentence, err=True)
    sys.exit(code)


def _refusal(error: exc.DBAPIError) -> str:
    if getattr(error.orig, "sqlstate", None) in ("42P01", "42703"):
        return "The database lacks a table or a column: run `hdms migrate` first."
    return f"The database refused: {str(error.orig).partition(': ')[2] or error.orig}."


def _run(*arguments: str) -> NoReturn:
    """In place of this process, so that signals reach it."""
    os.execv(sys.executable, [sys.executable, "-m", *arguments])


async def _with_database(
    settings: Settings, work: Callable[[Sessions], Coroutine[Any, Any, T]]
) -> T:
    engine = make_engine(settings.database_url, pooled=settings.is_pooled)
    try:
        return await work(make_sessions(engine))
    finally:
        await engine.dispose()


@app.command()
def bot() -> None:
    """Answer Slack's requests."""
    from bot import server  # noqa: PLC0415 - Bolt takes a second, and no other command needs it

    settings = read_settings()
    try:
        server.main(settings)
    except OSError as error:
        _fail(f"The bot cannot serve on {settings.host}:{settings.port}: {error}.")


@app.command(context_settings=_PASSES_ON)
def worker(
    more: typer.Context,
    concurrency: Annotated[int, typer.Option(min=1, help="Processes.")] = 2,
) -> None:
    """Send what has to be said, and do what is due. Further options go to Celery."""
    read_settings()
    flags = ["--pool=prefork", f"--concurrency={concurrency}", "--loglevel=INFO"]
    # Workers need not know of each other, but two on one machine need two names.
    flags += ["--without-gossip", "--without-mingle", f"--hostname=hdms-{os.getpid()}@%h"]
    _run("celery", "--app=workers.app", "worker", *flags, *more.args)


@app.command(context_settings=_PASSES_ON)
def beat(more: typer.Context) -> None:
    """Wake the workers regularly. It may run twice. Further options go to Celery."""
    read_settings()
    _run("celery", "--app=workers.app", "beat", "--pidfile=", "--loglevel=INFO", *more.args)


@app.command(context_settings=_PASSES_ON)
def demo(
    more: typer.Context,
    once: Annotated[bool, typer.Option(help="Show one round, then stop.")] = False,
) -> None:
    """Bring up everything on this machine, with a stand-in for Slack."""
    _run("bot.sandbox.demo", *(["--once"] if once else []), *more.args)


@app.command()
def migrate(
    revision: Annotated[str, typer.Argument(help="How far to go.")] = "head",
    check: Annotated[
        bool, typer.Option("--check", help="Only look; exit code 1 when it is behind.")
    ] = False,
) -> None:
    """Bring the database's schema up to date."""
    url, newest = read_settings().database_url, commands.sequence()[-1]
    before = asyncio.run(commands.current(url))
    if check:
        if before != newest:
            state = f"at {before}" if before else "empty"
            _fail(f"The database is {state}; this version needs {newest}.", code=1)
        typer.echo(f"The database is at {newest}, the newest.")
        return
    commands.upgrade(url, revision)
    after = asyncio.run(commands.current(url))
    if after == before:
        typer.echo(f"The database is at {after} already.")
    else:
        typer.echo(f"The database is at {after} now; it was at {before or 'base'}.")


@app.command()
def rollback(
    revision: Annotated[str, typer.Argument(help="Back to this one; `base` empties it.")],
    save: Annotated[bool, typer.Option("--backup/--no-backup", help="Dump it first.")] = True,
) -> None:
    """Undo migrations, the newest first."""
    url, known = read_settings().database_url, ["base", *commands.sequence()]
    before = asyncio.run(commands.current(url)) or "base"
    if revision not in known:
        _fail(f"There is no revision {revision}; known are {', '.join(known)}.")
    if before not in known:
        _fail(f"The database is at {before}, which this version does not know.")
    if known.index(revision) >= known.index(before):
        _fail(f"The database is at {before}; a rollback goes further back than that.")
    if save:
        file = backup.take(url, f"before-rollback-from-{before}")
        typer.echo(f"Saved to {file}; pg_restore brings it back.")
    commands.downgrade(url, revision)
    typer.echo(f"The database is at {revision} now; it was at {before}.")


@app.command()
def doctor() -> None:
    """Look at everything that is needed, and say what to do; exit code 1 when something is."""
    from bot.doctor import examine  # noqa: PLC0415 - as above, of the Slack SDK

    settings = read_settings()
    settings.demand_slack()

    async def look() -> bool:
        is_well = True
        async for found in examine(settings):
            typer.echo(f"{'ok   ' if found.is_well else 'WRONG'}  {found.about}: {found.words}")
            is_well &= found.is_well
        return is_well

    if not asyncio.run(look()):
        raise typer.Exit(1)


@app.command(name="seed")
def seed_command(
    file: Annotated[
        Path | None, typer.Option(help="Instead of HDMS_CONFIG and of the shipped one.")
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Tell what would change, and change nothing.")
    ] = False,
) -> None:
    """Apply the configuration file: change what differs, delete nothing."""
    settings = read_settings()
    path = file or settings.configuration or reading.DEFAULT_FILE
    configuration = reading.read_file(path, admin=settings.admin)
    _apply(settings, configuration, only_look=dry_run)
    if settings.admin and configuration.team_id == NO_TEAM:
        typer.echo(f"HDMS_ADMIN is left out: {path.name} does not name your workspace.", err=True)


def _apply(settings: Settings, configuration: Configuration, *, only_look: bool = False) -> None:
    async def apply(sessions: Sessions) -> list[str]:
        async with unit_of_work(sessions) as session:
            lines = await seed.apply(session, configuration)
            if only_look:
                await session.rollback()
            return lines

    for line in asyncio.run(_with_database(settings, apply)) or ["Nothing to change."]:
        typer.echo(line)
    if only_look:
        typer.echo("This was a look: nothing was changed.", err=True)


@settings_app.command(name="import")
def import_command(
    file: Annotated[Path, typer.Argument(help="As `hdms settings export` writes it.")],
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Tell what would change, and change nothing.")
    ] = False,
) -> None:
    """Apply a file as `hdms seed` does: change what differs, delete nothing."""
    settings = read_settings()
    configuration = reading.read_file(file, admin=settings.admin)
    _apply(settings, configuration, only_look=dry_run)


@settings_app.command(name="export")
def export_command() -> None:
    """Write the configuration as the file that `hdms seed` reads."""

    async def write(sessions: Sessions) -> str:
        async with unit_of_work(sessions) as session:
            return await export.export(session)

    typer.echo(asyncio.run(_with_database(read_settings(), write)), nl=False)
