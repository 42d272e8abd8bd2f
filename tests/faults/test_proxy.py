"""The fault proxy does to a connection what its name of the fault says."""

import asyncio
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.faults.proxy import Address, Fault, FaultProxy

Connection = tuple[asyncio.StreamReader, asyncio.StreamWriter]


@pytest.fixture
async def echo() -> AsyncIterator[Address]:
    """A server that answers each line with itself."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while line := await reader.readline():
            writer.write(line)
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    yield server.sockets[0].getsockname()
    server.close()


@pytest.fixture(params=["tcp", "unix"])
async def proxy(
    request: pytest.FixtureRequest, echo: Address, tmp_path: Path
) -> AsyncIterator[FaultProxy]:
    listen: Address = ("127.0.0.1", 0) if request.param == "tcp" else tmp_path / "p.sock"
    async with FaultProxy(echo, listen) as running:
        yield running


async def connect(proxy: FaultProxy) -> Connection:
    if isinstance(proxy.address, Path):
        return await asyncio.open_unix_connection(proxy.address)
    return await asyncio.open_connection(*proxy.address)


async def say(connection: Connection, line: bytes, patience: float = 5.0) -> bytes:
    reader, writer = connection
    writer.write(line)
    return await asyncio.wait_for(reader.readline(), patience)


async def test_it_passes_bytes_and_may_delay_them(proxy: FaultProxy) -> None:
    connection = await connect(proxy)
    assert await say(connection, b"one\n") == b"one\n"
    await proxy.switch(Fault.DELAY, seconds=0.1)
    started = time.monotonic()
    assert await say(connection, b"two\n") == b"two\n"
    assert time.monotonic() - started >= 0.2
    connection[1].close()


async def test_a_blackhole_holds_what_it_got_until_it_passes_again(proxy: FaultProxy) -> None:
    connection = await connect(proxy)
    await proxy.switch(Fault.BLACKHOLE)
    with pytest.raises(TimeoutError):
        await say(connection, b"lost?\n", patience=0.2)
    await proxy.switch(Fault.PASS)
    assert await asyncio.wait_for(connection[0].readline(), 5) == b"lost?\n"
    connection[1].close()


async def test_a_reset_cuts_open_and_new_connections(proxy: FaultProxy) -> None:
    connection = await connect(proxy)
    assert await say(connection, b"one\n") == b"one\n"
    await proxy.switch(Fault.RESET)
    assert await is_cut(connection)
    assert await is_cut(await connect(proxy))
    await proxy.switch(Fault.PASS)
    healed = await connect(proxy)
    assert await say(healed, b"again\n") == b"again\n"
    healed[1].close()


async def test_refusing_leaves_open_connections_alone(proxy: FaultProxy) -> None:
    connection = await connect(proxy)
    assert await say(connection, b"one\n") == b"one\n"
    await proxy.switch(Fault.REFUSE)
    with pytest.raises(OSError, match=r"refused|Connect call failed|No such file"):
        await connect(proxy)
    assert await say(connection, b"still here\n") == b"still here\n"
    await proxy.switch(Fault.PASS)
    connection[1].close()
    later = await connect(proxy)
    assert await say(later, b"back\n") == b"back\n"
    later[1].close()


async def test_a_server_that_is_not_there_ends_the_connection(proxy: FaultProxy) -> None:
    proxy.target = Path("/nonexistent.sock")
    assert await is_cut(await connect(proxy))


async def is_cut(connection: Connection) -> bool:
    """A unix socket knows no reset: there the end comes as an empty read."""
    reader, writer = connection
    try:
        return await asyncio.wait_for(reader.read(1), 5) == b""
    except ConnectionResetError:
        return True
    finally:
        writer.close()
