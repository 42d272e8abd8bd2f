"""Whatever people write, every view stays within Slack's limits and pings nobody."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.payloads import MessageRef, plain
from bot.views import hushed, triage, triage_forms
from bot.views.assignment import Offered, assign, assignee_options
from bot.views.copies import NOTE, copies, deleted
from bot.views.edit_form import edit, edit_again
from bot.views.held import held, taken_back
from bot.views.history import history
from bot.views.notices import assigned, happened
from bot.views.parts import clip, clip_escaped, escape, mention
from bot.views.refusals import records_away_keeping, refusal, refusal_view
from bot.views.reply import note, preview, reply
from bot.views.resolution import resolve
from bot.views.ticket_card import card, receipt, show
from bot.views.ticket_form import department_options, new_ticket
from bot.views.ticket_list import Hits, found, listed
from core.communication.models import Audience
from core.tickets.editing import Editable, Overlap
from core.tickets.lists import ListName, Page
from core.tickets.queries import Person, TicketView
from core.tickets.states import Status
from core.tickets.triage.candidates import Candidate
from tests.bot.views.block_rules import (
    live,
    problems_of_message,
    problems_of_options,
    problems_of_view,
)
from tests.bot.views.examples import make_line, make_page, make_row, make_said, make_ticket

ACTIONS = ("open", "assign", "resolve", "reopen", "cancel", "edit", "delete")

BEHIND = (triage.left_behind, triage.gone_from_here, triage.merged)

NASTY = st.sampled_from(
    [
        *(
            "<!channel>",
            "<!here|here>",
            "<@U0ANN>",
            "<#C0IT|it>",
            "<!subteam^S1|@all>",
            "@everyone",
        ),
        *(
            "<https://bad.example|your bank>",
            "https://bad.example",
            "@here",
            "[a](https://b.example)",
        ),
        *(
            "&",
            "&amp;",
            "<",
            ">",
            "`",
            "*",
            "\n",
            "\u2028",
            "{who}",
            "{0.__class__}",
            "|",
            "^",
            "😀",
        ),
        *("<!date^0^{date}^https://bad.example|x>", "\u202e", "e\u0301", " ", "\x00", "\t"),
    ]
)
FOREIGN = st.builds(
    lambda pieces, times: "".join(pieces) * times,
    st.lists(NASTY | st.text(max_size=20), max_size=8),
    st.sampled_from([1, 1, 1, 20, 700]),
)


def foreign_ticket(text: str, **given: Any) -> TicketView:
    person = Person("U0ANN", text)
    return make_ticket(
        summary=text,
        description=text,
        department=text,
        resolution=text,
        requester=person,
        assignee=person,
        author=person,
        **given,
    )


def all_messages(text: str) -> list[Any]:
    open_one, resolved = foreign_ticket(text), foreign_ticket(text, status=Status.RESOLVED)
    lines = [_line(action, text) for action in (*ACTIONS, text)]
    ref = MessageRef(open_one.id, 1)
    return [
        *(view(ticket) for view in (card, receipt, show) for ticket in (open_one, resolved)),
        *(happened(line, resolved, side) for line in lines for side in Audience),
        *_lists(text),
        *(assigned(open_one, text, text), refusal(text), records_away_keeping(text), *copies(text)),
        *(*copies(text, is_edited=True, mark=NOTE), deleted()),
        *(held(open_one, ref, NOW + timedelta(seconds=10), NOW), taken_back(open_one, ref)),
    ]


def _lists(text: str) -> list[Any]:
    rows = [make_row(summary=text, department=text, who=text)] * 8
    return [listed(ListName.INVOLVED, Page(rows)), found(Hits(text, rows, 8, on=rows[0].id))]


NOW = datetime(2026, 3, 2, 8, 30, tzinfo=UTC)


def _line(action: str, text: str) -> Any:
    changes = {"summary": [text, text], text: [text, None]}
    details = dict.fromkeys(("note", "assignee", "resolution", "reason"), text)
    return make_line(f"ticket.{action}", text, changes=changes, **details)


def all_views(text: str) -> list[Any]:
    ticket = foreign_ticket(text)
    lines = [_line(action, text) for action in (*ACTIONS, text)] * 8
    views = [form(ticket) for form in (assign, resolve, reply, note)]
    views.append(preview(ticket, text, text[:3000]))
    page = make_page(*lines, make_said(text), at_desk=True, summary=text)
    now = {"summary": text[:150], "description": text[:3000], "priority": "low"}
    editable = Editable(ticket.id, "HD-12", 3, now, can_prioritise=True)
    overlaps = [Overlap(name, text, text, ticket.created_at) for name in now]
    edits = [edit(editable), edit_again(editable, now, overlaps)]
    return [*views, *edits, new_ticket(text), history(page), refusal_view(text)]


@settings(deadline=None, database=None, max_examples=60)
@given(FOREIGN)
def test_every_message_is_valid_and_inert(text: str) -> None:
    for message in all_messages(text):
        assert problems_of_message(message) == []
        # The assignee of a reopened ticket is called, by us.
        assert set(live(message)) <= {"<@U0ANN>"}
        assert live(message["text"]) == []
        json.dumps(message).encode()
    assert sum(len(live(message)) for message in all_messages(text)) <= 1


@settings(deadline=None, database=None, max_examples=40)
@given(FOREIGN)
def test_every_view_is_valid_and_inert(text: str) -> None:
    for view in all_views(text):
        assert problems_of_view(view) == []
        assert live(view) == []


@settings(deadline=None, database=None, max_examples=40)
@given(FOREIGN)
def test_every_menu_is_valid(text: str) -> None:
    one = UUID(int=1)
    menus = (
        department_options([(one, text)]),
        assignee_options([Offered(one, text, 3, text)]),
        triage_forms.department_options([(one, text)]),
        triage_forms.winner_options([Candidate(one, 2**62, text)]),
    )
    for menu in menus:
        assert list(problems_of_options(menu["options"])) == []


@settings(deadline=None, database=None, max_examples=40)
@given(FOREIGN)
def test_what_triage_shows_is_valid_and_pings_nobody(text: str) -> None:
    ticket = foreign_ticket(text)
    elsewhere = foreign_ticket(text, merged_into=9)
    said = [
        *(view(each) for view in BEHIND for each in (ticket, elsewhere)),
        triage.nudge(ticket, 1_700_000_000),
        triage.waits(ticket, 1_700_000_000),
        triage.ask_resolve(ticket),
        triage.reaction_refused(ticket, "eyes", text),
        triage.desk_in_trouble(text, text, text),
        triage.desk_mended(text),
        triage.desk_in_public(text, text),
        hushed.ticket(replace(ticket, is_private=True), card(ticket)["blocks"]),
        hushed.line(text, "Press “Show”.", None),
    ]
    for each in said:
        assert problems_of_message(each) == []
        assert live(each) == []
    forms = (triage_forms.transfer, triage_forms.priority, triage_forms.merge, triage_forms.cancel)
    for form in forms:
        assert problems_of_view(form(ticket)) == []


@settings(database=None)
@given(FOREIGN, st.integers(min_value=2, max_value=200))
def test_cutting_keeps_the_beginning_and_no_half_entity(text: str, most: int) -> None:
    cut = clip_escaped(text, most)
    assert len(cut) <= most
    if cut == escape(text):
        return
    assert cut.endswith("…")
    assert escape(text).startswith(cut[:-1])
    assert escape(plain(cut)) == cut or "\x00" in text


def test_what_fits_is_not_cut() -> None:
    assert clip("abc", 3) == clip_escaped("abc", 3) == "abc"
    assert clip("abcd", 3) == clip_escaped("abcd", 3) == "ab…"
    assert clip_escaped("a&bc", 7) == "a&amp;…"
    assert clip_escaped("a&bc", 6) == "a…"


@pytest.mark.parametrize("user_id", ["U0ANN", "W0ANN"])
def test_a_mention_is_made_of_an_id(user_id: str) -> None:
    assert mention(user_id) == f"<@{user_id}>"


@pytest.mark.parametrize("user_id", ["", "U1> <!channel", "channel", "U1|x", "u0ann"])
def test_a_mention_of_anything_else_is_just_text(user_id: str) -> None:
    assert live([{"type": "mrkdwn", "text": mention(user_id)}]) == []


def test_the_rules_notice_what_they_are_for() -> None:
    """The tests above prove nothing if their measure finds nothing."""
    loose: Callable[[str], Any] = lambda text: {  # noqa: E731
        "text": text,
        "blocks": [{"type": "section", "text": {"type": "mrkdwn", "text": text}}],
    }
    assert live(loose("<!channel>")) == ["<!channel>", "<!channel>"]
    assert "section: markup without verbatim" in problems_of_message(loose("@here"))
    assert any("cut entity" in problem for problem in problems_of_message(loose("a &am")))
    assert "text is empty" in problems_of_message(loose(" "))
    assert any("characters" in problem for problem in problems_of_message(loose("x" * 3901)))
