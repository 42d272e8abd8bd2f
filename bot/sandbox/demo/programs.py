"""The programs the demo starts, as child processes that never outlive it."""

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from signal import SIGKILL, SIGTERM

from bot.sandbox.services import ServiceError
from bot.sandbox.services.account import Account
from bot.sandbox.services.errors import with_log
from bot.sandbox.services.process import Process, Server

PROJECT = Path(__file__).parents[3]
MANIFEST = PROJECT / "manifest.yml"
# The command `hdms`, in a form that also works where the project is not installed.
HDMS = (sys.executable, "-m", "bot")
SLACK = (sys.executable, "-m", "bot.sandbox.slack")
# Settings for a real workspace, and proxies, which Slack's client would take for loopback too.
NOT_PASSED_ON = frozenset(
    {"SLACK_APP_TOKEN", "HDMS_ADMIN", "HDMS_CONFIG", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"}
)


@dataclass(frozen=True)
class Launcher:
    """Starts programs with their logs in one folder, which stays locked as long as they run."""

    folder: Path
    lock: int

    def log(self, name: str) -> Path:
        return self.folder / f"{name.split()[-1].lower()}.log"

    def start(self, name: str, command: tuple[str, ...], settings: Mapping[str, str]) -> Process:
        log = self.log(name)
        log.write_bytes(b"")
        return Process(
            Server(
                name=name,
                command=list(command),
                log=log,
                stop_signal=SIGTERM,
                last_signal=SIGKILL,
                account=Account(),
                environment=_environment(settings),
                lock=self.lock,
            )
        )


def finish(command: Process) -> None:
    """Waits for a command that ends by itself."""
    if command.wait() != 0:
        raise ServiceError(with_log(f"{command.server.name} failed.", command.server.log))


def expect_alive(program: Process) -> None:
    if not program.is_running():
        raise ServiceError(with_log(f"{program.server.name} has ended.", program.server.log))


def _environment(settings: Mapping[str, str]) -> dict[str, str]:
    kept = {name: v for name, v in os.environ.items() if name.upper() not in NOT_PASSED_ON}
    # The children's working folder is the root, so that no .env of somebody else's is read.
    return {**kept, "PYTHONPATH": str(PROJECT), "PYTHONUNBUFFERED": "1", **settings}
