"""The morning's digest stays within Slack's limits and pings nobody."""

import pytest

from bot.views.digest import morning
from core.communication.inbox import News, NewsPage
from core.communication.queries import Told
from core.communication.ways import REPLIED
from core.reports.morning import MOST, Listed, Morning
from core.tickets.approvals.queries import PAGE
from core.tickets.queries import Person
from tests.bot.views.approval_examples import make_waiting
from tests.bot.views.block_rules import live, problems_of_message, words
from tests.bot.views.examples import TICKET_ID, make_ticket
from tests.bot.views.test_parts import make_part

NO_NEWS = NewsPage([], has_more=False)
NASTY = "<!channel> &&&& *bold* <https://evil.example|x> " * 3


def day(summary: str, count: int, *, more: bool) -> Morning:
    ticket = make_ticket(summary=summary[:150])
    listed = Listed([ticket] * count, has_more=more)
    told = Told(1, "U0ANN", TICKET_ID, REPLIED, {"by": summary[:80]})
    news = NewsPage([News(told, ticket)] * (2 * count), has_more=more)
    asked = [make_waiting(payee=summary, purpose=summary)] * (PAGE + 1 if more else 1)
    lists = (listed, listed, listed, asked, listed)
    return Morning("U0ANN", summary[:40], "2026-03-04", *lists, news, is_head=more)


@pytest.mark.parametrize("summary", [NASTY, "&" * 150, "🙂" * 150, "x"])
@pytest.mark.parametrize("more", [True, False])
def test_any_words_fit_and_stay_words(summary: str, more: bool) -> None:
    message = morning(day(summary, MOST, more=more))
    assert problems_of_message(message) == []
    assert live(message) == []
    assert "…and more" in words(message) or not more


def test_what_is_empty_is_not_shown() -> None:
    nothing, one = Listed([], has_more=False), Listed([make_ticket()], has_more=False)
    found = Morning("U0ANN", "Ann", "x", nothing, one, nothing, [], nothing, NO_NEWS)
    assert "At risk" not in words(morning(found))
    assert morning(found)["text"] == "Good morning, Ann. Due today: 1."


def test_a_head_reads_who_has_what() -> None:
    nothing = Listed([], has_more=False)
    held = make_ticket(assignee=Person("U0CARL", "Carl *Otto*"))
    risky = Listed([held, make_ticket(assignee=None)], has_more=False)
    lists = (risky, nothing, nothing, [], nothing)
    shown = words(morning(Morning("U0HUGO", "Hugo", "x", *lists, NO_NEWS, is_head=True)))
    assert "with Carl *Otto*," in shown.replace("\u200b", "")
    assert "nobody has it" in shown
    assert "nobody has it" not in words(morning(Morning("U0ANN", "Ann", "x", *lists, NO_NEWS)))


def test_approvals_are_counted_and_the_oldest_are_shown() -> None:
    nothing, one = Listed([], has_more=False), Listed([make_ticket()], has_more=False)

    def told(count: int, my_move: Listed) -> tuple[str, str]:
        asked = [make_waiting(ticket_number=12 + each) for each in range(count)]
        lists = (nothing, nothing, my_move, asked, nothing)
        found = morning(Morning("U0ANN", "Ann", "x", *lists, NO_NEWS))
        return words(found), found["text"]

    shown, text = told(1, nothing)
    assert "*Waiting for you*\n1 approval waits for your decision:" in shown
    assert "HD-12, asked 2026-03-02" in shown
    assert text == "Good morning, Ann. Approvals to decide: 1."
    shown, text = told(MOST + 1, one)
    assert shown.count("*Waiting for you*") == 1
    assert f"{MOST + 1} approvals wait for your decision:" in shown
    assert f"HD-{11 + MOST}" in shown
    assert f"HD-{12 + MOST}" not in shown
    assert "…and more" in shown
    assert text == f"Good morning, Ann. Waiting for you: 1, approvals to decide: {MOST + 1}."
    assert f"{PAGE}+ approvals wait" in told(PAGE + 1, nothing)[0]


def test_parts_are_listed_and_counted_and_any_words_fit() -> None:
    nothing = Listed([], has_more=False)
    parts = [make_part(position=each, summary=NASTY[:150]) for each in range(1, MOST + 2)]
    lists = (nothing, nothing, nothing, [], nothing)
    found = Morning("U0ANN", "Ann", "x", *lists, NO_NEWS, parts=parts, free_parts=parts[:1])
    assert not found.is_empty
    message = morning(found)
    assert problems_of_message(message) == []
    assert live(message) == []
    shown = words(message)
    assert "*Parts that you have*\n• HD-12/1 ·" in shown
    assert f"HD-12/{MOST} ·" in shown
    assert f"HD-12/{MOST + 1} ·" not in shown
    assert "*Parts that nobody has accepted yet*\n• HD-12/1 ·" in shown
    counted = f"Good morning, Ann. Parts that you have: {MOST}+, parts to accept: 1."
    assert message["text"] == counted
