"""Small files for the tickets of the demo: pictures, tables, letters, made from nothing."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable

WIDTH, HEIGHT = 360, 220
Colour = tuple[int, int, int]
Paint = Callable[[int, int], Colour]
BLUE, WHITE, DARK, RED = (24, 90, 189), (245, 247, 250), (38, 44, 54), (205, 52, 72)
GREY, WOOD, GREEN = (196, 203, 212), (168, 124, 84), (38, 133, 92)


def _error_screen(x: int, y: int) -> Colour:
    """A blue screen with lines of white text."""
    is_face = 30 <= y < 66 and (36 <= x < 46 or 70 <= x < 80)
    is_line = y > 90 and (y // 9) % 2 == 0 and 36 <= x < 320 - (y * 37) % 120
    return WHITE if is_face or is_line else BLUE


def _chart(x: int, y: int) -> Colour:
    """Bars that fall where they should rise."""
    column = (x - 30) // 44
    if 30 <= x < 338 and (x - 30) % 44 < 30 and y > 40 + (column * column * 4) and y < 190:
        return RED if column > 4 else GREEN
    return DARK if y in (190, 191) and 24 <= x < 344 else WHITE


def _leak(x: int, y: int) -> Colour:
    """A ceiling with a stain."""
    distance = ((x - 190) / 1.6) ** 2 + (y - 96) ** 2
    if distance < 46**2:
        return WOOD if distance > 38**2 else (203, 170, 130)
    return GREY if x % 90 < 2 or y % 74 < 2 else WHITE


def png(paint: Paint) -> bytes:
    rows = (b"\0" + b"".join(bytes(paint(x, y)) for x in range(WIDTH)) for y in range(HEIGHT))
    head = struct.pack(">2I5B", WIDTH, HEIGHT, 8, 2, 0, 0, 0)
    body = zlib.compress(b"".join(rows), 9)
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        _chunk(kind, content)
        for kind, content in ((b"IHDR", head), (b"IDAT", body), (b"IEND", b""))
    )


def _chunk(kind: bytes, content: bytes) -> bytes:
    checksum = zlib.crc32(kind + content)
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", checksum)


PICTURES: dict[str, Paint] = {
    "error-screen.png": _error_screen,
    "sales-chart.png": _chart,
    "ceiling.png": _leak,
}
LETTERS = {
    "expenses.csv": "date,what,amount\n2026-03-02,Train,89.00\n2026-03-03,Hotel,142.50\n",
    "crash.log": "09:41:07 fatal: out of memory\n09:41:07 at renderer.start\n09:41:08 restarted\n",
    "seating.txt": "Row A: Lena, Omar, two visitors\nRow B: free from Monday\n",
}


def drawn(name: str) -> bytes:
    return png(PICTURES[name]) if name in PICTURES else LETTERS[name].encode()
