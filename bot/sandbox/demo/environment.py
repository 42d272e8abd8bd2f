"""Everything of the demo that runs beside this process: up in order, down in the reverse order."""

import json
import os
import secrets
import time
from collections.abc import Callable
from contextlib import ExitStack
from http.client import HTTPConnection, HTTPException
from pathlib import Path

from bot.sandbox.demo import ports
from bot.sandbox.demo.company import CONFIGURATION, TEAM
from bot.sandbox.demo.programs import HDMS, MANIFEST, SLACK, Launcher, expect_alive, finish
from bot.sandbox.services import ServiceError, start_services
from bot.sandbox.services.errors import with_log
from bot.sandbox.services.folder import FolderLock
from bot.sandbox.services.process import Process
from bot.sandbox.slack.real_tokens import real_tokens

START_SECONDS = 180.0
STOP_SECONDS = 15.0
ANSWER_SECONDS = 6.0
#: So often in a row may a server be away before the demo gives up.
MISSES_ALLOWED = 3
#: What /readyz speaks of, and the log of each.
SERVERS = {
    "database": ("PostgreSQL", "services/postgres.log"),
    "redis": ("Valkey", "services/valkey.log"),
    "bot": ("hdms bot", "bot.log"),
}

Tell = Callable[[str, str], None]


