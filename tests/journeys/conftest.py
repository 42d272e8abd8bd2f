"""A company for each journey, on a database of its own."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from core.engine import Sessions
from tests.journeys.company import Company, open_company
from tests.journeys.elsewhere import Elsewhere, running


@pytest.fixture
async def elsewhere() -> AsyncIterator[Elsewhere]:
    """A host that the settings name as one of Slack's."""
    async with running() as found:
        yield found


@pytest.fixture
async def company(
    database_url: str,
    redis_url: str,
    fresh_sessions: Sessions,
    tmp_path: Path,
    elsewhere: Elsewhere,
) -> AsyncIterator[Company]:
    chosen = {"HDMS_STORAGE_URL": f"file:{tmp_path}/files"}
    chosen["HDMS_SLACK_FILE_HOSTS"] = elsewhere.origin
    async with open_company(database_url, redis_url, fresh_sessions, **chosen) as company:
        yield company
