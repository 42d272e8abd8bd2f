"""Every storage keeps all of a file or nothing of it: a folder, and a bucket of a local S3."""

import hashlib
import urllib.request
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from urllib.parse import quote
from uuid import UUID

import pytest
from moto.server import ThreadedMotoServer

from core.errors import NotFound, Unavailable
from core.files.object_storage import ObjectStorage, open_storage
from core.files.storage import LocalStorage, Storage, TooMuch, key_of

KEY = key_of(UUID(int=1), "F1")
OTHER = key_of(UUID(int=1), "F2")
MB = 1024**2


@pytest.fixture(scope="module")
def s3() -> Iterator[str]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    endpoint = f"http://{host}:{port}"
    with urllib.request.urlopen(urllib.request.Request(f"{endpoint}/desk", method="PUT")):
        yield endpoint
    server.stop()


@pytest.fixture(params=["file", "s3"])
def storage(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Storage:
    if request.param == "file":
        return open_storage(f"file:{tmp_path}/files")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "somebody")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    endpoint = quote(request.getfixturevalue("s3"), safe="")
    return open_storage(f"s3://desk/{tmp_path.name}?endpoint={endpoint}&region=eu-central-1")


async def pieces(*contents: bytes, failure: Exception | None = None) -> AsyncIterator[bytes]:
    for content in contents:
        yield content
    if failure:
        raise failure


def files_in(folder: Path) -> list[Path]:
    return [each for each in folder.rglob("*") if each.is_file()]


async def read(storage: Storage, key: str) -> bytes:
    return b"".join([chunk async for chunk in storage.read(key)])


async def test_what_was_put_is_read_again_and_known_by_its_digest(storage: Storage) -> None:
    contents = [bytes([number]) * MB for number in range(12)]
    stored = await storage.put(KEY, pieces(*contents), most=12 * MB)
    whole = b"".join(contents)
    assert (stored.key, stored.size_bytes) == (KEY, 12 * MB)
    assert stored.sha256 == hashlib.sha256(whole).hexdigest()
    assert await read(storage, KEY) == whole


async def test_it_is_read_in_pieces(storage: Storage) -> None:
    await storage.put(KEY, pieces(bytes(6 * MB)), most=6 * MB)
    sizes = [len(chunk) async for chunk in storage.read(KEY)]
    assert sum(sizes) == 6 * MB
    assert max(sizes) <= MB


async def test_too_much_is_not_kept(storage: Storage) -> None:
    with pytest.raises(TooMuch):
        await storage.put(KEY, pieces(bytes(6 * MB), bytes(MB)), most=6 * MB + 1)
    with pytest.raises(NotFound):
        await read(storage, KEY)


async def test_what_breaks_off_is_not_kept_and_harms_nothing(storage: Storage) -> None:
    await storage.put(KEY, pieces(b"before"), most=MB)
    broken = pieces(bytes(6 * MB), failure=ZeroDivisionError())
    with pytest.raises(ZeroDivisionError):
        await storage.put(KEY, broken, most=99 * MB)
    assert await read(storage, KEY) == b"before"


async def test_put_again_it_replaces(storage: Storage) -> None:
    await storage.put(KEY, pieces(b"one"), most=MB)
    await storage.put(KEY, pieces(b"two"), most=MB)
    assert await read(storage, KEY) == b"two"


async def test_deleting_may_be_tried_again(storage: Storage) -> None:
    await storage.put(KEY, pieces(b"x"), most=MB)
    await storage.put(OTHER, pieces(b"y"), most=MB)
    await storage.delete(KEY)
    await storage.delete(KEY)
    with pytest.raises(NotFound):
        await read(storage, KEY)
    assert await read(storage, OTHER) == b"y"


@pytest.mark.parametrize("key", ["../../etc/passwd", "ab/../../x", "", "AB/" + "0" * 32])
async def test_a_key_that_is_not_ours_leads_nowhere(storage: Storage, key: str) -> None:
    with pytest.raises(NotFound):
        await storage.put(key, pieces(b"x"), most=MB)
    with pytest.raises(NotFound):
        await read(storage, key)


async def test_a_folder_is_left_clean_after_a_failure(tmp_path: Path) -> None:
    storage = LocalStorage(tmp_path)
    with pytest.raises(ZeroDivisionError):
        await storage.put(KEY, pieces(b"x", failure=ZeroDivisionError()), most=MB)
    assert files_in(tmp_path) == []


async def test_a_bucket_that_does_not_answer_is_said_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "somebody")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    storage = open_storage("s3://nowhere?endpoint=http://127.0.0.1:9")
    assert isinstance(storage, ObjectStorage)
    with pytest.raises(Unavailable):
        await storage.put(KEY, pieces(b"x"), most=MB)


@pytest.mark.parametrize("url", ["", "file:", "ftp://x", "s3:", "s3://", "s3://b?colour=red"])
def test_what_names_no_storage_is_refused_at_start(url: str) -> None:
    with pytest.raises(ValueError, match="HDMS_STORAGE_URL"):
        open_storage(url)


def test_nothing_of_a_name_is_in_a_key() -> None:
    assert key_of(UUID(int=1), "F1") == key_of(UUID(int=1), "F1")
    assert key_of(UUID(int=2), "F1") != key_of(UUID(int=1), "F1")
    assert key_of(UUID(int=1), "../../x")[2] == "/"
    assert ".." not in key_of(UUID(int=1), "../../x")
