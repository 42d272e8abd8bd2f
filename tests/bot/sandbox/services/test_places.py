"""Where servers live: private parents, long paths, sockets, ports, binaries."""

import stat
from pathlib import Path

import asyncpg
import pytest

from bot.sandbox.services import ServiceError, start_services
from tests.bot.sandbox.services.questions import ask, recall, remember


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


async def test_it_runs_below_a_private_folder_and_leaves_its_mode_alone(tmp_path: Path) -> None:
    private = tmp_path / "private"
    private.mkdir(mode=0o700)
    for _ in ("cold", "warm"):
        with start_services(private / "hdms", throwaway=True) as services:
            assert await ask(services.database_url, "SELECT current_user") == "hdms"
    assert mode(private) == 0o700


async def test_a_path_too_long_for_a_socket_works_and_leaves_nothing(tmp_path: Path) -> None:
    with start_services(tmp_path / ("long" * 25), throwaway=True) as services:
        assert await ask(services.database_url, "SELECT 42") == 42
        remember(services.redis_py_url, "here")
        assert recall(services.redis_py_url) == b"here"
        folder = services.redis_socket.parent
        assert mode(folder) == 0o700
    assert not folder.exists()


def test_sockets_and_data_are_for_their_owner_alone(root: Path) -> None:
    with start_services(root, throwaway=True) as services:
        assert mode(root / "postgres") == 0o700
        assert mode(services.redis_socket.parent) == 0o700


async def test_times_are_utc_whatever_the_machine_thinks(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TZ", "Asia/Kolkata")
    monkeypatch.setenv("PGTZ", "Asia/Kolkata")
    with start_services(root, redis=False, throwaway=True) as services:
        monkeypatch.undo()
        assert await ask(services.database_url, "SHOW timezone") == "UTC"


async def test_a_database_can_be_copied_from_a_template_and_dropped(root: Path) -> None:
    with start_services(root, redis=False, throwaway=True) as services:
        await ask(services.database("template_one"), "CREATE TABLE t AS SELECT 7 AS n")
        copy = services.database("copy_one", template="template_one")
        assert await ask(copy, "SELECT n FROM t") == 7
        services.drop_database("copy_one")
        with pytest.raises(asyncpg.InvalidCatalogNameError):
            await ask(copy, "SELECT 1")
        with pytest.raises(ServiceError, match="no plain database name"):
            services.database('x"; DROP DATABASE hdms; --')


async def test_on_a_port_postgres_wants_its_password(root: Path) -> None:
    with start_services(root, redis=False, throwaway=True, tcp=True) as services:
        url = services.database_url
        assert await ask(url, "SELECT host(inet_server_addr())") == "127.0.0.1"
        password = url.partition("hdms:")[2].partition("@")[0]
        with pytest.raises(asyncpg.InvalidPasswordError):
            await ask(url.replace(password, "guessed"), "SELECT 1")


@pytest.mark.parametrize("name", ["HDMS_PG_BINDIR", "HDMS_REDIS_BIN"])
def test_an_override_that_holds_nothing_is_an_error_not_a_hint(
    name: str, root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, str(tmp_path / "nothing"))
    with pytest.raises(ServiceError, match=name):
        start_services(root)


def test_data_of_another_postgres_are_refused_with_both_versions(root: Path) -> None:
    start_services(root, redis=False, throwaway=True).stop()
    (root / "postgres" / "PG_VERSION").write_text("9\n")
    with pytest.raises(ServiceError, match=r"made by PostgreSQL 9, but .* holds postgres"):
        start_services(root, redis=False)
