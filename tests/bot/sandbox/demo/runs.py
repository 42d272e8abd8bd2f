"""Runs of the demo as processes of their own, as `hdms demo` makes them."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PROJECT = Path(__file__).parents[4]
DEMO = [sys.executable, "-m", "bot.sandbox.demo"]
SECONDS = 600
NOT_FOR_THE_DEMO = {"DATABASE_URL", "REDIS_URL", "HDMS_PORT", "HDMS_SLACK_PORT", "COLUMNS"}


def environment() -> dict[str, str]:
    """With ports of its own, so that two demos do not reach for the same one."""
    kept = {name: value for name, value in os.environ.items() if name not in NOT_FOR_THE_DEMO}
    with socket.socket() as one, socket.socket() as other:
        one.bind(("127.0.0.1", 0))
        other.bind(("127.0.0.1", 0))
        bot, slack = (str(each.getsockname()[1]) for each in (one, other))
    own = {"HDMS_PORT": bot, "HDMS_SLACK_PORT": slack}
    return {**kept, "PYTHONPATH": str(PROJECT), **own}


def play_once(folder: Path) -> tuple[int, str]:
    """The exit status, and everything that was printed."""
    done = subprocess.run(
        [*DEMO, "--once"],
        cwd=folder,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=SECONDS,
    )
    return done.returncode, done.stdout


@contextmanager
def played_until(words: str, folder: Path, *options: str) -> Iterator[subprocess.Popen[str]]:
    """A demo that has just printed these words. It is killed, should the test leave it running."""
    with subprocess.Popen(
        [*DEMO, *options],
        cwd=folder,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        try:
            assert process.stdout
            printed = ""
            while words not in printed:
                line = process.stdout.readline()
                assert line, f"“{words}” was not among what it printed:\n{printed}"
                printed += line
            yield process
        finally:
            process.kill()


def left_behind(folder: Path) -> list[str]:
    """Processes that have to do with the folder, by their command lines."""
    mark = os.fsencode(folder)
    return [
        command.decode().replace("\0", " ")
        for process in Path("/proc").glob("[0-9]*")
        if mark in (command := _of(process, "cmdline")) or mark in _of(process, "environ")
    ]


def _of(process: Path, name: str) -> bytes:
    try:
        return (process / name).read_bytes()
    except OSError:
        return b""  # it has ended meanwhile, or is somebody else's
