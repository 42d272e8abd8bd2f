"""One server process that never outlives the process which started it."""

import ctypes
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from signal import SIGKILL, Signals

from bot.sandbox.services import guard
from bot.sandbox.services.account import Account
from bot.sandbox.services.errors import ServiceError, with_log

PR_SET_PDEATHSIG = 1
POLL_SECONDS = 0.01
HAS_DEATH_SIGNAL = sys.platform == "linux"


@dataclass(frozen=True)
class Server:
    """What to run and how to end it."""

    name: str
    command: list[str]
    log: Path
    stop_signal: Signals
    last_signal: Signals
    account: Account
    environment: Mapping[str, str]
    lock: int
    """Descriptor of the folder's lock: the folder stays locked as long as a server runs."""


class Process:
    """A running server."""

    def __init__(self, server: Server) -> None:
        if threading.current_thread() is not threading.main_thread():
            raise ServiceError(
                f"{server.name} must be started from the main thread: "
                "the kernel ends it together with the thread that started it."
            )
        self.server = server
        with server.log.open("ab") as log:
            self._popen = subprocess.Popen(
                server.command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd="/",
                env=server.environment,
                pass_fds=(server.lock,),
                start_new_session=True,
                preexec_fn=_end_with_parent(server.stop_signal) if HAS_DEATH_SIGNAL else None,
                **server.account.popen,
            )
        self._guard = None if HAS_DEATH_SIGNAL else start_guard(self.pid, server.stop_signal)

    @property
    def pid(self) -> int:
        return self._popen.pid

    def is_running(self) -> bool:
        return self._popen.poll() is None

    def wait_until(self, ready: Callable[[], bool], seconds: float) -> None:
        """Returns when the server is ready; raises with the log's end when it ended or is late."""
        deadline = time.monotonic() + seconds
        while not ready():
            if not self.is_running():
                self._release()
                raise ServiceError(with_log(f"{self.server.name} did not start.", self.server.log))
            if time.monotonic() > deadline:
                self.stop(seconds=1)
                sentence = f"{self.server.name} was not ready within {seconds:.0f} s."
                raise ServiceError(with_log(sentence, self.server.log))
            time.sleep(POLL_SECONDS)

    def wait(self) -> int:
        """The exit status of a command that ends by itself."""
        status = self._popen.wait()
        self._release()
        return status

    def stop(self, seconds: float) -> None:
        """Asks politely, then less so."""
        for number, patience in (
            (self.server.stop_signal, seconds),
            (self.server.last_signal, 5.0),
            (SIGKILL, None),
        ):
            self._popen.send_signal(number)
            with suppress(subprocess.TimeoutExpired):
                self._popen.wait(patience)
                break
        self._release()

    def kill(self) -> None:
        """Takes the server and its children down at once, as a power cut would."""
        for pid in [self.pid, *_children(self.pid)]:
            with suppress(ProcessLookupError):
                os.kill(pid, SIGKILL)
        self._popen.wait()
        self._release()

    def _release(self) -> None:
        if self._guard:
            self._guard.communicate(b"done")
            self._guard = None


def start_guard(pid: int, number: Signals) -> subprocess.Popen[bytes]:
    """A small process that sends the signal should this one die; any word to it ends its watch."""
    command = [sys.executable, "-I", guard.__file__, str(pid), str(int(number))]
    return subprocess.Popen(command, stdin=subprocess.PIPE, start_new_session=True)


def _end_with_parent(number: Signals) -> Callable[[], None]:
    """Runs in the child after its setuid, which would clear the death signal."""
    libc, parent = ctypes.CDLL(None), os.getpid()

    def prepare() -> None:
        libc.prctl(PR_SET_PDEATHSIG, int(number))
        if os.getppid() != parent:
            os._exit(1)

    return prepare


def _children(pid: int) -> list[int]:
    listing = Path(f"/proc/{pid}/task/{pid}/children")
    return [int(word) for word in listing.read_text().split()] if listing.exists() else []
