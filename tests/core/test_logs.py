"""What is logged holds neither what people wrote nor a secret, whatever went wrong."""

import io
import json
import logging
import sys
from collections.abc import AsyncIterator, Iterator

import pytest
import structlog
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from core.config import MissingSettings, Settings, read_settings
from core.db import unit_of_work
from core.engine import Sessions, make_engine, make_sessions
from core.logs import configure_logs
from core.users.models import User

WORDS = "my salary is 4,711\nand nobody's business"


@pytest.fixture
def logged(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    written = io.StringIO()
    with monkeypatch.context() as patched:
        patched.setattr(sys, "stderr", written)
        configure_logs()
    yield written
    configure_logs()


@pytest.fixture
async def ours(shared_database_url: str) -> AsyncIterator[Sessions]:
    """What is refused leaves no trace."""
    engine = make_engine(shared_database_url)
    yield make_sessions(engine)
    await engine.dispose()


REFUSED = {
    "a row": "INSERT INTO users (id, name) VALUES (gen_random_uuid(), CAST(:words AS text))",
    "a value": "SELECT 1 FROM users WHERE id = CAST(:words AS uuid)",
    "a value that the driver refuses": "SELECT CAST(:words AS integer)",
    "a value that the server refuses": "SELECT CAST(CAST(:words AS text) AS interval)",
    "a statement": "SELECT nothing FROM users WHERE name = :words",
}


@pytest.mark.parametrize("sql", REFUSED.values(), ids=list(REFUSED))
async def test_what_the_database_refuses_is_not_repeated(
    ours: Sessions, logged: io.StringIO, sql: str
) -> None:
    with pytest.raises(DBAPIError) as failure:
        async with unit_of_work(ours) as session:
            await session.execute(text(sql), {"words": WORDS})
    structlog.get_logger("bot").error("request_failed", exc_info=failure.value)
    logging.getLogger("celery").error("Task drain failed: %r", failure.value)
    first, second = [json.loads(line) for line in logged.getvalue().splitlines()]
    assert failure.type.__name__ in first["exception"]
    assert "Traceback" in first["exception"]
    assert second["event"].startswith("Task drain failed: ")
    assert "4,711" not in logged.getvalue()
    assert "business" not in logged.getvalue()


async def test_nor_is_what_the_mapper_refuses(ours: Sessions, logged: io.StringIO) -> None:
    with pytest.raises(DBAPIError) as failure:
        async with unit_of_work(ours) as session:
            session.add(User(name=WORDS, team_id="T", slack_user_id="U", role="employee"))
    structlog.get_logger("bot").error("request_failed", exc_info=failure.value)
    assert "request_failed" in logged.getvalue()
    assert "4,711" not in logged.getvalue()


SECRETS = {
    "DATABASE_URL": "postgresql://hdms:sesame@db/hdms",
    "REDIS_URL": "redis://:sesame@redis/0",
    "SLACK_BOT_TOKEN": "xoxb-sesame",
    "SLACK_SIGNING_SECRET": "sesame",
}


def test_settings_show_no_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in SECRETS.items():
        monkeypatch.setenv(name, value)
    settings = Settings(_env_file=None)  # type: ignore[call-arg]
    assert "sesame" in settings.database_url
    assert "sesame" not in f"{settings!r} {settings}"


@pytest.mark.parametrize("missing", ["DATABASE_URL", "HDMS_PORT"])
def test_settings_that_are_wrong_are_named_without_the_others(
    monkeypatch: pytest.MonkeyPatch, logged: io.StringIO, missing: str
) -> None:
    for name, value in SECRETS.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("HDMS_PORT", "sesame")
    monkeypatch.setitem(Settings.model_config, "env_file", None)
    monkeypatch.delenv(missing)
    if missing == "HDMS_PORT":
        monkeypatch.setenv(missing, "sesame")
    with pytest.raises(MissingSettings, match=missing) as refusal:
        read_settings()
    logging.getLogger("celery").error("could not start", exc_info=refusal.value)
    assert "MissingSettings" in logged.getvalue()
    assert "sesame" not in logged.getvalue()
