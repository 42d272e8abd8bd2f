"""Servers come and go with their launcher, whatever ends it, and their data stay."""

import os
import threading
from pathlib import Path

import pytest

from bot.sandbox.services import ServiceError, start_services
from tests.bot.sandbox.services.conftest import Launcher
from tests.bot.sandbox.services.questions import ask, becomes_free, recall, remember


async def test_data_survive_a_stop_and_the_next_start(root: Path) -> None:
    with start_services(root) as services:
        await ask(services.database_url, "CREATE TABLE kept AS SELECT 42 AS n")
        remember(services.redis_py_url, "kept")
    assert becomes_free(root, seconds=0.1)

    with start_services(root) as services:
        assert await ask(services.database_url, "SELECT n FROM kept") == 42
        assert recall(services.redis_py_url) == b"kept"


@pytest.mark.faults
async def test_a_killed_launcher_leaves_no_server_and_blocks_nothing(
    root: Path, launcher: Launcher
) -> None:
    await ask(launcher.database_url, "CREATE TABLE kept AS SELECT 42 AS n")
    remember(launcher.redis_py_url, "kept")

    launcher.process.kill()
    launcher.process.wait()
    with start_services(root) as services:
        assert await ask(services.database_url, "SELECT n FROM kept") == 42
        assert recall(services.redis_py_url) == b"kept"


@pytest.mark.faults
def test_the_servers_of_a_killed_launcher_end_by_themselves(root: Path, launcher: Launcher) -> None:
    assert not becomes_free(root, seconds=0.1)
    launcher.process.kill()
    assert becomes_free(root)


def test_a_second_launcher_is_refused_and_told_who_holds_the_folder(
    root: Path, launcher: Launcher
) -> None:
    pid = launcher.process.pid
    with pytest.raises(ServiceError, match=rf"in use by another launcher \(process {pid}"):
        start_services(root)
    assert launcher.process.poll() is None


@pytest.mark.faults
async def test_committed_rows_survive_the_sudden_end_of_postgres(root: Path) -> None:
    with start_services(root, redis=False) as services:
        await ask(services.database_url, "CREATE TABLE kept AS SELECT 42 AS n")
        services.kill_postgres()
        services.start_postgres()
        assert await ask(services.database_url, "SELECT n FROM kept") == 42


@pytest.mark.faults
def test_valkey_keeps_its_data_over_a_restart(root: Path) -> None:
    with start_services(root, postgres=False) as services:
        remember(services.redis_py_url, "kept")
        services.restart_redis()
        assert recall(services.redis_py_url) == b"kept"


def test_a_throwaway_valkey_keeps_nothing(root: Path) -> None:
    with start_services(root, postgres=False, throwaway=True) as services:
        remember(services.redis_py_url, "gone soon")
        services.restart_redis()
        assert recall(services.redis_py_url) is None


async def test_leftovers_of_a_crash_do_not_block_the_start(root: Path) -> None:
    """The dead server's number may belong to a living process by now."""
    start_services(root, redis=False, throwaway=True).stop()
    data = root / "postgres"
    (data / "postmaster.pid").write_text(f"{os.getppid()}\n{data}\n")
    (data / ".s.PGSQL.5432.lock").write_text(f"{os.getppid()}\n")
    (root / "postgres.new").mkdir()

    with start_services(root, redis=False, throwaway=True) as services:
        assert await ask(services.database_url, "SELECT 42") == 42


def test_a_start_from_another_thread_is_refused(root: Path) -> None:
    """The kernel would end the servers together with that thread."""
    refusals: list[ServiceError] = []

    def attempt() -> None:
        with pytest.raises(ServiceError, match="main thread") as caught:
            start_services(root, postgres=False)
        refusals.append(caught.value)

    thread = threading.Thread(target=attempt)
    thread.start()
    thread.join()
    assert len(refusals) == 1
    assert becomes_free(root, seconds=0.1)
