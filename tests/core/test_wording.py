"""What people wrote, inside lines of ours and compared with what others wrote."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.views.parts import one_line, option
from core.wording import alike, in_one_line


@given(st.text())
def test_nothing_begins_a_line_of_its_own(text: str) -> None:
    assert len(in_one_line(f"a{text}z").splitlines()) == 1


@pytest.mark.parametrize("sign", "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
def test_nothing_turns_around_what_follows(sign: str) -> None:
    assert in_one_line(f"invoice{sign}gpj.exe · 2 MB") == "invoicegpj.exe · 2 MB"
    assert one_line(f"{sign}a") == "a"
    assert option(f"I{sign}T", "1")["text"]["text"] == "IT"


@pytest.mark.parametrize("text", ["שלום עולם", "👩\u200d💻", "نمی\u200cخواهم", "a\u200fb", "é"])
def test_people_s_own_writing_stays(text: str) -> None:
    assert in_one_line(text) == text


def test_what_looks_the_same_is_the_same() -> None:
    assert alike(" Fay\u200b  LUND\n") == alike("fay lund") == alike("Fay\u00a0Lund")
    assert alike("Fay Lund") != alike("Fay Lunde")
