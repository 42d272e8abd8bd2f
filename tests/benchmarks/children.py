"""Processes of a benchmark's own: started, asked, measured, and always stopped."""

import json
import os
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

START_SECONDS = 20.0


def cpu_seconds_of(pid: int) -> float | None:
    """None where the system does not tell in /proc."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


class Child:
    """A module of this package run as a process; it is told its settings as JSON."""

    def __init__(
        self, module: str, *arguments: str, stdout: int = subprocess.PIPE, **settings: Any
    ) -> None:
        command = [sys.executable, "-m", f"tests.benchmarks.{module}", *arguments]
        self.port: int = settings.get("port", 0)
        self._process = subprocess.Popen(
            [*command, json.dumps(settings)], stdin=subprocess.PIPE, stdout=stdout, text=True
        )

    def ask(self, **question: Any) -> dict[str, Any]:
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(json.dumps(question) + "\n")
        self._process.stdin.flush()
        answer: dict[str, Any] = json.loads(self._process.stdout.readline() or "{}")
        if not answer:
            raise RuntimeError(f"{self._process.args!r} ended")
        return answer

    def cpu_seconds(self) -> float | None:
        """Of all its threads so far; None where the system does not tell in /proc."""
        return cpu_seconds_of(self._process.pid)

    def stop(self) -> None:
        self._process.terminate()
        try:
            self._process.communicate(timeout=10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.communicate()


class ServerChild(Child):
    """One that listens on a port; what it prints goes nowhere."""

    def __init__(self, kind: str, **settings: Any) -> None:
        super().__init__("serving", kind, stdout=subprocess.DEVNULL, port=free_port(), **settings)
        deadline = time.monotonic() + START_SECONDS
        while not self._listens():
            if self._process.poll() is not None or time.monotonic() > deadline:
                self.stop()
                raise RuntimeError(f"the server {kind!r} did not start")
            time.sleep(0.05)

    def _listens(self) -> bool:
        with socket.socket() as probe:
            probe.settimeout(1)
            return probe.connect_ex(("127.0.0.1", self.port)) == 0


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
