"""Where the bytes of attachments lie. Services know the interface; settings choose one."""

import asyncio
import hashlib
import os
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from io import BufferedWriter
from pathlib import Path
from typing import Protocol
from uuid import uuid4

from core.errors import NotFound, Refused

_CHUNK = 256 * 1024
_KEY = re.compile(r"[0-9a-f]{2}/[0-9a-f]{32}")


@dataclass(frozen=True, slots=True)
class Stored:
    """`key` is ours; nothing of a person's file name is in it."""

    key: str
    size_bytes: int
    sha256: str


class Storage(Protocol):
    async def put(self, chunks: AsyncIterator[bytes], *, most: int) -> Stored:
        """Raises Refused when more than `most` bytes come; nothing is kept then."""
        ...

    def read(self, key: str) -> AsyncIterator[bytes]:
        """Raises NotFound."""
        ...

    async def delete(self, key: str) -> None:
        """What is not there is no error: a deletion may be tried again."""
        ...


class LocalStorage:
    """A folder. A file appears under its key only when all of it is on the disk."""

    def __init__(self, root: Path) -> None:
        self._root = root

    async def put(self, chunks: AsyncIterator[bytes], *, most: int) -> Stored:
        key = _new_key()
        target = self._path(key)
        await asyncio.to_thread(target.parent.mkdir, parents=True, exist_ok=True)
        partial = target.with_suffix(".partial")
        digest, size = hashlib.sha256(), 0
        file = await asyncio.to_thread(partial.open, "xb")
        try:
            async for chunk in chunks:
                size += len(chunk)
                if size > most:
                    raise Refused(f"Files may have at most {most // 1024**2} MB.")
                digest.update(chunk)
                await asyncio.to_thread(file.write, chunk)
            await asyncio.to_thread(_close_safely, file)
            await asyncio.to_thread(partial.rename, target)
        except BaseException:
            file.close()
            partial.unlink(missing_ok=True)
            raise
        return Stored(key, size, digest.hexdigest())

    async def read(self, key: str) -> AsyncIterator[bytes]:
        try:
            file = await asyncio.to_thread(self._path(key).open, "rb")
        except FileNotFoundError as error:
            raise NotFound("This file is not in the store any more.") from error
        with file:
            while chunk := await asyncio.to_thread(file.read, _CHUNK):
                yield chunk

    async def delete(self, key: str) -> None:
        await asyncio.to_thread(self._path(key).unlink, missing_ok=True)

    def _path(self, key: str) -> Path:
        # A key that is not one of ours could lead out of the folder.
        if not _KEY.fullmatch(key):
            raise NotFound("This file is not in the store any more.")
        return self._root / key


def _new_key() -> str:
    name = uuid4().hex
    return f"{name[:2]}/{name}"


def _close_safely(file: BufferedWriter) -> None:
    file.flush()
    os.fsync(file.fileno())
    file.close()


def open_storage(url: str) -> Storage:
    """`file:FOLDER`. Raises ValueError for what no storage is known for."""
    scheme, _, rest = url.partition(":")
    if scheme != "file" or not rest:
        raise ValueError(f"HDMS_STORAGE_URL must be file:FOLDER, not {scheme}:…")
    return LocalStorage(Path(rest.removeprefix("//")))
