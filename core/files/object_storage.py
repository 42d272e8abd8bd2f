"""Attachments in a bucket, and which storage a URL names."""

from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import obstore
from obstore.exceptions import BaseError
from obstore.store import ObjectStore, S3Store

from core.errors import NotFound, Unavailable
from core.files.storage import CHUNK, LocalStorage, Meter, Storage, Stored, check_key

#: S3 takes no smaller parts; two of them are in memory at a time.
_PART = 5 * 1024**2
_PARTS = 2


class ObjectStorage:
    """An object appears under its key only when its last part has arrived."""

    def __init__(self, store: ObjectStore) -> None:
        self._store = store

    async def put(self, key: str, chunks: AsyncIterator[bytes], *, most: int) -> Stored:
        check_key(key)
        meter = Meter(most)
        with _failures_named():
            await obstore.put_async(
                self._store,
                key,
                meter.flow(chunks),
                chunk_size=_PART,
                max_concurrency=_PARTS,
            )
        return meter.stored(key)

    async def read(self, key: str) -> AsyncGenerator[bytes, None]:
        check_key(key)
        with _failures_named():
            found = await obstore.get_async(self._store, key)
            async for chunk in found.stream(min_chunk_size=CHUNK):
                yield bytes(chunk)

    async def delete(self, key: str) -> None:
        check_key(key)
        with _failures_named():
            try:
                await obstore.delete_async(self._store, key)
            except FileNotFoundError:
                return


@contextmanager
def _failures_named() -> Iterator[None]:
    try:
        yield
    except FileNotFoundError as error:
        raise NotFound("This file is not in the store any more.") from error
    except BaseError as error:
        raise Unavailable("The store of files does not answer. Please try again.") from error


def open_storage(url: str) -> Storage:
    """`file:FOLDER`, or `s3://BUCKET/PREFIX?endpoint=…&region=…` with the keys in AWS's own
    variables. Raises ValueError for what no storage is known for."""
    scheme, _, rest = url.partition(":")
    if scheme == "file" and rest.removeprefix("//"):
        return LocalStorage(Path(rest.removeprefix("//")))
    if scheme == "s3" and urlsplit(url).netloc:
        return ObjectStorage(_bucket(url))
    raise ValueError("HDMS_STORAGE_URL must be file:FOLDER or s3://BUCKET/PREFIX")


def _bucket(url: str) -> S3Store:
    parts = urlsplit(url)
    given = parse_qs(parts.query, strict_parsing=bool(parts.query))
    if unknown := set(given) - {"endpoint", "region"}:
        raise ValueError(f"HDMS_STORAGE_URL: {', '.join(sorted(unknown))} is not known")
    endpoint = given.get("endpoint", [""])[0]
    region = given.get("region", ["us-east-1"])[0]
    prefix = parts.path.strip("/") or None
    if not endpoint:
        return S3Store(parts.netloc, prefix=prefix, region=region)
    return S3Store(
        parts.netloc,
        prefix=prefix,
        region=region,
        endpoint=endpoint,
        client_options={"allow_http": endpoint.startswith("http://")},
    )
