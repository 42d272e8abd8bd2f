"""The folder the servers live in: its lock, and short places for their sockets."""

import fcntl
import hashlib
import os
import stat
import time
from contextlib import suppress
from pathlib import Path

from bot.sandbox.services.errors import ServiceError

# A socket's whole path may have 103 bytes on macOS (107 on Linux); the names in it need up to 14.
LONGEST_SOCKET_FOLDER = 85
SHORT_PLACE = Path("/tmp")
SECONDS_FOR_LEFTOVERS = 60.0


class FolderLock:
    """Keeps a second launcher out.

    The servers inherit the descriptor. After a kill of the launcher the folder thus stays locked
    until they have shut down, and the next launcher waits for that moment.
    """

    def __init__(self, root: Path) -> None:
        try:
            root.mkdir(parents=True, exist_ok=True)
            self.descriptor = os.open(root / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise ServiceError(f"Cannot keep data in {root}: {error.strerror}.") from error
        try:
            self._acquire(root)
        except BaseException:
            os.close(self.descriptor)
            raise
        os.ftruncate(self.descriptor, 0)
        os.pwrite(self.descriptor, str(os.getpid()).encode(), 0)

    def release(self) -> None:
        os.close(self.descriptor)

    def _acquire(self, root: Path) -> None:
        deadline = time.monotonic() + SECONDS_FOR_LEFTOVERS
        while not self._try():
            holder = self._holder()
            if holder and _is_alive(holder):
                raise ServiceError(
                    f"{root} is in use by another launcher (process {holder}). "
                    "Stop that one first, or choose another folder."
                )
            if time.monotonic() > deadline:
                raise ServiceError(f"The servers of an earlier run still hold {root}.")
            time.sleep(0.02)

    def _try(self) -> bool:
        with suppress(BlockingIOError):
            fcntl.flock(self.descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
        return False

    def _holder(self) -> int | None:
        text = os.pread(self.descriptor, 20, 0)
        return int(text) if text.isdigit() else None


def private_folder(path: Path) -> Path:
    """The folder, made if need be, for nobody but its owner."""
    try:
        path.mkdir(mode=0o700, exist_ok=True)
        path.chmod(0o700)
    except OSError as error:
        raise ServiceError(f"Cannot keep data in {path}: {error.strerror}.") from error
    return path


def socket_folder(data: Path, owner: int) -> Path:
    """The data folder itself, or a private one with a short name, the same at every start."""
    if len(os.fsencode(data)) <= LONGEST_SOCKET_FOLDER:
        return data
    digest = hashlib.sha256(os.fsencode(data)).hexdigest()[:16]
    folder = SHORT_PLACE / f"hdms-{digest}"
    with suppress(FileExistsError):
        folder.mkdir(mode=0o700)
    found = folder.lstat()
    private = stat.S_ISDIR(found.st_mode) and stat.S_IMODE(found.st_mode) == 0o700
    if not private or found.st_uid not in {os.geteuid(), owner}:
        raise ServiceError(f"{folder} is needed for a socket but belongs to somebody else.")
    return folder


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
