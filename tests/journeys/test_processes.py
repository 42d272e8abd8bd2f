"""Real workers, killed in the middle; Redis and the database away for a while."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest

from bot.sandbox.services import Services
from core.engine import Sessions
from tests.faults.proxy import Fault, FaultProxy
from tests.journeys.company import (
    GENERAL,
    SECRET,
    TOKEN,
    Company,
    open_company,
)
from tests.soon import soon
from workers.outbox import drain

pytestmark = pytest.mark.faults

UNSETTLED = "SELECT count(*) FROM outbox_messages WHERE settled_at IS NULL"


class Process:
    """`hdms worker` or `hdms beat`, as in production, with its whole family."""

    def __init__(self, verb: str, environment: dict[str, str], log: Path) -> None:
        with log.open("ab") as out:
            self._popen = subprocess.Popen(
                [sys.executable, "-m", "bot", verb],
                env=environment,
                stdout=out,
                stderr=out,
                start_new_session=True,
            )

    def kill(self) -> None:
        os.killpg(self._popen.pid, signal.SIGKILL)
        self._popen.wait()

    def stop(self) -> None:
        if self._popen.poll() is None:
            os.killpg(self._popen.pid, signal.SIGTERM)
            try:
                self._popen.wait(10)
            except subprocess.TimeoutExpired:
                self.kill()


@contextmanager
def running(*verbs: str, environment: dict[str, str], log: Path) -> Iterator[list[Process]]:
    processes = [Process(verb, environment, log) for verb in verbs]
    try:
        yield processes
    finally:
        for process in processes:
            process.stop()


def environment(company: Company, database_url: str, redis_url: str) -> dict[str, str]:
    return os.environ | {
        "DATABASE_URL": database_url,
        "REDIS_URL": redis_url,
        "SLACK_BOT_TOKEN": TOKEN,
        "SLACK_SIGNING_SECRET": SECRET,
        "SLACK_API_URL": f"{company.slack_url}/api/",
        "HDMS_OUTBOX_LEASE": "4",
        "HDMS_SLACK_TIMEOUT": "2",
        "HDMS_SWEEP_EVERY": "1",
    }


async def all_sent(company: Company) -> bool:
    return bool(await company.value(UNSETTLED) == 0)


async def counts(company: Company) -> tuple[int, int]:
    """Receipts and cards that Slack has."""
    cards = await company.slack.all_messages("C0ITDESK")
    return len(await company.bea.dms()), len(cards)


async def test_a_worker_killed_in_the_middle_loses_and_doubles_nothing(
    company: Company, database_url: str, redis_url: str, tmp_path: Path
) -> None:
    env = environment(company, database_url, redis_url)
    for n in range(80):
        assert (await company.file(company.bea, f"Ticket {n}")).ok
    # Slow enough that it takes several rounds of all that a worker sends at once.
    await company.slack.fault("chat.postMessage", kind="latency", latency_ms=900)
    log = tmp_path / "workers.log"
    with running("beat", "worker", environment=env, log=log) as (_, worker):

        async def some_are_out() -> bool:
            return sum(await counts(company)) >= 10

        await soon(some_are_out)
        worker.kill()
        left = await company.value(UNSETTLED)
        assert left > 0, "the worker was to die in the middle of its work"
        with running("worker", environment=env, log=log):
            await soon(lambda: all_sent(company))
    assert await counts(company) == (80, 80)
    outcomes = await company.rows("SELECT DISTINCT outcome FROM outbox_messages")
    assert [row[0] for row in outcomes] == ["sent"]


async def test_with_redis_away_people_work_on_and_hear_of_it_later(
    company: Company, database_url: str, redis_url: str, services: Services, tmp_path: Path
) -> None:
    env = environment(company, database_url, redis_url)
    with running("beat", "worker", environment=env, log=tmp_path / "workers.log"):
        assert (await company.file(company.bea, "Before")).ok
        await soon(lambda: all_sent(company))
        services.stop_redis()
        try:
            for n in range(3):
                outcome = await company.file(company.bea, f"Meanwhile {n}")
                assert outcome.ok
            assert (await company.ann.click(await company.card(), "Assign to me")).ok
            assert await company.value(UNSETTLED) > 0
        finally:
            services.start_redis()
        await soon(lambda: all_sent(company))
    assert await counts(company) == (4, 4)
    assert "Ann Visser" in (await company.slack.all_messages("C0ITDESK"))[0].plain


async def test_a_worker_that_was_sending_when_redis_went_away_goes_on(
    company: Company, database_url: str, redis_url: str, services: Services, tmp_path: Path
) -> None:
    env = environment(company, database_url, redis_url)
    await company.slack.fault("chat.postMessage", kind="latency", latency_ms=1500)
    with running("beat", "worker", environment=env, log=tmp_path / "workers.log"):
        assert (await company.file(company.bea, "Before")).ok

        async def is_taken() -> bool:
            return bool(await company.value("SELECT bool_and(attempts = 1) FROM outbox_messages"))

        await soon(is_taken)
        services.stop_redis()
        try:
            # What was being sent arrives; its task can be neither acknowledged nor put back.
            await soon(lambda: all_sent(company))
        finally:
            services.start_redis()
        assert (await company.file(company.bea, "After")).ok
        await soon(lambda: all_sent(company))
    assert await counts(company) == (2, 2)


@pytest.fixture
async def behind_proxy(
    database_url: str, redis_url: str, fresh_sessions: Sessions, tmp_path: Path
) -> Any:
    """A company whose bot reaches the database through a proxy; the test looks directly."""
    folder = Path(unquote(database_url.partition("host=")[2]))
    listen = tmp_path / ".s.PGSQL.5432"
    through = database_url.partition("host=")[0] + f"host={tmp_path}"
    async with (
        FaultProxy(folder / ".s.PGSQL.5432", listen) as proxy,
        # Whatever the database does, people are answered in time.
        open_company(through, redis_url, fresh_sessions, in_a_hurry=True) as company,
    ):
        yield company, proxy


@pytest.mark.parametrize("fault", [Fault.RESET, Fault.BLACKHOLE])
async def test_without_the_database_people_read_why_and_lose_nothing(
    behind_proxy: tuple[Company, FaultProxy], fault: Fault
) -> None:
    company, proxy = behind_proxy
    await company.filed("Before")
    receipt, card = await company.receipt(), await company.card()
    await company.bea.command("/ticket", "Typed with care", channel=GENERAL)
    await company.bea.fill({"Department": "IT"})
    await proxy.switch(fault)

    await company.ann.command("/ticket", "mine", channel=GENERAL)
    said = (await company.ann.ephemerals())[-1].plain
    assert "cannot reach its records right now" in said
    assert "/ticket mine" in said

    outcome = await company.bea.submit()
    assert outcome.status == 200
    view = await company.bea.view()
    assert view is not None
    assert "cannot reach its records right now" in view.errors["Summary"]
    assert view.values["Summary"] == "Typed with care"

    assert (await company.ann.click(card, "Assign to me")).ok
    window = await company.ann.view()
    assert window is not None
    assert "cannot reach its records right now" in window.text
    await company.ann.close_view()

    await company.slack.settings(retry_delays=[0.1, 1.0, 2.0])
    await company.bea.dm("Sent while you were away", thread_ts=receipt.ts)
    await asyncio.sleep(0.3)
    await proxy.switch(Fault.PASS)
    await company.deliver_late()
    assert (await company.thread(card))[-1].plain == "Sent while you were away"
    assert (await company.bea.submit()).ok
    assert await company.value("SELECT count(*) FROM tickets") == 2
    assert (await company.ann.click(card, "Assign to me")).ok


async def test_a_worker_cut_off_while_it_sends_posts_nothing_twice(
    behind_proxy: tuple[Company, FaultProxy],
) -> None:
    company, proxy = behind_proxy
    assert (await company.file(company.bea, "Cut off")).ok
    # One answer comes while the other is still awaited.
    await company.slack.fault("chat.postMessage", kind="latency", latency_ms=1500)
    await company.slack.fault("chat.postMessage", kind="latency", latency_ms=2000, times=1)
    sending = asyncio.create_task(drain(company.runtime))

    async def is_taken() -> bool:
        return bool(await company.value("SELECT bool_and(attempts = 1) FROM outbox_messages"))

    await soon(is_taken)
    await proxy.switch(Fault.RESET)
    await sending
    assert await company.value(UNSETTLED) == 2
    assert await counts(company) == (1, 1)
    await proxy.switch(Fault.PASS)
    await company.slack.clear_faults()
    await company.deliver_late()
    assert await company.value(UNSETTLED) == 0
    assert await counts(company) == (1, 1)
