"""The window with a ticket's files, whatever they are called."""

from datetime import UTC, datetime

import pytest

from bot.payloads.shared_files import FileRef
from bot.views import files
from bot.views.ticket_card import card, receipt, show
from core.files.queries import MOST, FileView
from tests.bot.views.block_rules import live, problems_of_message, problems_of_view
from tests.bot.views.examples import TICKET_ID, make_ticket

NASTY = ["a.png", "<!channel> & <@U0ANN>.png", "x" * 400 + ".pdf", " \n ", "@everyone *b* `c`"]


def kept(number: int, name: str, uploader: str = "Bea Okafor") -> FileView:
    moment = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
    return FileView(number, TICKET_ID, name, "image/png", 2_400_000, "ab/cd", uploader, moment)


def test_each_file_has_its_facts_and_its_button() -> None:
    view = files.files(make_ticket(), [kept(7, "a.png")])
    row = view["blocks"][1]
    assert row["text"]["text"] == "a.png\nimage/png · 2.3 MB · Bea Okafor"
    assert row["accessory"]["text"]["text"] == "Send to me"
    assert FileRef.load(row["accessory"]["value"]) == FileRef(TICKET_ID, 7)
    assert problems_of_view(view) == []


def test_no_files_are_said_to_be_none() -> None:
    view = files.files(make_ticket(), [])
    assert view["blocks"][1]["text"]["text"] == "There are no files on this ticket."


@pytest.mark.parametrize("name", NASTY)
def test_whatever_a_file_is_called_the_view_is_valid_and_inert(name: str) -> None:
    view = files.files(make_ticket(summary=name), [kept(n, name, name) for n in range(MOST)])
    for shown in (view, files.on_its_way(kept(1, name))):
        assert problems_of_view(shown) == []
        assert live(shown) == []
    told = files.not_taken(f"{files.short_name(name)} was not passed on: it is empty.")
    assert problems_of_message(told) == []
    assert live(told) == []
    assert "<" not in files.comment(name)


@pytest.mark.parametrize(
    ("count", "words"),
    [(1, "1 bytes"), (1023, "1023 bytes"), (1024, "1.0 KB"), (1024**3 * 2, "2.0 GB")],
)
def test_sizes_read_as_people_say_them(count: int, words: str) -> None:
    assert files.size(count) == words


@pytest.mark.parametrize("has_files", [True, False])
def test_the_button_is_there_when_files_are(has_files: bool) -> None:
    ticket = make_ticket(has_files=has_files)
    for message in (card(ticket), receipt(ticket), show(ticket)):
        buttons = message["blocks"][-1]["elements"]
        labels = [each["text"]["text"] for each in buttons if each["type"] == "button"]
        assert ("Files…" in labels) is has_files
        assert problems_of_message(message) == []
