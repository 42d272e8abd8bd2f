"""A transcript as people read it in any editor."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.views.transcript import comment, file_name, refused, render
from core.communication.transcripts import Transcript
from core.tickets.models import Part
from core.tickets.states import ResolutionReason, Status
from tests.bot.views.block_rules import live, problems_of_message
from tests.bot.views.examples import ANN, HUGO, make_line, make_page, make_said, make_ticket

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


def make_transcript(*entries: Any, zone: str = "Europe/Berlin", **ticket: Any) -> Transcript:
    people = [("Mia Lang", Part.REQUESTER), ("Carl Otto", Part.AGENT), ("Lia", Part.FOLLOWER)]
    listed = make_page(*entries).entries
    return Transcript(make_ticket(**ticket), people, listed, zone, "U0MIA", NOON)


def test_it_begins_with_what_the_ticket_is() -> None:
    text = render(make_transcript(assignee=ANN, author=HUGO))
    assert text.splitlines()[:15] == [
        "HD-12 · The printer is broken",
        "",
        "Status:     New",
        "Priority:   High",
        "Department: IT",
        "Requester:  Mia Lang",
        "Filed by:   Hugo Kern",
        "Assignee:   Ann Visser",
        "Also:       Carl Otto, Lia",
        "Filed:      2026-03-02 08:00 UTC (2026-03-02 09:00 Europe/Berlin)",
        "Due:        2026-03-02 16:00 UTC (2026-03-02 17:00 Europe/Berlin)",
        "Transcript: 2026-03-02 12:00 UTC (2026-03-02 13:00 Europe/Berlin)",
        "",
        "    It smokes.",
        "-" * 72,
    ]


def test_it_says_why_it_was_resolved_in_the_words_of_everybody() -> None:
    ended = {"status": Status.RESOLVED, "resolution_reason": ResolutionReason.WORKAROUND}
    text = render(make_transcript(**ended, status_labels={"resolved": "All done"}))
    assert "Status:     All done\n" in text
    assert "Resolved:   Workaround\n" in text
    again = render(make_transcript(**(ended | {"status": Status.IN_PROGRESS})))
    assert "Resolved:" not in again


def test_then_comes_what_happened_and_what_was_said() -> None:
    text = render(make_transcript(make_line("ticket.claim"), make_said("one\n\n two"), zone="UTC"))
    assert text.splitlines()[-6:] == [
        *("[2026-03-02 08:30 UTC] Ann Visser took the ticket.", ""),
        *("[2026-03-02 08:30 UTC] Ann Visser wrote a reply:", "    one", "", "     two"),
    ]


@pytest.mark.parametrize("zone", ["UTC", "Nowhere/At_all", "", "../etc/passwd", "\x00"])
def test_a_zone_that_nobody_knows_leaves_utc(zone: str) -> None:
    assert "Filed:      2026-03-02 08:00 UTC\n" in render(make_transcript(zone=zone))


@settings(database=None)
@given(st.text(max_size=200))
def test_nobodys_words_can_pass_for_a_line_of_ours(words: str) -> None:
    text = render(make_transcript(make_said(words), summary=words, description=words))
    ours = ("", "HD-12 ·", "Status:", "Priority:", "Department:", "Requester:", "Assignee:")
    more = ("Also:", "Filed:", "Due:", "Transcript:", "-" * 72, "[2026-03-02 08:30 UTC", "    ")
    for line in text.splitlines():
        assert line == "" or line.startswith((*ours[1:], *more))


def test_what_stands_beside_the_file_says_only_the_number() -> None:
    assert comment("HD-12") == "The transcript of HD-12 you asked for."
    assert file_name("HD-12", NOON) == "HD-12 2026-03-02 12.00.00 UTC.txt"


@pytest.mark.parametrize("key", ["HD-12", None])
def test_why_there_is_none_is_a_message(key: str | None) -> None:
    assert problems_of_message(refused(key)) == []
    assert live(refused(key)) == []