class Environment:
    """`tell` hears what came up, and where."""

    def __init__(self, folder: Path, tell: Tell) -> None:
        self.folder = folder.absolute()
        self.database_url = self.redis_url = self.slack_url = ""
        self.port = 0
        self.is_up = False
        self._tell = tell
        self._running = ExitStack()
        self._programs: list[Process] = []
        self._settings: dict[str, str] = {}
        self._misses = 0

    @property
    def bot_url(self) -> str:
        return f"http://{ports.LOOPBACK}:{self.port}"

    def start(self) -> None:
        """Raises ServiceError, whose text says what did not start and what its log ends with."""
        started = time.monotonic()
        _refuse_real_tokens()
        slack_port = ports.free_port(ports.wanted_port(ports.SLACK))
        self._tell("in a browser, in a moment", f"http://{ports.LOOPBACK}:{slack_port}")
        lock = FolderLock(self.folder)
        self.is_up = True
        self._running.callback(lock.release)
        launcher = Launcher(self.folder, lock.descriptor)
        self._start_servers()
        self._tell("servers", self._about_servers())
        wanted = ports.wanted_port()
        self.port = ports.free_port(wanted)
        self._start_slack_and_schema(launcher, slack_port)
        self._tell("local Slack", self.slack_url)
        self._start_hdms(launcher)
        taken = "" if self.port == wanted else f"; port {wanted} is taken"
        self._tell("hdms bot", f"{self.bot_url}{taken}")
        self._tell("hdms worker, hdms beat", "running")
        self._tell("ready after", f"{time.monotonic() - started:.1f} s")

    def stop(self) -> None:
        self._running.close()

    def check(self) -> None:
        """Raises ServiceError when one of the programs has ended."""
        for program in self._programs:
            expect_alive(program)

    def check_servers(self) -> None:
        """Raises ServiceError when the bot has missed the database or Redis for a while."""
        away = [name for name, state in self._readiness().items() if state != "ok"]
        self._misses = self._misses + 1 if away else 0
        if self._misses >= MISSES_ALLOWED:
            name, path = SERVERS[away[0]]
            sentence, log = f"{name} does not answer any more.", self.folder / path
            # A server of somebody else's keeps its log elsewhere.
            raise ServiceError(with_log(sentence, log) if log.exists() else sentence)

    def _start_servers(self) -> None:
        """The embedded ones, but for those whose address is given."""
        self.database_url = os.environ.get("DATABASE_URL", "")
        self.redis_url = os.environ.get("REDIS_URL", "")
        if self.database_url and self.redis_url:
            return
        services = start_services(
            self.folder / "services", postgres=not self.database_url, redis=not self.redis_url
        )
        self._running.callback(services.stop)
        self.database_url = self.database_url or services.database_url
        self.redis_url = self.redis_url or services.redis_url

    def _about_servers(self) -> str:
        given = {"PostgreSQL": "DATABASE_URL", "Valkey": "REDIS_URL"}
        return ", ".join(
            f"{name} as {variable} says" if os.environ.get(variable) else f"{name} embedded"
            for name, variable in given.items()
        )

    def _start_slack_and_schema(self, launcher: Launcher, port: int) -> None:
        """One needs time and the other does not need it, so they come up side by side."""
        if not MANIFEST.exists():
            raise ServiceError(f"{MANIFEST} is missing: the demo runs from the project's folder.")
        token, secret = f"xoxb-{secrets.token_hex(16)}", secrets.token_hex(16)
        ready = self.folder / "slack.url"
        ready.unlink(missing_ok=True)
        options = {
            "--manifest": str(MANIFEST),
            "--port": str(port),
            "--app-url": f"{self.bot_url}/slack/events",
            "--bot-token": token,
            "--signing-secret": secret,
            "--team-id": TEAM,
            "--ready-file": str(ready),
            "--state": str(self.folder / "slack.json"),
        }
        words = (word for pair in options.items() for word in pair)
        slack = self._keep(self._until_stop(launcher.start("local Slack", (*SLACK, *words), {})))
        self._settings = {
            "DATABASE_URL": self.database_url,
            "REDIS_URL": self.redis_url,
            "SLACK_BOT_TOKEN": token,
            "SLACK_SIGNING_SECRET": secret,
            "HDMS_HOST": ports.LOOPBACK,
            "HDMS_PORT": str(self.port),
            "HDMS_STORAGE_URL": f"file:{self.folder / 'files'}",
        }
        finish(self._begin(launcher, "hdms migrate", "migrate"))
        slack.wait_until(lambda: bool(_content(ready)), START_SECONDS)
        self.slack_url = _content(ready)

    def _start_hdms(self, launcher: Launcher) -> None:
        """None of them needs the company before somebody does something."""
        self._settings["SLACK_API_URL"] = f"{self.slack_url}/api/"
        seed = self._begin(launcher, "hdms seed", "seed", "--file", str(CONFIGURATION))
        worker, _, bot = (
            self._keep(self._begin(launcher, f"hdms {name}", name))
            for name in ("worker", "beat", "bot")
        )
        finish(seed)
        bot.wait_until(self._is_ready, START_SECONDS)
        worker.wait_until(lambda: " ready." in _content(worker.server.log), START_SECONDS)
        self.check()

    def _begin(self, launcher: Launcher, name: str, *words: str) -> Process:
        return self._until_stop(launcher.start(name, (*HDMS, *words), self._settings))

    def _until_stop(self, process: Process) -> Process:
        self._running.callback(process.stop, STOP_SECONDS)
        return process

    def _keep(self, program: Process) -> Process:
        """As one that may not end by itself."""
        self._programs.append(program)
        return program

    def _is_ready(self) -> bool:
        return set(self._readiness().values()) == {"ok"}

    def _readiness(self) -> dict[str, str]:
        connection = HTTPConnection(ports.LOOPBACK, self.port, timeout=ANSWER_SECONDS)
        try:
            connection.request("GET", "/readyz")
            state: dict[str, str] = json.loads(connection.getresponse().read())
        except (OSError, HTTPException, ValueError) as error:
            return {"bot": type(error).__name__}
        finally:
            connection.close()
        return state


def _refuse_real_tokens() -> None:
    for name in real_tokens(os.environ):
        raise ServiceError(
            f"{name} holds a token of a real Slack workspace. The demo is only a stand-in for "
            f"Slack and wants none: start it without {name} in the environment."
        )


def _content(path: Path) -> str:
    return path.read_text(errors="replace") if path.exists() else ""
