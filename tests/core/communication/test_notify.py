"""Who hears of what, and by which way."""

from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from core.communication import inbox, notify
from core.communication import service as communication
from core.communication.choices import (
    USUAL,
    Choices,
    QuietHours,
    read_choices,
    save_choices,
)
from core.communication.models import Audience, Notification, Thread
from core.communication.notify import Occasion
from core.communication.quiet import Quiet
from core.communication.service import Words
from core.communication.ways import REPLIED, Event, Way
from core.errors import InvalidField
from core.preferences import Preference
from core.tickets import service as tickets
from core.tickets.models import Part, Ticket
from core.tickets.states import Priority, Status
from core.users.models import User
from core.users.permissions import Actor
from tests.core.desks import Desks, add_part

#: Wednesday, 23:00 in Berlin.
AT_NIGHT = datetime(2026, 3, 4, 22, tzinfo=UTC)


async def tell(
    session: AsyncSession, ticket: Ticket, event: Event, *people: Actor, **more: Any
) -> list[tuple[str, str | None]]:
    """The messages it comes to: topic and lane."""
    before = await session.scalar(text("SELECT coalesce(max(id), 0) FROM outbox_messages"))
    occasion = Occasion(event, more.pop("topic", "ticket.reopen"), ticket.id, **more)
    await notify.notify(session, occasion, [each.id for each in people])
    rows = await session.execute(
        text("SELECT topic, lane FROM outbox_messages WHERE id > :before ORDER BY id"),
        {"before": before},
    )
    return [tuple(row) for row in rows]


async def ways(session: AsyncSession) -> dict[str, str]:
    rows = await session.execute(
        select(User.slack_user_id, Notification.way)
        .join(Notification, Notification.user_id == User.id)
        .order_by(Notification.id)
    )
    return dict(rows.all())


async def choose(session: AsyncSession, who: Actor, event: Event, way: Way) -> None:
    await save_choices(session, who, Choices({event: way}))


async def test_each_hears_by_the_way_they_chose(session: AsyncSession, desks: Desks) -> None:
    ticket = await desks.ticket(session, assignee=desks.ann, status=Status.ASSIGNED)
    await choose(session, desks.ann, Event.STATUS, Way.DM)
    await choose(session, desks.carl, Event.STATUS, Way.DIGEST)
    await choose(session, desks.hugo, Event.STATUS, Way.OFF)
    said = await tell(session, ticket, Event.STATUS, desks.ann, desks.carl, desks.hugo, desks.hana)
    assert sorted(said) == sorted(
        [("person.told", f"person:{desks.ann.id}"), ("person.told", f"person:{desks.hana.id}")]
    )
    # Hana has no thread of it to be mentioned in.
    assert await ways(session) == {"U0ANN": "dm", "U0CARL": "digest", "U0HANA": "dm"}


async def test_a_mention_stands_in_the_thread_of_the_desk(
    session: AsyncSession, desks: Desks
) -> None:
    ticket = await desks.ticket(session, assignee=desks.ann, status=Status.ASSIGNED)
    said = await tell(session, ticket, Event.STATUS, desks.ann)
    assert said == [("person.called", f"desk:{ticket.id}")]


async def test_approvals_cannot_be_turned_off(session: AsyncSession, desks: Desks) -> None:
    with pytest.raises(InvalidField) as refused:
        await choose(session, desks.cleo, Event.APPROVAL, Way.OFF)
    assert refused.value.field == "approval"
    # Not even by a row that came there some other way.
    await session.execute(
        text(
            "INSERT INTO notification_choices (user_id, event, way)"
            " VALUES (:who, 'approval', 'off')"
        ),
        {"who": desks.cleo.id},
    )
    ticket = await desks.ticket(session)
    said = await tell(session, ticket, Event.APPROVAL, desks.cleo)
    assert said == [("person.told", f"person:{desks.cleo.id}")]


