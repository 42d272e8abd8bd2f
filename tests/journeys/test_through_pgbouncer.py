"""The whole way again with PgBouncer in between, as deploy/pgbouncer.ini sets it up."""

import asyncio
import configparser
import os
import shutil
import socket
import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path

import asyncpg
import pytest
from sqlalchemy import URL, make_url

from bot.sandbox.services import start_services
from core.engine import make_engine, make_sessions
from migrations import commands
from tests.journeys.company import Company, open_company
from tests.soon import soon

pytestmark = [
    pytest.mark.pgbouncer,
    pytest.mark.skipif(shutil.which("pgbouncer") is None, reason="PgBouncer is not installed"),
]
INI = Path("deploy/pgbouncer.ini")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def pgbouncer(folder: Path, server: URL, secret: str) -> Iterator[URL]:
    """As deployed, but for the addresses, and few connections so that they have to be shared."""
    port = free_port()
    settings = configparser.ConfigParser(interpolation=None)
    settings.read(INI)
    settings["databases"] = {"hdms": f"host=127.0.0.1 port={server.port} dbname={server.database}"}
    settings["pgbouncer"].update(
        {
            "listen_port": str(port),
            "auth_file": str(folder / "userlist.txt"),
            "default_pool_size": "3",
            "reserve_pool_size": "0",
            "unix_socket_dir": "",
        }
    )
    (folder / "userlist.txt").write_text(f'"{server.username}" "{secret}"\n')
    with (folder / "pgbouncer.ini").open("w") as file:
        settings.write(file)
    for path in (folder, *folder.iterdir()):
        path.chmod(0o755)
    user = ["-u", "nobody"] if os.geteuid() == 0 else []
    process = subprocess.Popen(
        ["pgbouncer", "-q", *user, folder / "pgbouncer.ini"], stderr=subprocess.DEVNULL
    )
    try:
        yield server.set(port=port, database="hdms")
    finally:
        process.terminate()
        process.wait(10)


@pytest.fixture
async def pooled(
    redis_url: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Company]:
    folder = tmp_path_factory.mktemp("pooled")
    for parent in (folder, folder.parent, folder.parent.parent):
        parent.chmod(0o755)
    with start_services(folder / "server", throwaway=True, redis=False, tcp=True) as services:
        direct = services.database_url
        await asyncio.to_thread(commands.upgrade, direct)
        url = make_url(direct)
        plain = url.set(drivername="postgresql").render_as_string(hide_password=False)
        connection = await asyncpg.connect(plain)
        secret = await connection.fetchval(
            "SELECT rolpassword FROM pg_authid WHERE rolname = $1", url.username
        )
        await connection.close()
        bouncer = folder / "bouncer"
        bouncer.mkdir()
        with pgbouncer(bouncer, url, secret) as through:
            await soon(lambda: _listens(through.port or 0))
            engine = make_engine(direct)
            address = through.render_as_string(hide_password=False)
            async with open_company(
                address, redis_url, make_sessions(engine), HDMS_POOLER="pgbouncer"
            ) as company:
                yield company
            await engine.dispose()


async def _listens(port: int) -> bool:
    try:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        return False
    writer.close()
    return True


async def test_forty_tickets_at_once_share_three_connections(pooled: Company) -> None:
    async def one(number: int) -> None:
        person_id = f"U0P{number}"
        await pooled.slack.person(person_id, f"Person {number}")
        await pooled.slack.join("C0GENERAL", person_id)
        outcome = await pooled.file(pooled.slack.acting(person_id), f"Ticket {number}")
        assert outcome.ok, outcome

    await asyncio.gather(*(one(number) for number in range(40)))
    await pooled.deliver()
    cards = await pooled.slack.all_messages("C0ITDESK")
    assert len(cards) == 40
    for card in cards[:8]:
        assert (await pooled.ann.click(card, "Assign to me")).ok
    await pooled.deliver()
    claimed = "SELECT count(*) FROM tickets WHERE status = 'assigned'"
    assert await pooled.value(claimed) == 8
    unsettled = "SELECT count(*) FROM outbox_messages WHERE outcome IS DISTINCT FROM 'sent'"
    assert await pooled.value(unsettled) == 0
