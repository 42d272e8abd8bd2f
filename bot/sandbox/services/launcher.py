"""Brings the embedded servers up together and takes them down in the right order."""

from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import quote

from bot.sandbox.services.errors import ServiceError
from bot.sandbox.services.folder import FolderLock
from bot.sandbox.services.postgres import DATABASE, Postgres
from bot.sandbox.services.valkey import Valkey


def start_services(
    root: Path,
    *,
    throwaway: bool = False,
    postgres: bool = True,
    redis: bool = True,
    tcp: bool = False,
) -> "Services":
    """Starts the servers with their data under `root`; call it from the main thread.

    `throwaway` trades durability for speed, for tests. `tcp` lets PostgreSQL listen on a loopback
    port with a random password instead of on its socket alone.
    """
    services = Services(root.absolute())
    try:
        if postgres:
            services.bring_up_postgres(throwaway=throwaway, tcp=tcp)
        if redis:
            services.bring_up_redis(throwaway=throwaway)
    except BaseException:
        services.stop()
        raise
    return services


class Services:
    """The running servers of one folder."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._lock: FolderLock | None = FolderLock(root)
        self._postgres: Postgres | None = None
        self._valkey: Valkey | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    @property
    def database_url(self) -> str:
        return self._database_server.url(DATABASE)

    @property
    def redis_socket(self) -> Path:
        return self._redis_server.socket

    @property
    def redis_url(self) -> str:
        """For Celery."""
        return f"redis+socket://{quote(str(self.redis_socket))}?virtual_host=0"

    @property
    def redis_py_url(self) -> str:
        """For redis-py."""
        return f"unix://{quote(str(self.redis_socket))}?db=0"

    def database(self, name: str, template: str | None = None) -> str:
        """Creates a database and returns its URL; nobody may be connected to the template."""
        self._database_server.create_database(name, template)
        return self._database_server.url(name)

    def drop_database(self, name: str) -> None:
        """Drops a database with whoever is connected; one that is not there is no error."""
        self._database_server.drop_database(name)

    def start_postgres(self) -> None:
        self._database_server.start()

    def stop_postgres(self) -> None:
        self._database_server.stop()

    def kill_postgres(self) -> None:
        """SIGKILL for the server and its children, as a power cut would."""
        self._database_server.kill()

    def start_redis(self) -> None:
        self._redis_server.start()

    def stop_redis(self) -> None:
        self._redis_server.stop()

    def kill_redis(self) -> None:
        self._redis_server.kill()

    def restart_redis(self) -> None:
        self.stop_redis()
        self.start_redis()

    def bring_up_postgres(self, *, throwaway: bool, tcp: bool) -> None:
        self._postgres = Postgres(
            self.root, lock=self._held_lock.descriptor, throwaway=throwaway, tcp=tcp
        )
        self._postgres.start()

    def bring_up_redis(self, *, throwaway: bool) -> None:
        self._valkey = Valkey(self.root, lock=self._held_lock.descriptor, throwaway=throwaway)
        self._valkey.start()

    def stop(self) -> None:
        """Stops what runs, Valkey first; calling it again does nothing."""
        for server in (self._valkey, self._postgres):
            if server:
                server.close()
        self._valkey = self._postgres = None
        if self._lock:
            self._lock.release()
            self._lock = None

    @property
    def _held_lock(self) -> FolderLock:
        if self._lock is None:
            raise ServiceError("These services are stopped.")
        return self._lock

    @property
    def _database_server(self) -> Postgres:
        if self._postgres is None:
            raise ServiceError("PostgreSQL is not among these services.")
        return self._postgres

    @property
    def _redis_server(self) -> Valkey:
        if self._valkey is None:
            raise ServiceError("Redis is not among these services.")
        return self._valkey
