"""The way there and back again, and whether models and migrations tell of the same schema."""

import ast
import asyncio
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from core.models import Base
from migrations import commands
from tests import catalog
from tests.conftest import DatabaseServer

REVISIONS = commands.sequence()
FILES = sorted((commands.FOLDER / "versions").glob("0*.py"))

# Section 5.1 of the database design, and what each of its steps creates.
DOCUMENTED = {
    "0001": {"users", "departments"},
    "0002": {"tickets"},
    "0003": {"sub_tickets"},
    "0004": {"chat_messages", "ticket_participants"},
    "0005": {"attachments"},
    "0006": {"approvals"},
    "0007": {"notifications"},
    "0008": {"audit_logs"},
    "0009": {"sla_templates"},
    "0010": set[str](),
}


def describe(url: str) -> list[str]:
    return asyncio.run(catalog.describe(url))


def tables(lines: list[str]) -> set[str]:
    return {match[1] for line in lines if (match := re.match(r"(\w+)\.id ", line))}


@pytest.fixture(scope="module")
def steps(database_server: DatabaseServer) -> Iterator[dict[str, tuple[list[str], list[str]]]]:
    """Revision to the schema before it and after it, each step also taken back and again."""
    url = database_server.create("steps")
    found = {}
    for before, revision in zip(["base", *REVISIONS], REVISIONS, strict=False):
        earlier = describe(url)
        commands.upgrade(url, revision)
        later = describe(url)
        commands.downgrade(url, before)
        assert describe(url) == earlier, f"{revision} is not undone by its downgrade"
        commands.upgrade(url, revision)
        assert describe(url) == later, f"{revision} differs the second time"
        found[revision] = (earlier, later)
    yield found
    database_server.drop("steps")


def test_the_sequence_begins_as_documented() -> None:
    assert REVISIONS[: len(DOCUMENTED)] == list(DOCUMENTED)


def test_files_are_named_by_their_revision() -> None:
    scripts = ScriptDirectory(str(commands.FOLDER))
    for file, revision in zip(FILES, REVISIONS, strict=True):
        assert file.name.startswith(f"{revision}_")
        assert scripts.get_revision(revision).path == str(file)


@pytest.mark.parametrize("revision", list(DOCUMENTED))
def test_each_documented_step_creates_what_it_says(
    steps: dict[str, tuple[list[str], list[str]]], revision: str
) -> None:
    earlier, later = steps[revision]
    assert tables(later) - tables(earlier) == DOCUMENTED[revision]


def test_plain_indexes_come_in_0010_and_the_unique_ones_with_their_tables(
    steps: dict[str, tuple[list[str], list[str]]],
) -> None:
    def indexes(lines: list[str]) -> set[str]:
        return {line for line in lines if line.startswith("CREATE INDEX")}

    assert indexes(steps["0010"][0]) == set()
    assert len(indexes(steps["0010"][1])) == 44
    assert any("uq_users_employee_code" in line for line in steps["0001"][1])


def test_tickets_refer_to_sla_templates_from_0009_on(
    steps: dict[str, tuple[list[str], list[str]]],
) -> None:
    key = "FOREIGN KEY (sla_template_id) REFERENCES sla_templates(id) ON DELETE SET NULL"
    earlier, later = steps["0009"]
    assert not any(key in line for line in earlier)
    assert any(key in line for line in later)


def test_down_to_nothing_and_up_again_gives_the_same_schema(empty_database_url: str) -> None:
    nothing = describe(empty_database_url)
    commands.upgrade(empty_database_url)
    schema = describe(empty_database_url)
    commands.downgrade(empty_database_url, "base")
    assert describe(empty_database_url) == nothing == []
    commands.upgrade(empty_database_url)
    assert describe(empty_database_url) == schema


def test_alembic_finds_nothing_that_models_have_and_migrations_lack(database_url: str) -> None:
    assert command.check(commands.configuration(database_url)) is None, "it raises what it finds"


def test_the_models_alone_would_make_the_same_tables(
    empty_database_url: str, database_url: str
) -> None:
    async def create_all() -> None:
        engine = create_async_engine(empty_database_url, poolclass=NullPool)
        async with engine.begin() as connection:
            await connection.run_sync(Base.metadata.create_all)
        await engine.dispose()

    asyncio.run(create_all())
    by_models = asyncio.run(catalog.describe(empty_database_url, catalog.TABLES))
    by_migrations = asyncio.run(catalog.describe(database_url, catalog.TABLES))
    assert by_models == by_migrations


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_every_migration_first_limits_how_long_it_waits_for_locks(file: Path) -> None:
    module = ast.parse(file.read_text())
    functions = {each.name: each for each in module.body if isinstance(each, ast.FunctionDef)}
    for name in ("upgrade", "downgrade"):
        assert ast.unparse(functions[name].body[0]) == "locks.be_brief()", name
        assert len(functions[name].body) > 1, f"{name} does nothing"


def test_a_migration_gives_up_when_it_cannot_have_its_lock(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("migrations.locks.PATIENCE", "50ms")

    async def while_a_transaction_reads() -> None:
        engine = create_async_engine(database_url, poolclass=NullPool)
        async with engine.begin() as connection:
            for table in Base.metadata.tables:
                await connection.execute(text(f"SELECT FROM {table}"))
            with pytest.raises(Exception, match="lock timeout"):
                await asyncio.to_thread(commands.downgrade, database_url, "0001")
        await engine.dispose()

    asyncio.run(while_a_transaction_reads())
    assert asyncio.run(commands.current(database_url)) == REVISIONS[-1]


def test_migrations_can_be_read_as_sql(capsys: pytest.CaptureFixture[str]) -> None:
    url = "postgresql+asyncpg://nobody@127.0.0.1:1/nowhere"
    command.upgrade(commands.configuration(url), "head", sql=True)
    script = capsys.readouterr().out
    assert script.count("SET LOCAL lock_timeout") == len(REVISIONS)
    assert script.count("COMMIT;") >= len(REVISIONS)
