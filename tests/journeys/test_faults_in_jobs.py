"""A fault of ours in one of many that a job looks after: the others have their turn."""

from typing import Any

import pytest

from core.tickets.approvals import sweep
from tests.journeys.company import HR_DESK, Company
from tests.journeys.purchases import dm, found_finance
from tests.journeys.test_approval_times import age
from workers import endings, sla, triage
from workers.approvals import sweep_approvals

QUEUED = "UPDATE tickets SET queued_at = now() - interval '40 minutes'"


async def test_one_request_keeps_no_other_from_being_remembered(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    buys = await found_finance(company)
    await buys.asked("1,200")
    await buys.asked("1,300", Purpose="Tables")
    await age(buys, days=0)
    first = await company.value("SELECT min(request_id) FROM approvals")
    pass_mark = sweep._pass_mark

    async def fails_for_one(session: Any, case: Any) -> Any:
        if case.request.id == first:
            raise LookupError("a fault of ours")
        return await pass_mark(session, case)

    monkeypatch.setattr(sweep, "_pass_mark", fails_for_one)
    await sweep_approvals(company.runtime)
    await company.deliver()
    assert (await dm(buys.fay)).plain.startswith("€1,300.00 for HD-2 still waits")
    monkeypatch.undo()
    await sweep_approvals(company.runtime)
    await company.deliver()
    assert (await dm(buys.fay)).plain.startswith("€1,200.00 for HD-1 still waits")


async def test_one_desk_keeps_no_other_from_hearing_what_waits(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    await company.filed()
    await company.filed("Holiday", Department="HR")
    await company.change(QUEUED)
    nudge = triage.nudge

    async def fails_for_one(session: Any, desk: Any, limits: Any) -> int:
        if desk.name == "IT":
            raise LookupError("a fault of ours")
        return await nudge(session, desk, limits)

    monkeypatch.setattr(triage, "nudge", fails_for_one)
    await triage.nudge_waiting(company.runtime)
    await company.deliver()
    told = await company.thread(await company.card(HR_DESK), company.hana)
    assert [each.plain.startswith("HD-2 waits for somebody") for each in told] == [True]


async def test_one_desk_keeps_no_other_from_closing_its_tickets(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    since = endings.closing.silent_since
    asked: list[str] = []

    def fails_for_one(policy: Any, desk: Any, now: Any) -> Any:
        asked.append(desk.name)
        if len(asked) == 1:
            raise LookupError("a fault of ours")
        return since(policy, desk, now)

    monkeypatch.setattr(endings.closing, "silent_since", fails_for_one)
    await endings.sweep(company.runtime)
    assert sorted(asked) == ["HR", "IT"]


async def test_what_is_to_be_told_of_clocks_is_told_when_looking_at_one_fails(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    await company.filed()
    clock = "SELECT id FROM sla_clocks WHERE kind = 'resolution'"
    await company.change(
        "INSERT INTO sla_warnings (clock_id, threshold, cycle, deliver_at)"
        f" VALUES (({clock}), 'breach', 1, now())"
    )

    async def fails(*_: Any) -> int:
        raise LookupError("a fault of ours")

    monkeypatch.setattr(sla, "sweep", fails)
    await sla.watch(company.runtime)
    assert await company.value("SELECT count(*) FROM sla_warnings WHERE said_at IS NULL") == 0
