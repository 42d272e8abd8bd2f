"""Telling the workers that something waits: folded, off the request's path, and never needed."""

import asyncio
from datetime import timedelta

import structlog
from celery import Celery
from kombu.exceptions import OperationalError

log = structlog.get_logger(__name__)

#: The task workers answer to. Its name is the whole contract between bot and workers.
DRAIN = "outbox.drain"
FOLD = timedelta(milliseconds=50)
_GIVE_UP_FOR = timedelta(seconds=5)


def make_sender(redis_url: str) -> Celery:
    sender = Celery("hdms", broker=redis_url, set_as_current=False)
    sender.conf.broker_transport_options = {
        "global_keyprefix": "hdms:",
        "socket_timeout": 1,
        "socket_connect_timeout": 1,
    }
    sender.conf.task_ignore_result = True
    return sender


class Waker:
    """`wake()` only raises a flag. The sweep of the workers finds what no wake-up told of."""

    def __init__(self, redis_url: str) -> None:
        self._sender = make_sender(redis_url)
        self._wanted = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def wake(self) -> None:
        self._wanted.set()

    async def start(self) -> None:
        self._task = asyncio.create_task(self._run(), name="waker")

    async def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        await asyncio.to_thread(self._sender.close)

    async def _run(self) -> None:
        while True:
            await self._wanted.wait()
            await asyncio.sleep(FOLD.total_seconds())
            self._wanted.clear()
            try:
                await asyncio.to_thread(self._send)
            except (OperationalError, OSError) as error:
                log.warning("wake_up_failed", error=str(error))
                await asyncio.sleep(_GIVE_UP_FOR.total_seconds())

    def _send(self) -> None:
        self._sender.send_task(DRAIN, retry=False, expires=30)
