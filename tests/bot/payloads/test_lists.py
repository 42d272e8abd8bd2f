"""Pages of lists, searches and links, as buttons and events carry them, or as nobody should."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.payloads.links import read_links, read_place
from bot.payloads.lists import ListRef, SearchRef, dump_edge, load_edge
from bot.payloads.wishes import File, Search, parse_command
from core.errors import Refused
from core.tickets.lists import Edge, ListName

EDGE = Edge(datetime(2026, 3, 2, 8, 0, 0, 123456, tzinfo=UTC), UUID(int=7))
BAD = ["", None, 7, "mine", "mine >1", "mine >1 x", ">x y", "{}", "[]", "null", "mine >" + "9" * 99]

moments = st.integers(0, 4 * 10**15).map(
    lambda micros: datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=micros)
)


@given(st.builds(Edge, moments, st.uuids(), st.booleans()), st.sampled_from(ListName))
def test_a_place_comes_back_as_it_was(edge: Edge, name: ListName) -> None:
    assert load_edge(dump_edge(edge)) == edge
    assert ListRef.load(ListRef(name, edge).dump()) == ListRef(name, edge)


@given(st.text(max_size=300), st.uuids(), st.booleans())
def test_a_search_comes_back_and_fits_a_button(typed: str, edge: UUID, is_back: bool) -> None:
    storable = typed.encode("utf-8", "ignore").decode().replace("\x00", "")
    ref = SearchRef(storable, edge, is_back)
    assert SearchRef.load(ref.dump()) == ref
    assert len(ref.dump()) <= 2000


@pytest.mark.parametrize("raw", BAD)
def test_what_no_button_of_ours_says_is_refused(raw: Any) -> None:
    for load in (ListRef.load, SearchRef.load, load_edge):
        with pytest.raises(Refused, match="no longer valid"):
            load(raw)


@pytest.mark.parametrize("change", [{"q": 7}, {"t": "x"}, {"t": None}, {"b": None, "q": None}])
def test_a_search_with_odd_parts_is_refused(change: dict[str, Any]) -> None:
    found = {"q": "x", "t": str(UUID(int=1)), "b": True} | change
    with pytest.raises(Refused):
        SearchRef.load(str(found).replace("'", '"').replace("None", "null").replace("True", "true"))


def test_an_old_search_is_cut_to_what_anybody_types() -> None:
    ref = SearchRef("x" * 999, UUID(int=1), is_back=False)
    assert SearchRef.load(ref.dump()).typed == "x" * 300


@pytest.mark.parametrize(
    ("text", "wish"),
    [
        ("search printer", Search("printer")),
        (" search  two   words ", Search("two   words")),
        ("search", Search("")),
        ("search from:<@U0BEA|bea> x", Search("from:@U0BEA x")),
        ("search from:<@W0BEA>", Search("from:@W0BEA")),
        ("search a &amp; b &lt;c&gt;", Search("a & b <c>")),
        ("searching for help", File("searching for help")),
        ("Search printer", File("Search printer")),
        ("my search is broken", File("my search is broken")),
    ],
)
def test_searching_is_the_first_word_to_the_letter(text: str, wish: Any) -> None:
    assert parse_command(text) == wish


@pytest.mark.parametrize(
    ("url", "number"),
    [
        ("https://hdms.example.com/t/HD-12", 12),
        ("http://hdms.example.com:3000/t/hd-12/?x=1#top", 12),
        ("https://hdms.example.com/t/HD-12x", None),
        ("https://hdms.example.com/t/HD-" + "1" * 19, None),
        ("https://hdms.example.com/x/t/HD-12", None),
        ("hdms.example.com/t/HD-12", None),
        ("https://hdms.example.com/t/HD-12?" + "x" * 2000, None),
        ("https://hdms.example.com/t/HD-12?\x00", None),
    ],
)
def test_only_links_to_tickets_are_read(url: str, number: int | None) -> None:
    found = read_links({"links": [{"domain": "hdms.example.com", "url": url}]})
    assert found == ([(url, number)] if number else [])


def test_a_place_is_named_as_slack_named_it() -> None:
    posted = {"channel": "C1", "message_ts": "1.2"}
    assert read_place(posted) == {"channel": "C1", "ts": "1.2"}
    composing = {"unfurl_id": "u1", "source": "composer"}
    assert read_place(posted | composing) == composing
    assert read_place({"channel": "C1", "message_ts": 3}) is None
