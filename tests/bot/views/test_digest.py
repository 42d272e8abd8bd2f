"""The morning's digest stays within Slack's limits and pings nobody."""

import pytest

from bot.views.digest import morning
from core.communication.inbox import News, NewsPage
from core.communication.queries import Told
from core.communication.ways import REPLIED
from core.reports.morning import MOST, Listed, Morning
from tests.bot.views.block_rules import live, problems_of_message, words
from tests.bot.views.examples import TICKET_ID, make_ticket

NASTY = "<!channel> &&&& *bold* <https://evil.example|x> " * 3


def day(summary: str, count: int, *, more: bool) -> Morning:
    ticket = make_ticket(summary=summary[:150])
    listed = Listed([ticket] * count, has_more=more)
    told = Told(1, "U0ANN", TICKET_ID, REPLIED, {"by": summary[:80]})
    news = NewsPage([News(told, ticket)] * (2 * count), has_more=more)
    return Morning("U0ANN", summary[:40], "2026-03-04", listed, listed, listed, listed, news)


@pytest.mark.parametrize("summary", [NASTY, "&" * 150, "🙂" * 150, "x"])
@pytest.mark.parametrize("more", [True, False])
def test_any_words_fit_and_stay_words(summary: str, more: bool) -> None:
    message = morning(day(summary, MOST, more=more))
    assert problems_of_message(message) == []
    assert live(message) == []
    assert "…and more" in words(message) or not more


def test_what_is_empty_is_not_shown() -> None:
    nothing, one = Listed([], has_more=False), Listed([make_ticket()], has_more=False)
    found = Morning("U0ANN", "Ann", "x", nothing, one, nothing, nothing, NewsPage([], False))
    assert "At risk" not in words(morning(found))
    assert morning(found)["text"] == "Good morning, Ann. Due today: 1."
