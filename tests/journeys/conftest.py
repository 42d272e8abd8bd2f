"""A company for each journey, on a database of its own."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from core.engine import Sessions
from tests.journeys.company import Company, open_company


@pytest.fixture
async def company(
    database_url: str, redis_url: str, fresh_sessions: Sessions, tmp_path: Path
) -> AsyncIterator[Company]:
    storage = f"file:{tmp_path}/files"
    async with open_company(
        database_url, redis_url, fresh_sessions, HDMS_STORAGE_URL=storage
    ) as company:
        yield company
