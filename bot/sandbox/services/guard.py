"""Stops a server when its launcher is gone, for systems whose kernel has no death signal.

Runs as a process of its own: `python guard.py PID SIGNAL`. The launcher holds the other end of
standard input; it closes it without a word only by dying.
"""

import os
import sys
from contextlib import suppress


def watch(pid: int, number: int) -> None:
    if not sys.stdin.buffer.read():
        with suppress(ProcessLookupError):
            os.kill(pid, number)


if __name__ == "__main__":
    watch(int(sys.argv[1]), int(sys.argv[2]))
