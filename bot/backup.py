"""A dump of the database, taken before something is undone."""

import os
import shutil
import subprocess
from pathlib import Path

from sqlalchemy import URL, make_url

from core.db import utc_now

FOLDER = Path(".hdms/backups")


class BackupFailed(Exception):
    """There is no dump; the text says why."""


def take(database_url: str, label: str) -> Path:
    """The file, for pg_restore. Raises BackupFailed."""
    program = shutil.which("pg_dump")
    if program is None:
        raise BackupFailed(
            "pg_dump was not found, so there can be no backup. Install PostgreSQL's client"
            " programs, or say --no-backup."
        )
    FOLDER.mkdir(mode=0o700, parents=True, exist_ok=True)
    file = FOLDER / f"{label}-{utc_now():%Y%m%dT%H%M%SZ}.dump"
    url = make_url(database_url)
    done = subprocess.run(
        [program, "--format=custom", "--no-password", f"--file={file}", *_target(url)],
        check=False,
        capture_output=True,
        text=True,
        umask=0o077,
        env=os.environ | {"PGPASSWORD": url.password or ""},
    )
    if done.returncode != 0:
        file.unlink(missing_ok=True)
        raise BackupFailed(f"pg_dump failed: {' '.join(done.stderr.split())}")
    return file


def _target(url: URL) -> list[str]:
    """A password must not be among the arguments, which everybody on the machine can see."""
    host, port = url.host or url.query.get("host"), url.port or url.query.get("port")
    named = {"host": host, "port": port, "username": url.username, "dbname": url.database}
    return [f"--{name}={value}" for name, value in named.items() if value]
