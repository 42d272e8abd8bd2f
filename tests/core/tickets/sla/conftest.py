"""Desks in Berlin, and time that a test moves."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from core.tickets.models import SlaTemplate
from core.tickets.policy import read_policy
from core.tickets.states import Priority
from core.users.models import Department
from tests.core.desks import Desks
from tests.core.tickets.sla.frozen import Frozen


@pytest.fixture
def frozen(monkeypatch: pytest.MonkeyPatch) -> Frozen:
    return Frozen(monkeypatch)


@pytest.fixture
async def berlin(session: AsyncSession, desks: Desks) -> Desks:
    """Four business hours for everything, two when it is high; the first answer in one hour, and
    each later one in half an hour."""
    await session.execute(update(Department).values(time_zone="Europe/Berlin"))
    await session.execute(
        update(SlaTemplate)
        .where(SlaTemplate.name == "rest")
        .values(
            first_response_target=timedelta(hours=1),
            resolution_target=timedelta(hours=4),
            next_reply_target=timedelta(minutes=30),
            calendar=None,
        )
    )
    session.add(
        SlaTemplate(
            name="high",
            position=0,
            priority=Priority.HIGH,
            first_response_target=timedelta(hours=1),
            resolution_target=timedelta(hours=2),
        )
    )
    await session.flush()
    session.expire_all()
    policy = await read_policy(session)
    it, hr, finance = (policy.desks[each.id] for each in (desks.it, desks.hr, desks.finance))
    return replace(desks, policy=policy, it=it, hr=hr, finance=finance)
