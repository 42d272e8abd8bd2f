"""Parts, while the channel of the desk that has them takes nothing."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.journeys.company import HR_DESK, Company
from tests.journeys.test_parts import said, split
from workers.deliveries import parts

UNSETTLED = "SELECT count(*) FROM outbox_messages WHERE settled_at IS NULL"


@pytest.fixture
async def proposed(company: Company) -> Company:
    """HR proposes another time for its part, and IT agrees while HR's channel takes nothing."""
    card = await company.filed()
    soon = datetime.now(UTC).replace(second=0, microsecond=0) + timedelta(days=2)
    [part] = await split(company, card, Due=soon)
    assert (await company.hana.click(part, "Propose another time…")).ok
    answers = {"Due": soon + timedelta(days=1), "Reason": "The shop is closed."}
    assert (await company.hana.fill(answers, submit=True)).ok
    await company.deliver()
    asked = (await company.thread(card, company.hugo))[-1]
    for method in ("chat.postMessage", "chat.update"):
        await company.slack.fault(method, kind="error", error="not_in_channel", times=1)
    assert (await company.hugo.click(asked, "Agree")).ok
    await company.deliver()
    return company


async def test_what_is_said_below_a_part_waits_until_its_channel_takes_it(
    proposed: Company,
) -> None:
    assert await proposed.value(UNSETTLED) > 0
    assert "HR" in (await proposed.ada.dms())[-1].plain
    await proposed.deliver_late()
    assert await proposed.value(UNSETTLED) == 0
    roots = [
        each
        for each in await proposed.slack.all_messages(HR_DESK)
        if each.thread_ts in (None, each.ts)
    ]
    assert len(roots) == 1
    assert (await said(proposed, roots[0], proposed.hana))[-1].startswith("Hugo Kern agreed")


async def test_a_channel_that_stays_closed_is_not_tried_for_ever(
    proposed: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parts, "_PATIENCE", timedelta())
    for method in ("chat.postMessage", "chat.update"):
        await proposed.slack.fault(method, kind="error", error="is_archived")
    await proposed.deliver_late()
    waiting = await proposed.rows(
        "SELECT topic FROM outbox_messages"
        " WHERE settled_at IS NULL AND payload ->> 'audience' = 'part'"
    )
    assert waiting == []
