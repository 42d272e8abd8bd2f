"""What the page for operators tells them to type works as it is written."""

import re
from pathlib import Path

import pytest
import typer
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from bot.cli import app

PAGE = Path("docs/operations.md").read_text()
STATEMENTS = re.findall(r"`((?:SELECT|UPDATE) [^`]+)`", PAGE)
COMMANDS = re.findall(r"`hdms ([a-z]+)", PAGE)
EXAMPLES = {"id": "1", "ticket_id": "gen_random_uuid()", "user_id": "gen_random_uuid()"}


def filled_in(statement: str) -> str:
    return re.sub(r"(\w+) = …", lambda found: f"{found[1]} = {EXAMPLES[found[1]]}", statement)


@pytest.mark.parametrize("statement", STATEMENTS)
async def test_the_database_takes_it(session: AsyncSession, statement: str) -> None:
    await session.execute(text(filled_in(statement)))


def test_there_are_such_commands() -> None:
    known = set(typer.main.get_command(app).commands)  # type: ignore[attr-defined]
    assert set(COMMANDS) <= known
    assert len(STATEMENTS) > 8
