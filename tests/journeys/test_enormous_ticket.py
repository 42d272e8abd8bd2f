"""One ticket with a thousand messages, forty parts, two hundred files and a very long text."""

import pytest

from bot.sandbox.slack.seen import Message
from tests.journeys.company import GENERAL, Company
from tests.journeys.test_enormous_company import rejected
from tests.journeys.test_parts import split

UNSETTLED = "SELECT topic, last_error FROM outbox_messages WHERE settled_at IS NULL"
ASTRONAUT, RTL = "👩🏽‍🚀", "\u202eשלום & <עולם>"
WORDS = """
    INSERT INTO chat_messages (ticket_id, sender_id, body, visibility, audience, in_resolution_at,
                               is_deleted)
    SELECT t.id, u.id, repeat(:words, n % 9 * 100 + 1) || n,
           CASE n % 2 WHEN 0 THEN 'public' ELSE 'internal' END,
           CASE n % 2 WHEN 0 THEN 'requester' ELSE 'desk' END, now(), false
      FROM tickets t, users u, generate_series(1, 1000) AS n WHERE u.slack_user_id = 'U0ANN'
"""
FILES = """
    INSERT INTO attachments (ticket_id, uploaded_by_id, name, media_type, size_bytes, sha256,
                             storage_key, is_deleted)
    SELECT t.id, u.id, repeat(:words, 30) || n || '.pdf', 'application/pdf', 1, repeat('a', 64),
           'x' || n, false
      FROM tickets t, users u, generate_series(1, 200) AS n WHERE u.slack_user_id = 'U0ANN'
"""
PARTS = """
    INSERT INTO sub_tickets (parent_ticket_id, department_id, position, summary, passed_on, status,
                             is_required, is_deleted, version)
    SELECT s.parent_ticket_id, s.department_id, 1 + n, repeat(:words, 15) || n, '', 'new', true,
           false, 1
      FROM sub_tickets s, generate_series(1, 40) AS n
"""
FOLLOWERS = """
    INSERT INTO ticket_participants (ticket_id, user_id, part, is_deleted, joined_at)
    SELECT t.id, u.id, 'follower', false, now() FROM tickets t, users u
     WHERE u.slack_user_id IN ('U0CARL', 'U0HANA', 'U0FINN', 'U0ADA')
    ON CONFLICT DO NOTHING
"""


@pytest.fixture
async def enormous(company: Company) -> Company:
    card = await company.filed(ASTRONAUT * 30, Description=f"{RTL}{ASTRONAUT}" * 150)
    await company.ann.click(card, "Assign to me")
    await company.deliver()
    await split(company, await company.card())
    for sql in (WORDS, FILES, PARTS):
        await company.change(sql, words=f"{RTL} {ASTRONAUT}")
    await company.change(FOLLOWERS)
    await company.slack.forget_calls()
    return company


async def test_every_door_of_it_opens(enormous: Company) -> None:
    card = await enormous.card()
    for name in ("Reply to requester", "Split…", "Resolve…", "Wait for requester"):
        assert (await enormous.hugo.click(card, name)).ok, name
        while (view := await enormous.hugo.view()) is not None:
            assert "Something went wrong" not in view.text, (name, view.text)
            await enormous.hugo.close_view()
    for choice in (*card.choices,):
        assert (await enormous.hugo.choose(card, choice)).ok, choice
        while (view := await enormous.hugo.view()) is not None:
            assert "Something went wrong" not in view.text, (choice, view.text)
            await enormous.hugo.close_view()
    # What follows a card that was only just posted is said a second later.
    await enormous.deliver_late()
    await enormous.deliver_late()
    assert await rejected(enormous) == []
    assert await enormous.rows(UNSETTLED) == []


async def test_all_of_it_is_turned_through_and_taken_out(enormous: Company) -> None:
    for name in ("Older", "Deliveries", "Transcript"):
        assert (await enormous.hugo.choose(await enormous.card(), "History")).ok
        view = await enormous.hugo.view()
        assert view is not None
        [button] = [each for each in view.buttons if each.startswith(name)]
        assert (await enormous.hugo.click_view(button)).ok, name
        await enormous.hugo.close_view(everything=True)
    for person in (enormous.bea, enormous.hugo):
        await person.command("/ticket", "HD-1", channel=GENERAL)
        shown: Message = (await person.ephemerals())[-1]
        assert "Something went wrong" not in shown.plain
        for name in shown.buttons:
            assert (await person.click(shown, name)).ok, name
            while (view := await person.view()) is not None:
                assert "Something went wrong" not in view.text, (name, view.text)
                await person.close_view()
    await enormous.deliver_late()
    assert await rejected(enormous) == []
    assert await enormous.rows(UNSETTLED) == []
