"""What a file really is, told by its bytes. Pure."""

import codecs
import mimetypes
from dataclasses import dataclass
from pathlib import PurePosixPath

import puremagic

#: As many bytes as telling needs.
HEAD = 8192
PROGRAM = "program"

#: What a system runs when somebody opens it.
PROGRAMS = frozenset(
    {
        *("apk", "app", "bat", "cmd", "com", "cpl", "dll", "elf", "exe", "hta", "jar", "jse"),
        *("lnk", "msi", "ps1", "scr", "vbe", "vbs", "wsf", PROGRAM),
    }
)
_PROGRAM_SIGNS = (
    b"MZ",  # Windows
    b"\x7fELF",
    b"\xcf\xfa\xed\xfe",  # macOS
    b"\xce\xfa\xed\xfe",
    b"\xca\xfe\xba\xbe",  # macOS, and Java's classes
    b"L\x00\x00\x00\x01\x14\x02\x00",  # a shortcut of Windows
)
#: Several names of one kind.
_SAME = {"jpeg": "jpg", "jpe": "jpg", "jfif": "jpg", "heif": "heic", "tiff": "tif", "htm": "html"}
#: What a container is called when its name tells nothing more.
_CONTAINERS = ("zip", "7z", "gz", "doc", "jpg", "pdf", "mp4", "mp3")
_TEXTUAL = frozenset(
    {
        *("application/json", "application/xml", "application/sql", "application/x-sh"),
        *("application/javascript", "application/yaml", "image/svg+xml", "message/rfc822"),
    }
)
#: What lies in a ZIP, or in a container of Microsoft's, is no text.
_PACKED = frozenset(
    sign.extension.removeprefix(".").lower()
    for sign in puremagic.magic_header_array
    if sign.byte_match.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0"))
)
_SURE = 0.4
_NO_TYPE = "application/octet-stream"
# Without the machine's own list, so that every machine says the same.
_TYPES = mimetypes.MimeTypes(filenames=())


@dataclass(frozen=True, slots=True)
class Kind:
    """`extension` without a dot, in lower case; empty for bytes that nobody knows."""

    extension: str
    media_type: str

    @property
    def is_program(self) -> bool:
        return self.extension in PROGRAMS


def extension_of(name: str) -> str:
    extension = PurePosixPath(name).suffix.removeprefix(".").lower()
    return _SAME.get(extension, extension)


def kind_of(name: str, head: bytes) -> Kind:
    """By the bytes. The name only chooses among what they may be: a .docx is a ZIP as well."""
    named, is_text = extension_of(name), _is_text(head)
    if not is_text and head.startswith(_PROGRAM_SIGNS):
        return Kind(PROGRAM, _NO_TYPE)
    found = _candidates(head)
    if is_text and _is_textual(named) and _surest_binary(found) < _SURE:
        return _text(named or "txt")
    if named in found:
        return found[named].kind
    for likely in (*_CONTAINERS, *found):
        if likely in found:
            return found[likely].kind
    return _text("txt") if is_text else Kind("", _NO_TYPE)


@dataclass(frozen=True, slots=True)
class _Match:
    kind: Kind
    confidence: float


def _candidates(head: bytes) -> dict[str, _Match]:
    """By extension, the surest first."""
    found: dict[str, _Match] = {}
    try:
        matches = puremagic.magic_string(head)
    except (puremagic.PureError, ValueError):
        return found
    for match in matches:
        extension = extension_of(f"x{match.extension}")
        media_type = _media_type(extension) or match.mime_type or _NO_TYPE
        if extension and extension not in found:
            found[extension] = _Match(Kind(extension, media_type), match.confidence)
    return found


def _surest_binary(found: dict[str, _Match]) -> float:
    sure = (match.confidence for each, match in found.items() if not _is_textual(each))
    return max(sure, default=0.0)


def _text(extension: str) -> Kind:
    return Kind(extension, _media_type(extension) or "text/plain")


def _is_text(head: bytes) -> bool:
    try:
        # A character may be cut in two at the end.
        text = codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return False
    return all(sign.isprintable() or sign in "\t\r\n\f\ufeff" for sign in text)


def _is_textual(extension: str) -> bool:
    """Whether files of this name hold text, as far as anybody knows."""
    guessed = _media_type(extension)
    if guessed is None:
        return extension not in _PACKED
    return guessed.startswith("text/") or guessed in _TEXTUAL


def _media_type(extension: str) -> str | None:
    return _TYPES.guess_type(f"x.{extension}", strict=False)[0]
