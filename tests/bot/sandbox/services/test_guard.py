"""The guard process ends a server whose launcher died, and only then."""

import signal
import subprocess
import sys
from collections.abc import Iterator

import pytest

from bot.sandbox.services.process import start_guard
from tests.soon import PATIENCE


@pytest.fixture
def server() -> Iterator[subprocess.Popen[bytes]]:
    command = [sys.executable, "-c", "import signal; signal.pause()"]
    with subprocess.Popen(command) as process:
        yield process
        process.kill()


def test_a_pipe_closed_without_a_word_ends_the_server(server: subprocess.Popen[bytes]) -> None:
    guard = start_guard(server.pid, signal.SIGTERM)
    guard.communicate(b"")
    assert server.wait(timeout=PATIENCE) == -signal.SIGTERM


def test_a_guard_told_that_all_is_done_ends_nothing(server: subprocess.Popen[bytes]) -> None:
    guard = start_guard(server.pid, signal.SIGTERM)
    guard.communicate(b"done")
    assert guard.returncode == 0
    assert server.poll() is None
