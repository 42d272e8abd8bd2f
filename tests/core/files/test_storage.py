"""A folder of files: whole or not at all, under keys that lead nowhere else."""

import hashlib
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest

from core.errors import NotFound, Refused
from core.files.storage import LocalStorage, open_storage

MEGABYTE = 1024**2


async def chunks(*parts: bytes) -> AsyncIterator[bytes]:
    for part in parts:
        yield part


async def breaking_off(*parts: bytes) -> AsyncIterator[bytes]:
    for part in parts:
        yield part
    raise ConnectionResetError


async def content(storage: LocalStorage, key: str) -> bytes:
    return b"".join([chunk async for chunk in storage.read(key)])


def kept(root: Path) -> list[Path]:
    return [path for path in root.rglob("*") if path.is_file()]


@pytest.fixture
def storage(tmp_path: Path) -> LocalStorage:
    return LocalStorage(tmp_path)


@pytest.mark.parametrize("parts", [[], [b""], [b"a", b"", b"bc"], [b"x" * 300_000] * 3])
async def test_what_is_put_can_be_read_with_its_size_and_hash(
    storage: LocalStorage, tmp_path: Path, parts: Sequence[bytes]
) -> None:
    stored = await storage.put(chunks(*parts), most=MEGABYTE)
    whole = b"".join(parts)
    assert await content(storage, stored.key) == whole
    assert (stored.size_bytes, stored.sha256) == (len(whole), hashlib.sha256(whole).hexdigest())
    assert kept(tmp_path) == [tmp_path / stored.key]


async def test_exactly_as_much_as_allowed_is_kept(storage: LocalStorage) -> None:
    stored = await storage.put(chunks(b"x" * MEGABYTE), most=MEGABYTE)
    assert stored.size_bytes == MEGABYTE


async def test_a_byte_too_many_leaves_nothing(storage: LocalStorage, tmp_path: Path) -> None:
    with pytest.raises(Refused, match="at most 1 MB"):
        await storage.put(chunks(b"x" * MEGABYTE, b"x", b"x"), most=MEGABYTE)
    assert kept(tmp_path) == []


async def test_a_file_that_breaks_off_leaves_nothing(storage: LocalStorage, tmp_path: Path) -> None:
    with pytest.raises(ConnectionResetError):
        await storage.put(breaking_off(b"half"), most=MEGABYTE)
    assert kept(tmp_path) == []


async def test_no_file_is_seen_before_all_of_it_is_there(
    storage: LocalStorage, tmp_path: Path
) -> None:
    seen: list[str] = []

    async def watched() -> AsyncIterator[bytes]:
        for part in (b"one", b"two"):
            seen.extend(path.suffix for path in kept(tmp_path))
            yield part

    stored = await storage.put(watched(), most=MEGABYTE)
    assert set(seen) == {".partial"}
    assert kept(tmp_path) == [tmp_path / stored.key]


async def test_the_same_content_twice_is_two_files(storage: LocalStorage) -> None:
    first = await storage.put(chunks(b"same"), most=MEGABYTE)
    second = await storage.put(chunks(b"same"), most=MEGABYTE)
    assert first.key != second.key
    await storage.delete(first.key)
    assert await content(storage, second.key) == b"same"


@pytest.mark.parametrize(
    "key",
    [
        "../secret",
        "/etc/hostname",
        "aa/../../secret",
        "",
        "aa/" + "0" * 31,
        "AA/" + "0" * 32,
        "aa/" + "0" * 32 + "\n",
        "aa/" + "0" * 32 + ".partial",
    ],
)
async def test_a_key_that_is_not_ours_leads_nowhere(
    storage: LocalStorage, tmp_path: Path, key: str
) -> None:
    (tmp_path.parent / "secret").write_bytes(b"secret")
    with pytest.raises(NotFound):
        await content(storage, key)
    with pytest.raises(NotFound):
        await storage.delete(key)
    assert (tmp_path.parent / "secret").exists()


async def test_what_was_deleted_is_not_found_and_may_be_deleted_again(
    storage: LocalStorage, tmp_path: Path
) -> None:
    stored = await storage.put(chunks(b"x"), most=MEGABYTE)
    await storage.delete(stored.key)
    await storage.delete(stored.key)
    with pytest.raises(NotFound, match="not in the store any more"):
        await content(storage, stored.key)
    assert kept(tmp_path) == []


async def test_a_url_names_the_folder(tmp_path: Path) -> None:
    for url in (f"file:{tmp_path}", f"file://{tmp_path}"):
        stored = await open_storage(url).put(chunks(b"x"), most=MEGABYTE)
        assert (tmp_path / stored.key).exists()


@pytest.mark.parametrize("url", ["", "file:", "ftp://example.com", "somewhere"])
def test_a_url_of_an_unknown_kind_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="HDMS_STORAGE_URL must be file:FOLDER"):
        open_storage(url)
