"""The Home tab as blocks: valid and inert whatever is in it, and never more than Slack takes."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.payloads.lists import load_edge
from bot.views.home import home
from bot.views.parts import plain_text, section
from core.home.page import HomePage, Overview, lists_of
from core.home.state import HomeState, dump, load
from core.tickets.lists import Edge, Filters, ListName, Page
from core.tickets.states import Priority, SlaState, Status
from core.tickets.triage.workload import Load
from core.users.permissions import Actor
from core.users.roles import Role
from tests.bot.views.block_rules import live, problems_of_view, words
from tests.bot.views.examples import make_row

HEAD = Actor(uuid4(), "T0ACME", "U0HUGO", "Hugo", Role.DEPARTMENT_HEAD, uuid4())
LISTS = lists_of(HEAD)
EDGE = Edge(datetime(2026, 3, 2, 8, tzinfo=UTC), UUID(int=7))


def make_home(text: str = "IT", **given: Any) -> HomePage:
    row = make_row(summary=text, department=text, who=text)
    usual: dict[str, Any] = {
        "actor": HEAD,
        "state": HomeState(),
        "counts": dict.fromkeys(LISTS, 101),
        "previews": {name: [row] * 3 for name in LISTS},
        "overview": Overview(dict.fromkeys(Status, 3), [Load(uuid4(), text, 3)] * 40),
        "departments": [(uuid4(), text) for _ in range(120)],
    }
    return HomePage(**(usual | given))


def listed(text: str = "IT", name: ListName = ListName.MINE, **given: Any) -> HomePage:
    rows = [make_row(summary=text, department=text, who=text)] * 8
    page = Page(rows, back=replace(EDGE, is_back=True), on=EDGE)
    return make_home(text, **({"state": HomeState(name), "page": page} | given))


@settings(deadline=None, database=None, max_examples=40)
@given(st.text(max_size=30), st.sampled_from([1, 1, 100]))
def test_every_home_is_valid_and_inert(text: str, times: int) -> None:
    for page in (make_home(text * times), *(listed(text * times, name) for name in LISTS)):
        view = home(page)
        assert problems_of_view(view) == []
        assert live(view) == []


def test_what_is_above_and_below_keeps_its_place_when_there_is_too_much() -> None:
    above, below = ([section(plain_text(words))] * 20 for words in ("Decide!", "Settings"))
    view = home(make_home(), [above, above], [below])
    assert len(view["blocks"]) == 100
    assert (words(view).count("Decide!"), words(view).count("Settings")) == (40, 20)
    assert problems_of_view(view) == []


def test_counts_stop_at_what_anybody_wants_to_know() -> None:
    assert "Your requests · 100+" in words(home(make_home()))
    exactly = home(make_home(counts={ListName.MINE: 100}))
    assert "Your requests · 100" in words(exactly)
    assert "100+" not in words(exactly)


def test_each_list_stands_apart_from_what_is_above_it() -> None:
    kinds = [block["type"] for block in home(make_home(overview=None))["blocks"]]
    assert kinds.count("divider") == len(LISTS)
    assert "divider" not in [block["type"] for block in home(listed())["blocks"]]


@pytest.mark.parametrize("name", [ListName.FOR_ME, ListName.MINE])
def test_whoever_filed_it_reads_that_it_waits_for_them(name: ListName) -> None:
    row = make_row(status=Status.WAITING_REQUESTER, sla_state=SlaState.PAUSED)
    shown = words(home(make_home(counts={name: 1}, previews={name: [row]}, overview=None)))
    assert "Waiting for you · High" in shown
    assert "waiting for you" in shown
    assert "aiting for requester" not in shown
    at_desk = {ListName.ASSIGNED: [row]}
    desk = make_home(counts={ListName.ASSIGNED: 1}, previews=at_desk, overview=None)
    assert "Waiting for requester · High" in words(home(desk))


def test_buttons_know_their_place() -> None:
    values = [
        element["value"]
        for block in home(listed())["blocks"]
        if block["type"] == "actions"
        for element in block["elements"]
        if element["action_id"] in ("home.back", "home.on")
    ]
    assert [load_edge(each) for each in values] == [replace(EDGE, is_back=True), EDGE]


@pytest.mark.parametrize(
    ("state", "said"),
    [
        (HomeState(ListName.FOR_ME), "Nothing waits for your answer."),
        (HomeState(ListName.AT_RISK), "Nothing is late"),
        (HomeState(ListName.MINE, Filters(status=Status.CLOSED)), "Nothing here fits."),
    ],
)
def test_an_empty_list_says_what_to_do(state: HomeState, said: str) -> None:
    view = home(listed(state=state, page=Page()))
    assert said in words(view)
    assert problems_of_view(view) == []


def test_who_may_not_use_the_desk_is_told_so() -> None:
    gone = home(make_home(actor=replace(HEAD, is_active=False)))
    guest = home(make_home(actor=replace(HEAD, is_guest=True)))
    assert words(gone) == "Your account is deactivated, so you cannot use the help desk."
    assert words(guest).startswith("Guests cannot use the help desk.")


@pytest.mark.parametrize(
    "state",
    [
        HomeState(),
        HomeState(ListName.MINE, Filters(Status.ON_HOLD, Priority.LOW, UUID(int=3)), EDGE),
        HomeState(ListName.AT_RISK, edge=replace(EDGE, is_back=True)),
    ],
)
def test_what_is_chosen_is_kept(state: HomeState) -> None:
    assert load(dump(state)) == state


def test_what_is_not_known_any_more_is_left_out() -> None:
    old = {"list": "favourites", "status": "asleep", "priority": None}
    assert load(old) == HomeState()
