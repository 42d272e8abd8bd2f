"""A company for each journey, on a database of its own."""

from collections.abc import AsyncIterator

import pytest

from core.db import Sessions
from tests.journeys.company import Company, open_company


@pytest.fixture
async def company(
    database_url: str, redis_url: str, fresh_sessions: Sessions
) -> AsyncIterator[Company]:
    async with open_company(database_url, redis_url, fresh_sessions) as company:
        yield company