async def test_nobody_hears_of_their_own_act(session: AsyncSession, desks: Desks) -> None:
    ticket = await desks.ticket(session, assignee=desks.ann, status=Status.ASSIGNED)
    assert await tell(session, ticket, Event.ASSIGNED, desks.ann, by=desks.ann) == []
    await tickets.resolve(session, desks.turn(desks.ann), ticket.id, resolution="New toner.")
    heard = await ways(session)
    assert "U0ANN" not in heard
    assert heard == {"U0BEA": "thread"}


async def test_people_who_left_hear_nothing(session: AsyncSession, desks: Desks) -> None:
    ticket = await desks.ticket(session)
    await session.execute(update(User).where(User.id == desks.ann.id).values(is_active=False))
    await session.execute(update(User).where(User.id == desks.carl.id).values(is_deleted=True))
    assert await tell(session, ticket, Event.ASSIGNED, desks.ann, desks.carl) == []
    assert await ways(session) == {}


@pytest.mark.parametrize("way", [Way.DM, Way.THREAD])
async def test_who_reads_it_in_a_thread_of_their_own_gets_no_second_message(
    session: AsyncSession, desks: Desks, way: Way
) -> None:
    ticket = await desks.ticket(session)
    await add_part(session, ticket, desks.eve, Part.FOLLOWER)
    for who in (desks.bea, desks.eve):
        await choose(session, who, Event.STATUS, way)
    shown_in = frozenset({Audience.REQUESTER, Audience.FOLLOWER})
    said = await tell(session, ticket, Event.STATUS, desks.bea, desks.eve, shown_in=shown_in)
    assert said == []
    assert await ways(session) == {"U0BEA": "thread", "U0EVE": "thread"}


async def write(session: AsyncSession, desks: Desks, who: Actor, ticket: Ticket, ts: str) -> None:
    audience = Audience.DESK if who.desk_id else Audience.REQUESTER
    thread = Thread(ticket_id=ticket.id, audience=audience, channel_id="C1", root_ts="1.0")
    words = Words("Hello", channel_id="C1", message_ts=ts)
    await communication.hear(session, desks.turn(who), thread, words)


async def test_the_assignee_hears_of_answers_until_they_write_in_the_thread(
    session: AsyncSession, desks: Desks
) -> None:
    ticket = await desks.ticket(session, assignee=desks.ann, status=Status.IN_PROGRESS)
    await write(session, desks, desks.bea, ticket, "1.1")
    told = "SELECT count(*) FROM outbox_messages WHERE topic = 'person.told'"
    assert await session.scalar(text(told)) == 1
    # What waits stands for what comes after it.
    await write(session, desks, desks.bea, ticket, "1.2")
    assert await session.scalar(text(told)) == 1
    await write(session, desks, desks.ann, ticket, "1.3")
    await session.execute(text("DELETE FROM outbox_messages"))
    await write(session, desks, desks.bea, ticket, "1.4")
    assert await session.scalar(text(told)) == 0
    assert (await ways(session))["U0ANN"] == "thread"


async def waits(session: AsyncSession) -> list[timedelta]:
    rows = await session.scalars(
        text("SELECT available_at - created_at FROM outbox_messages ORDER BY id")
    )
    return [timedelta(minutes=round(each.total_seconds() / 60)) for each in rows]


