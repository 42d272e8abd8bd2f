"""Where the bytes of attachments lie. Services know the interface; settings choose one."""

import asyncio
import hashlib
import os
import re
from collections.abc import AsyncGenerator, AsyncIterator
from dataclasses import dataclass, field
from io import BufferedWriter
from pathlib import Path
from typing import Any, Protocol
from uuid import UUID, uuid4

from core.errors import NotFound, Refused

CHUNK = 256 * 1024
_KEY = re.compile(r"[0-9a-f]{2}/[0-9a-f]{32}")


class TooMuch(Refused):
    """More bytes came than may be kept; nothing of them is."""


@dataclass(frozen=True, slots=True)
class Stored:
    """`key` is ours; nothing of a person's file name is in it."""

    key: str
    size_bytes: int
    sha256: str


class Storage(Protocol):
    async def put(self, key: str, chunks: AsyncIterator[bytes], *, most: int) -> Stored:
        """All of it or nothing; what lay there before is replaced. Raises TooMuch when more
        than `most` bytes come, and whatever `chunks` raises."""
        ...

    def read(self, key: str) -> AsyncGenerator[bytes, None]:
        """Raises NotFound."""
        ...

    async def delete(self, key: str) -> None:
        """What is not there is no error: a deletion may be tried again."""
        ...


def key_of(ticket_id: UUID, slack_file_id: str) -> str:
    """The same for the same file on the same ticket: a second attempt leaves nothing behind."""
    name = hashlib.sha256(f"{ticket_id}:{slack_file_id}".encode()).hexdigest()[:32]
    return f"{name[:2]}/{name}"


def check_key(key: str) -> None:
    # One that is not ours could lead out of the folder.
    if not _KEY.fullmatch(key):
        raise NotFound("This file is not in the store any more.")


@dataclass(slots=True)
class Meter:
    """Counts and digests what flows through, and stops it at `most` bytes."""

    most: int
    size: int = 0
    digest: Any = field(default_factory=hashlib.sha256)

    async def flow(self, chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
        async for chunk in chunks:
            self.size += len(chunk)
            if self.size > self.most:
                raise TooMuch(f"Files may have at most {self.most // 1024**2} MB.")
            self.digest.update(chunk)
            yield chunk

    def stored(self, key: str) -> Stored:
        return Stored(key, self.size, self.digest.hexdigest())


class LocalStorage:
    """A folder. A file appears under its key only when all of it is on the disk."""

    def __init__(self, root: Path) -> None:
        self._root = root

    async def put(self, key: str, chunks: AsyncIterator[bytes], *, most: int) -> Stored:
        target, meter = self._path(key), Meter(most)
        await asyncio.to_thread(target.parent.mkdir, parents=True, exist_ok=True)
        partial = target.with_suffix(f".{uuid4().hex}.partial")
        file = await asyncio.to_thread(partial.open, "xb")
        try:
            async for chunk in meter.flow(chunks):
                await asyncio.to_thread(file.write, chunk)
            await asyncio.to_thread(_close_safely, file)
            await asyncio.to_thread(partial.replace, target)
        except BaseException:
            file.close()
            partial.unlink(missing_ok=True)
            raise
        return meter.stored(key)

    async def read(self, key: str) -> AsyncGenerator[bytes, None]:
        try:
            file = await asyncio.to_thread(self._path(key).open, "rb")
        except FileNotFoundError as error:
            raise NotFound("This file is not in the store any more.") from error
        with file:
            while chunk := await asyncio.to_thread(file.read, CHUNK):
                yield chunk

    async def delete(self, key: str) -> None:
        await asyncio.to_thread(self._path(key).unlink, missing_ok=True)

    def _path(self, key: str) -> Path:
        check_key(key)
        return self._root / key


def _close_safely(file: BufferedWriter) -> None:
    file.flush()
    os.fsync(file.fileno())
    file.close()
