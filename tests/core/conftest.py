"""Desks with people at them, for tests of the services."""

import pytest

from core.db import unit_of_work
from core.engine import Sessions
from tests.core.desks import Desks, move_in


@pytest.fixture
async def desks(sessions: Sessions) -> Desks:
    async with unit_of_work(sessions) as session:
        return await move_in(session)


@pytest.fixture
async def fresh_desks(fresh_sessions: Sessions) -> Desks:
    """On a database of their own, for what happens at the same time."""
    async with unit_of_work(fresh_sessions) as session:
        return await move_in(session)
