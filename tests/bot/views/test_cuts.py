"""Where a text is cut, nothing that people see as one sign is torn."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.views.cuts import pieces
from bot.views.parts import clip, clip_escaped, rich_text

SIGNS = ["👩🏽‍🚀", "👨‍👩‍👧‍👦", "🇩🇪", "e\u0301", "❤️", "👍🏿", "नि"]


@pytest.mark.parametrize("sign", SIGNS)
@pytest.mark.parametrize("most", range(20, 33))
def test_a_sign_is_there_or_not(sign: str, most: int) -> None:
    for cut in (clip(sign * 20, most), clip_escaped(sign * 20, most)):
        assert len(cut) <= most
        kept = cut.removesuffix("…")
        assert kept == sign * (len(kept) // len(sign))
        assert len(kept) > most - 1 - len(sign)


def test_an_entity_is_not_torn_either() -> None:
    cut = clip_escaped("&<>" * 20 + "e\u0301", 30)
    assert cut.removesuffix("…").replace("&amp;", "").replace("&lt;", "").replace("&gt;", "") == ""


def test_a_long_text_goes_on_with_a_whole_word() -> None:
    words = "printer " * 1000
    blocks = rich_text(words)
    shown = [each["elements"][0]["elements"][0]["text"] for each in blocks]
    assert "".join(shown) == words
    assert all(each.endswith("printer ") for each in shown)


@given(st.text(max_size=400), st.integers(40, 120))
def test_nothing_is_lost(text: str, most: int) -> None:
    found = list(pieces(text, most))
    assert "".join(found) == text
    assert all(len(each) <= most for each in found)
    assert all(found[:-1])


def test_signs_without_an_end_are_cut_all_the_same() -> None:
    assert clip("a" + "\u0301" * 5000, 100).endswith("…")
    assert "".join(pieces("\u200d" * 7000, 3000)) == "\u200d" * 7000
