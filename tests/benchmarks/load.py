"""The load generator: a process that asks over raw sockets and times the answers."""

import asyncio
import itertools
import json
import re
import statistics
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import uvloop

from tests.benchmarks import signed

_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
#: More than the help desk files in a second. Bare Bolt, which keeps nothing, gets some again.
_MOST_SUBMISSIONS = 2500


@dataclass
class Tally:
    seconds: list[float] = field(default_factory=list)
    refused: int = 0
    is_over: bool = False

    def note(self, seconds: float, answer: bytes) -> None:
        self.seconds.append(seconds)
        # A form that stays open answers 200 as well, with its errors.
        if not answer.startswith(b"HTTP/1.1 200") or b'"errors"' in answer:
            self.refused += 1


class Connection(asyncio.Protocol):
    """Asks, waits for the whole answer, asks again: a closed loop."""

    def __init__(self, requests: Iterator[bytes], tally: Tally) -> None:
        self._requests = requests
        self._tally = tally
        self._buffer = b""
        self.closed = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: Any) -> None:
        self._transport = transport
        self._ask()

    def _ask(self) -> None:
        self._since = time.perf_counter()
        self._transport.write(next(self._requests))

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        head = self._buffer.find(b"\r\n\r\n")
        if head < 0:
            return
        found = _LENGTH.search(self._buffer, 0, head + 2)
        if found is None or len(self._buffer) < head + 4 + int(found[1]):
            return
        answer, self._buffer = self._buffer, b""
        if self._tally.is_over:
            self._transport.close()
            return
        self._tally.note(time.perf_counter() - self._since, answer)
        self._ask()

    def connection_lost(self, error: Exception | None) -> None:
        if not self.closed.done():
            self.closed.set_result(None)


async def closed_loop(port: int, kind: str, connections: int, seconds: float) -> dict[str, Any]:
    if kind == "ping":
        requests: Iterator[bytes] = itertools.repeat(signed.ping())
    else:
        requests = itertools.cycle(signed.submissions(int(_MOST_SUBMISSIONS * seconds)))
    loop, tally = asyncio.get_running_loop(), Tally()
    cpu, since = time.process_time(), time.perf_counter()
    made = [
        await loop.create_connection(lambda: Connection(requests, tally), "127.0.0.1", port)
        for _ in range(connections)
    ]
    await asyncio.sleep(seconds)
    took, tally.is_over = time.perf_counter() - since, True
    result = _summary(tally, took) | {"own_cpu": (time.process_time() - cpu) / took}
    # What was under way is answered outside of the measured time, before the next one's turn.
    await asyncio.wait([protocol.closed for _, protocol in made], timeout=10)
    return result


async def open_forms(port: int, rate: int, seconds: float) -> dict[str, Any]:
    """Slash commands at their appointed times, whether or not earlier ones are answered."""
    tally, tasks = Tally(), []
    since = time.monotonic_ns()
    for number in range(int(rate * seconds)):
        due = since + number * 1_000_000_000 // rate
        await asyncio.sleep(max(0.0, (due - time.monotonic_ns()) / 1e9))
        tasks.append(asyncio.create_task(_once(port, signed.opening(number, due), tally)))
    await asyncio.gather(*tasks)
    return _summary(tally, (time.monotonic_ns() - since) / 1e9)


async def _once(port: int, request: bytes, tally: Tally) -> None:
    since = time.perf_counter()
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(request)
    answer = await reader.readuntil(b"\r\n\r\n")
    tally.note(time.perf_counter() - since, answer)
    writer.close()


def _summary(tally: Tally, took: float) -> dict[str, Any]:
    times = sorted(tally.seconds)
    return {
        "done": len(times),
        "refused": tally.refused,
        "seconds": took,
        "p50_ms": statistics.median(times) * 1000 if times else None,
        "p99_ms": times[int(len(times) * 0.99)] * 1000 if times else None,
    }


def main() -> None:
    """One question a line, one answer a line, until the input ends."""
    jobs = {"closed_loop": closed_loop, "open_forms": open_forms}
    for line in sys.stdin:
        question = json.loads(line)
        answer = uvloop.run(jobs[question.pop("job")](**question))
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