@pytest.fixture
def at_night(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(notify, "utc_now", lambda: AT_NIGHT)


async def sleep(session: AsyncSession, who: Actor, starts: str, ends: str) -> None:
    session.add(QuietHours(user_id=who.id, starts=starts, ends=ends))
    await session.flush()


@pytest.mark.usefixtures("at_night")
async def test_at_night_a_message_waits_for_the_morning_in_a_lane_of_its_own(
    session: AsyncSession, desks: Desks
) -> None:
    ticket = await desks.ticket(session)
    await sleep(session, desks.ann, "20:00", "07:00")
    said = await tell(session, ticket, Event.ASSIGNED, desks.ann)
    said += await tell(session, ticket, Event.APPROVAL, desks.ann)
    assert said == [
        ("person.told", f"person.told:{desks.ann.id}"),
        ("person.told", f"person:{desks.ann.id}"),
    ]
    assert await waits(session) == [timedelta(hours=8), timedelta()]


@pytest.mark.usefixtures("at_night")
async def test_the_night_is_the_persons_own(session: AsyncSession, desks: Desks) -> None:
    ticket = await desks.ticket(session)
    await session.execute(
        update(User).where(User.id == desks.carl.id).values(time_zone="America/New_York")
    )
    session.add(Preference(name="quiet_hours", value="20:00-07:00"))
    await sleep(session, desks.hugo, "00:00", "00:00")
    await tell(session, ticket, Event.ASSIGNED, desks.ann)
    await tell(session, ticket, Event.ASSIGNED, desks.carl)
    await tell(session, ticket, Event.ASSIGNED, desks.hugo)
    # As the desk has it, five in the afternoon, and never.
    assert await waits(session) == [timedelta(hours=8), timedelta(), timedelta()]


@pytest.mark.usefixtures("at_night")
async def test_what_is_urgent_does_not_wait(session: AsyncSession, desks: Desks) -> None:
    await sleep(session, desks.ann, "20:00", "07:00")
    urgent = await desks.ticket(session, priority=Priority.URGENT)
    await tell(session, urgent, Event.ASSIGNED, desks.ann)
    usual = await desks.ticket(session)
    await tell(session, usual, Event.SLA, desks.ann, is_urgent=True)
    assert await waits(session) == [timedelta(), timedelta()]


async def test_what_is_saved_is_read_again(session: AsyncSession, desks: Desks) -> None:
    assert await read_choices(session, desks.ann) == Choices(USUAL)
    quiet = Quiet(time(20), time(7, 30))
    await save_choices(session, desks.ann, Choices({Event.REPLY: Way.OFF}, quiet))
    found = await read_choices(session, desks.ann)
    assert found == Choices({**USUAL, Event.REPLY: Way.OFF}, quiet)
    await save_choices(session, desks.ann, Choices({Event.REPLY: Way.DM}))
    assert await read_choices(session, desks.ann) == Choices(USUAL)


async def test_the_inbox_holds_what_is_new_until_it_is_read(
    session: AsyncSession, desks: Desks
) -> None:
    ticket = await desks.ticket(session)
    for _ in range(3):
        await tell(session, ticket, Event.ASSIGNED, desks.ann, topic="ticket.assigned")
    await tell(session, ticket, Event.ASSIGNED, desks.carl, topic="ticket.assigned")
    page = await inbox.unread(session, desks.ann, most=2)
    assert (len(page.news), page.has_more) == (2, True)
    rest = await inbox.unread(session, desks.ann, before=page.news[-1].told.id)
    assert (len(rest.news), rest.has_more) == (1, False)
    assert rest.news[0].ticket is not None
    assert rest.news[0].ticket.key == ticket.key
    assert await inbox.count_unread(session, desks.ann, most=2) == 2
    # Nobody reads it for somebody else.
    assert await inbox.mark_read(session, desks.carl, [rest.news[0].told.id]) == 0
    assert await inbox.mark_read(session, desks.ann, [rest.news[0].told.id]) == 1
    assert await inbox.mark_read(session, desks.ann, ticket_id=ticket.id) == 2
    assert (await inbox.unread(session, desks.ann)).news == []
    assert await inbox.count_unread(session, desks.carl) == 1


async def test_the_inbox_hides_what_one_may_not_see_and_what_was_never_said(
    session: AsyncSession, desks: Desks
) -> None:
    ticket = await desks.ticket(session, assignee=desks.ann, status=Status.IN_PROGRESS)
    await tell(session, ticket, Event.ASSIGNED, desks.hana, topic="ticket.assigned")
    assert (await inbox.unread(session, desks.hana)).news == []
    words = Words("Wait, no.")
    message = await communication.reply(session, desks.turn(desks.ann), ticket.id, words)
    assert message is not None
    hold = desks.policy.preferences.reply_hold
    assert hold
    assert (await inbox.unread(session, desks.bea)).news == []
    message.held_until = AT_NIGHT
    await session.flush()
    [news] = (await inbox.unread(session, desks.bea)).news
    assert news.told.topic == REPLIED
    message.taken_back_at = AT_NIGHT
    await session.flush()
    assert (await inbox.unread(session, desks.bea)).news == []
