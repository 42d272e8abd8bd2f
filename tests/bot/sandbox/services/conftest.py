"""A folder for servers, and a launcher to kill."""

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[4]
LAUNCH = """
import signal, sys
from pathlib import Path
from bot.sandbox.services import start_services
with start_services(Path(sys.argv[1])) as services:
    print(services.database_url, services.redis_py_url, flush=True)
    signal.pause()
"""


@dataclass(frozen=True)
class Launcher:
    """Another process that keeps the servers of a folder up."""

    process: subprocess.Popen[str]
    database_url: str
    redis_py_url: str


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "hdms"


@pytest.fixture
def launcher(root: Path) -> Iterator[Launcher]:
    command = [sys.executable, "-c", LAUNCH, str(root)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=PROJECT) as process:
        assert process.stdout
        database_url, redis_py_url = process.stdout.readline().split()
        yield Launcher(process, database_url, redis_py_url)
        process.kill()
