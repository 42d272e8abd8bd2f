"""The demo as a person starts it: the story, what is left afterwards, and starts after a crash."""

import signal
from pathlib import Path

import pytest

from tests.bot.sandbox.demo.runs import SECONDS, left_behind, play_once, played_until

SEEN = (
    "Bea types /ticket my printer is broken",
    "Summary       my printer is broken",
    "HD-2 · my printer is broken",
    "Assignee     Ann Visser",
    "Ann Visser has HD-2 already.",
    "Only the desk sees this.",
    "Waiting for requester",
    "HD-2 does not exist, or you are not on it.",
    "[Reopen]  [Close]",
    "Bea Okafor filed the ticket.",
    "The internal note is nowhere on Bea's screen.",
    "The story of HD-2 ended as it should.",
)


@pytest.mark.faults
def test_after_one_was_killed_in_the_middle_the_story_ends_well_and_leaves_no_process(
    tmp_path: Path,
) -> None:
    with played_until("Only the desk sees this.", tmp_path, "--once") as killed:
        killed.kill()
        killed.wait()

    status, printed = play_once(tmp_path)
    assert status == 0, printed
    assert [words for words in SEEN if words not in printed] == []
    assert left_behind(tmp_path) == []
    assert "tickets of earlier runs   1 in progress" in printed
    assert "The story of HD-2 ended as it should." in printed

    with played_until("tickets of earlier runs", tmp_path) as interrupted:
        interrupted.send_signal(signal.SIGINT)
        assert interrupted.wait(SECONDS) == 0
    assert left_behind(tmp_path) == []
