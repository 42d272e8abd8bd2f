"""A proxy between a client and a server that can be told to misbehave while it runs."""

import asyncio
import socket
import struct
from contextlib import suppress
from enum import StrEnum
from pathlib import Path
from typing import Self

Address = Path | tuple[str, int]
"""A unix socket's path, or host and port."""

LINGER_ZERO = struct.pack("ii", 1, 0)


class Fault(StrEnum):
    """What happens to bytes and connections."""

    PASS = "pass"
    DELAY = "delay"
    """Every chunk waits, in both directions."""
    BLACKHOLE = "blackhole"
    """Connections stay open, nothing moves; what was held goes on with the next PASS."""
    RESET = "reset"
    """Open connections are cut, new ones as soon as they are made."""
    REFUSE = "refuse"
    """Nobody listens; connections that are open go on."""


class FaultProxy:
    """`async with FaultProxy(target) as proxy:` and then `await proxy.switch(Fault.RESET)`."""

    def __init__(self, target: Address, listen: Address = ("127.0.0.1", 0)) -> None:
        self.target = target
        self.address = listen
        self._fault = Fault.PASS
        self._seconds = 0.0
        self._flows = asyncio.Event()
        self._flows.set()
        self._server: asyncio.Server | None = None
        self._connections: dict[asyncio.Task[None], asyncio.StreamWriter] = {}

    async def __aenter__(self) -> Self:
        await self._listen()
        return self

    async def __aexit__(self, *_: object) -> None:
        self._refuse()
        await self._cut_all()

    async def switch(self, fault: Fault, seconds: float = 0.2) -> None:
        """`seconds` is how long DELAY holds each chunk back."""
        self._fault, self._seconds = fault, seconds
        if fault is Fault.BLACKHOLE:
            self._flows.clear()
        else:
            self._flows.set()
        if fault is Fault.REFUSE:
            self._refuse()
        else:
            await self._listen()
        if fault is Fault.RESET:
            await self._cut_all()

    async def _listen(self) -> None:
        if self._server:
            return
        if isinstance(self.address, Path):
            self._server = await asyncio.start_unix_server(self._accept, self.address)
        else:
            self._server = await asyncio.start_server(self._accept, *self.address)
            self.address = self._server.sockets[0].getsockname()[:2]

    def _refuse(self) -> None:
        if self._server:
            self._server.close()
            self._server = None
            if isinstance(self.address, Path):
                self.address.unlink(missing_ok=True)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task
        self._connections[task] = writer
        try:
            if self._fault is not Fault.RESET:
                await self._relay(reader, writer)
        except asyncio.CancelledError:
            return
        finally:
            _reset(writer)
            del self._connections[task]

    async def _relay(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await self._flows.wait()
        with suppress(OSError):
            far_reader, far_writer = await self._connect()
            pumps = (self._pump(reader, far_writer), self._pump(far_reader, writer))
            tasks = [asyncio.ensure_future(pump) for pump in pumps]
            try:
                await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            finally:
                for task in tasks:
                    task.cancel()
                far_writer.close()

    async def _connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        if isinstance(self.target, Path):
            return await asyncio.open_unix_connection(self.target)
        return await asyncio.open_connection(*self.target)

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while data := await reader.read(65536):
                if self._fault is Fault.DELAY:
                    await asyncio.sleep(self._seconds)
                await self._flows.wait()
                writer.write(data)
                await writer.drain()

    async def _cut_all(self) -> None:
        tasks = list(self._connections)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def _reset(writer: asyncio.StreamWriter) -> None:
    """A reset, not an orderly end: the client's next read fails."""
    peer = writer.get_extra_info("socket")
    with suppress(OSError):
        peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, LINGER_ZERO)
    writer.transport.abort()
