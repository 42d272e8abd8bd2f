"""What a file is, by its bytes; the name only chooses among what they may be."""

import pytest

from core.files.kinds import PROGRAM, kind_of
from core.files.rules import FileRefused, FileRules

PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + b"\x00" * 50
ZIP = b"PK\x03\x04\x14\x00\x00\x00\x08\x00" + b"\x00" * 50
PDF = b"%PDF-1.4\n1 0 obj\n"
PROGRAMS = {
    "windows": b"MZ\x90\x00\x03\x00\x00\x00",
    "linux": b"\x7fELF\x02\x01\x01\x00",
    "mac": b"\xcf\xfa\xed\xfe\x07\x00\x00\x01",
    "java": b"\xca\xfe\xba\xbe\x00\x00\x00\x34",
    "shortcut": b"L\x00\x00\x00\x01\x14\x02\x00\x00",
}


@pytest.mark.parametrize(
    ("name", "head", "extension", "media_type"),
    [
        ("a.png", PNG, "png", "image/png"),
        ("a.txt", PNG, "png", "image/png"),
        ("photo.JPEG", b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01", "jpg", "image/jpeg"),
        ("a.zip", ZIP, "zip", "application/zip"),
        ("a.png", ZIP, "zip", "application/zip"),
        ("notes.txt", PDF, "pdf", "application/pdf"),
        ("notes.txt", "grüße".encode(), "txt", "text/plain"),
        ("notes.txt", "grüße".encode()[:3], "txt", "text/plain"),
        ("table.csv", b"a,b\n1,2\n", "csv", "text/csv"),
        ("app.log", b"it says no", "log", "text/plain"),
        ("a.png", b"not a picture", "txt", "text/plain"),
        ("letter.docx", b"not a letter", "txt", "text/plain"),
        ("mz.txt", b"MZ is my name", "txt", "text/plain"),
        ("a.bin", bytes(range(128, 200)), "", "application/octet-stream"),
    ],
)
def test_the_bytes_decide(name: str, head: bytes, extension: str, media_type: str) -> None:
    kind = kind_of(name, head)
    assert (kind.extension, kind.media_type) == (extension, media_type)


def test_a_document_in_a_zip_is_what_its_name_says() -> None:
    kind = kind_of("report.docx", ZIP)
    assert kind.extension == "docx"
    assert "wordprocessingml" in kind.media_type


@pytest.mark.parametrize("head", PROGRAMS.values(), ids=PROGRAMS.keys())
def test_a_program_is_one_under_any_name(head: bytes) -> None:
    assert kind_of("holiday.png", head).extension == PROGRAM
    assert kind_of("holiday.png", head).is_program


@pytest.mark.parametrize("name", ["run.bat", "a.PS1", "x.tar.jar", "invoice.pdf.exe"])
def test_programs_are_refused_by_name(name: str) -> None:
    with pytest.raises(FileRefused, match="takes no programs"):
        FileRules("IT").check_name(name)


def test_rules_have_defaults_and_know_several_names_of_a_kind() -> None:
    rules = FileRules.of("IT", {})
    assert (rules.most_mb, rules.types) == (25, frozenset())
    rules = FileRules.of("IT", {"most_mb": 3, "types": ["jpeg", "pdf"]})
    assert rules.most_bytes == 3 * 1024**2
    rules.check_kind("a.jpg", kind_of("a.jpg", b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01"))
    with pytest.raises(FileRefused, match="IT takes only files of these types: jpg, pdf"):
        rules.check_kind("a.png", kind_of("a.png", PNG))


def test_the_size_is_held_to_the_byte() -> None:
    rules = FileRules.of("IT", {"most_mb": 1})
    rules.check_size("a.png", 1024**2)
    with pytest.raises(FileRefused, match=r"a\.png was not passed on: IT takes files up to 1 MB\."):
        rules.check_size("a.png", 1024**2 + 1)
    with pytest.raises(FileRefused, match="it is empty"):
        rules.check_size("a.png", 0)
