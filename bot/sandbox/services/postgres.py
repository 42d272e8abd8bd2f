"""The embedded PostgreSQL: made once, started as a child process, asked through psql."""

import os
import re
import secrets
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path
from signal import SIGINT, SIGQUIT, SIGTERM
from urllib.parse import quote

from bot.sandbox.services import account, binaries
from bot.sandbox.services.errors import ServiceError, with_log
from bot.sandbox.services.folder import private_folder, socket_folder
from bot.sandbox.services.process import Process, Server

ROLE = "hdms"
DATABASE = "hdms"
LOCALE = "C.UTF-8" if sys.platform == "linux" else "en_US.UTF-8"
DEFAULT_PORT = 5432
# Replaying the log after a crash may take long, and giving up would not make it shorter.
START_SECONDS = 300.0
STOP_SECONDS = 30.0
SECONDS_FOR_BACKENDS = 30.0
PLAIN_NAME = re.compile(r"[a-z_][a-z0-9_]{0,62}")

SETTINGS = {
    "timezone": "UTC",
    "log_timezone": "UTC",
    "shared_buffers": "64MB",
    "max_connections": "200",
    "unix_socket_permissions": "0700",
}
THROWAWAY = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off"}


class Postgres:
    """One database server with its data in `root/postgres`."""

    def __init__(self, root: Path, *, lock: int, throwaway: bool, tcp: bool) -> None:
        self._binaries = binaries.postgres_folder()
        self._data = root / "postgres"
        self._log = root / "postgres.log"
        self._log.write_bytes(b"")
        self._lock = lock
        self._throwaway = throwaway
        self._process: Process | None = None
        self._password = secrets.token_hex(16) if tcp else None
        self._port = _free_port() if tcp else DEFAULT_PORT
        if not (self._data / "PG_VERSION").exists():
            self._initialise()
        self._check_version()
        self._account = account.choose(self._binaries, self._data, fresh=False)
        self._sockets = socket_folder(self._data, self._data.stat().st_uid)
        if self._sockets != self._data:
            self._account.own(self._sockets)

    def start(self) -> None:
        """Returns when the database `hdms` can be used."""
        deadline = time.monotonic() + SECONDS_FOR_BACKENDS
        while not self._try_to_start(last=time.monotonic() > deadline):
            time.sleep(0.1)
        if self._password:
            self.run(f"ALTER ROLE {ROLE} PASSWORD '{self._password}'")
        if not self.run(f"SELECT 1 FROM pg_database WHERE datname = '{DATABASE}'"):
            self.run(f"CREATE DATABASE {DATABASE}")

    def stop(self) -> None:
        if self._process:
            self._process.stop(STOP_SECONDS)
            self._process = None

    def kill(self) -> None:
        if self._process:
            self._process.kill()
            self._process = None

    def close(self) -> None:
        self.stop()
        if self._sockets != self._data:
            shutil.rmtree(self._sockets, ignore_errors=True)

    def url(self, database: str) -> str:
        if self._password:
            address = f"{ROLE}:{self._password}@127.0.0.1:{self._port}"
            return f"postgresql+asyncpg://{address}/{database}"
        return f"postgresql+asyncpg://{ROLE}@/{database}?host={quote(str(self._sockets))}"

    def create_database(self, name: str, template: str | None) -> None:
        source = f" TEMPLATE {_identifier(template)}" if template else ""
        self.run(f"CREATE DATABASE {_identifier(name)}{source}")

    def drop_database(self, name: str) -> None:
        self.run(f"DROP DATABASE IF EXISTS {_identifier(name)} WITH (FORCE)")

    def run(self, sql: str) -> str:
        """Runs one statement in the maintenance database; the answer as bare text."""
        command = [str(self._binaries / "psql"), "-XqAt", "-w", "-v", "ON_ERROR_STOP=1"]
        command += ["-h", str(self._sockets), "-p", str(self._port), "-U", ROLE]
        done = subprocess.run(
            [*command, "-d", "postgres", "-c", sql],
            capture_output=True,
            check=False,
            text=True,
            env=_environment(),
        )
        if done.returncode != 0:
            raise ServiceError(f"PostgreSQL refused: {done.stderr.strip()}")
        return done.stdout.strip()

    def _initialise(self) -> None:
        """Makes the data folder elsewhere and moves it into place, so that none is half made."""
        new = self._data.with_name("postgres.new")
        if new.exists():
            shutil.rmtree(new)
        owner = account.choose(self._binaries, private_folder(new), fresh=True)
        command: list[str | Path] = [self._binaries / "initdb", "-D", new, "-U", ROLE]
        command += ["--encoding=UTF8", f"--locale={LOCALE}"]
        command += ["--auth-local=trust", "--auth-host=scram-sha-256", "--no-instructions"]
        command += ["--no-sync"] if self._throwaway else []
        process = Process(
            Server(
                name="initdb",
                command=owner.command(command),
                log=self._log,
                stop_signal=SIGTERM,
                last_signal=SIGTERM,
                account=owner,
                environment=_environment(),
                lock=self._lock,
            )
        )
        if process.wait() != 0:
            raise ServiceError(with_log("PostgreSQL's data folder could not be made.", self._log))
        new.rename(self._data)

    def _check_version(self) -> None:
        made_by = (self._data / "PG_VERSION").read_text().strip()
        command = [str(self._binaries / "postgres"), "--version"]
        answer = subprocess.run(command, capture_output=True, check=True, text=True).stdout
        if not re.search(rf"\b{re.escape(made_by)}\.", answer):
            raise ServiceError(
                f"{self._data} was made by PostgreSQL {made_by}, but {self._binaries} holds "
                f"{answer.strip()}. Choose other binaries or another folder."
            )

    def _try_to_start(self, *, last: bool) -> bool:
        """False while children of a killed server still hold its shared memory."""
        self._clear_leftovers()
        process = self._process = Process(self._server())
        try:
            process.wait_until(lambda: self._is_ready(process.pid), START_SECONDS)
        except ServiceError as error:
            self._process = None
            if last or "still in use" not in str(error):
                raise
            return False
        return True

    def _server(self) -> Server:
        settings = {**SETTINGS, **(THROWAWAY if self._throwaway else {}), **self._preload()}
        command: list[str | Path] = [self._binaries / "postgres", "-D", self._data]
        command += ["-k", self._sockets, "-p", str(self._port)]
        command += ["-h", "127.0.0.1" if self._password else ""]
        for name, value in settings.items():
            command += ["-c", f"{name}={value}"]
        return Server(
            name="PostgreSQL",
            command=self._account.command(command),
            log=self._log,
            stop_signal=SIGINT,
            last_signal=SIGQUIT,
            account=self._account,
            environment=_environment(),
            lock=self._lock,
        )

    def _preload(self) -> dict[str, str]:
        libraries = self._binaries.parent / "lib"
        found = any(libraries.glob("**/pg_stat_statements.*"))
        return {"shared_preload_libraries": "pg_stat_statements"} if found else {}

    def _is_ready(self, pid: int) -> bool:
        try:
            lines = (self._data / "postmaster.pid").read_text().splitlines()
        except FileNotFoundError:
            return False
        return len(lines) >= 8 and lines[0] == str(pid) and lines[7].strip() == "ready"

    def _clear_leftovers(self) -> None:
        """A dead server's pid may be another process by now; the lock says that no server runs."""
        name = f".s.PGSQL.{self._port}"
        for path in (
            self._data / "postmaster.pid",
            self._sockets / name,
            self._sockets / f"{name}.lock",
        ):
            path.unlink(missing_ok=True)


def _environment() -> dict[str, str]:
    """The caller's PG… variables would redirect the server and psql alike."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    return {**kept, "LC_ALL": LOCALE, "TZ": "UTC"}


def _identifier(name: str) -> str:
    if not PLAIN_NAME.fullmatch(name):
        raise ServiceError(f"{name!r} is no plain database name.")
    return f'"{name}"'


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
