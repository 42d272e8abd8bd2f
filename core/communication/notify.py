"""Telling people what happened: one decision for all of it, by which way each of them hears."""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, and_, exists, insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from core import outbox
from core.communication.choices import FIXED, USUAL, NotificationChoice, QuietHours
from core.communication.models import Audience, ChatMessage, Notification
from core.communication.quiet import Quiet
from core.communication.ways import Event, Way
from core.db import utc_now
from core.notices import Place, Topic
from core.outbox import Row
from core.preferences import Preference
from core.tickets.models import Part, Ticket, TicketParticipant
from core.tickets.states import Priority
from core.users.models import User
from core.users.permissions import Actor
from core.users.roles import DESK_ROLES

#: News of these kinds that waits takes in what comes after it about the same ticket.
_FOLDED = frozenset({Event.REPLY, Event.NOTE})


@dataclass(frozen=True, slots=True)
class Occasion:
    """`topic` names the words for it, which `details` complete. Whoever is `by` is not told.
    `shown_in`: the threads of the ticket that say it already."""

    event: Event
    topic: str
    ticket_id: uuid.UUID | None = None
    by: Actor | None = None
    details: Mapping[str, Any] = field(default_factory=dict)
    shown_in: frozenset[Audience] = frozenset()
    #: Cannot wait for the morning.
    is_urgent: bool = False
    #: The line that says it at the desk calls whom it concerns; else a line of its own does.
    is_line: bool = False
    #: Slack told those who read it where it is said.
    is_pinged: bool = False
    #: What composes the direct message.
    said_as: Topic = Topic.PERSON_TOLD


@dataclass(frozen=True, slots=True)
class _Telling:
    """`place`: where somebody is mentioned, unless they read it there anyway."""

    way: Way
    place: Place | None
    delay: timedelta = timedelta()


async def notify(
    session: AsyncSession, occasion: Occasion, people: Iterable[uuid.UUID | None]
) -> list[uuid.UUID]:
    """A notification for each of the people who wants to hear of it, and the message that says
    it: directly, by a mention in the ticket's thread, or in the next digest. Whoever reads it in
    a conversation of their own already gets no message besides. Gives back whom the line at the
    desk has to call."""
    doer = occasion.by.id if occasion.by else None
    wanted = list(dict.fromkeys(each for each in people if each not in (None, doer)))
    if not wanted:
        return []
    now = utc_now()
    habits = {row.id: row for row in await session.execute(_habits(occasion, wanted))}
    known = [habits[each] for each in wanted if each in habits]
    tellings = {row.id: each for row in known if (each := _telling(row, occasion, now))}
    if not tellings:
        return []
    rows = await session.execute(
        insert(Notification).returning(Notification.user_id, Notification.id),
        [_notification(user_id, each, occasion) for user_id, each in tellings.items()],
    )
    called = {user_id for user_id, each in tellings.items() if _is_called(each, occasion)}
    said = [
        _message(user_id, tellings[user_id], occasion, key)
        for user_id, key in sorted(rows)
        if user_id not in called
    ]
    messages = [each for each in said if each is not None]
    if messages:
        await outbox.add(session, *messages)
    return sorted(called)


def _is_called(telling: _Telling, occasion: Occasion) -> bool:
    at_desk = telling.place is not None and telling.place.audience is Audience.DESK
    return occasion.is_line and at_desk and Audience.DESK in occasion.shown_in


def _habits(occasion: Occasion, people: Sequence[uuid.UUID | None]) -> Select[*tuple[Any, ...]]:
    """Of those who still work with us: their zone and choices, and what the ticket is to them."""
    wrote = exists().where(
        ChatMessage.ticket_id == occasion.ticket_id,
        ChatMessage.sender_id == User.id,
        ChatMessage.audience == Audience.DESK,
        ChatMessage.channel_id.is_not(None),
    )
    usual = select(Preference.value).where(Preference.name == "quiet_hours").scalar_subquery()
    chosen = and_(NotificationChoice.user_id == User.id, NotificationChoice.event == occasion.event)
    takes_part = and_(
        TicketParticipant.ticket_id == Ticket.id, TicketParticipant.user_id == User.id
    )
    return (
        select(
            User.id,
            User.time_zone,
            User.role,
            User.department_id,
            NotificationChoice.way,
            QuietHours.starts,
            QuietHours.ends,
            usual.label("usual"),
            Ticket.department_id.label("desk_id"),
            Ticket.requestor_id,
            Ticket.priority,
            TicketParticipant.part,
            wrote.label("wrote"),
        )
        .outerjoin(NotificationChoice, chosen)
        .outerjoin(QuietHours, QuietHours.user_id == User.id)
        .outerjoin(Ticket, Ticket.id == occasion.ticket_id)
        .outerjoin(TicketParticipant, takes_part)
        .where(User.id.in_(people), User.is_active.is_(True))
    )


def _telling(person: Any, occasion: Occasion, now: datetime) -> _Telling | None:
    """None for who wants to hear nothing of it."""
    way = USUAL[occasion.event]
    if occasion.event not in FIXED and person.way is not None:
        way = person.way
    if way is Way.OFF:
        return None
    place = _place_of(person, occasion.ticket_id)
    if _reads_it(person, place, occasion):
        return _Telling(Way.THREAD, None)
    if way is Way.THREAD and place is None:
        way = Way.DM
    if way is not Way.DM:
        return _Telling(way, place)
    return _Telling(way, None, _wait_of(person, occasion, now))


def _place_of(person: Any, ticket_id: uuid.UUID | None) -> Place | None:
    """The conversation of the ticket in which the person can be mentioned."""
    if ticket_id is None or person.desk_id is None:
        return None
    if person.role in DESK_ROLES and person.department_id == person.desk_id:
        return Place(ticket_id, Audience.DESK)
    if person.id == person.requestor_id:
        return Place(ticket_id, Audience.REQUESTER)
    if person.part is Part.FOLLOWER:
        return Place(ticket_id, Audience.FOLLOWER, person.id)
    return None


def _reads_it(person: Any, place: Place | None, occasion: Occasion) -> bool:
    """Slack itself tells those who wrote in a thread of new words there. Who filed a ticket
    or follows it has a thread of their own; who works at its desk may follow it besides."""
    if occasion.ticket_id is None:
        return False
    is_told = (person.wrote and occasion.event in _FOLDED) or occasion.is_pinged
    own = {Audience.FOLLOWER} if person.part is Part.FOLLOWER else set()
    if place is not None and (place.audience is not Audience.DESK or is_told):
        own.add(place.audience)
    if person.id == person.requestor_id:
        own.add(Audience.REQUESTER)
    return bool(own & occasion.shown_in)


def _wait_of(person: Any, occasion: Occasion, now: datetime) -> timedelta:
    """Until the person's quiet hours are over; urgent news and approvals do not wait."""
    is_urgent = occasion.is_urgent or person.priority is Priority.URGENT
    if is_urgent or occasion.event in FIXED:
        return timedelta()
    if person.starts is not None:
        quiet = Quiet.of(person.starts, person.ends)
    elif person.usual:
        quiet = Quiet.read(person.usual)
    else:
        return timedelta()
    ends_at = quiet.until(now, person.time_zone)
    return ends_at - now if ends_at else timedelta()


def _notification(user_id: uuid.UUID, telling: _Telling, occasion: Occasion) -> dict[str, Any]:
    return {
        "user_id": user_id,
        "ticket_id": occasion.ticket_id,
        "topic": occasion.topic,
        "details": dict(occasion.details),
        "way": telling.way,
    }


def _message(user_id: uuid.UUID, telling: _Telling, occasion: Occasion, key: int) -> Row | None:
    """What waits for the morning has a lane of its own, so that it holds up nothing else."""
    named: dict[str, Any] = {"notification_id": key}
    if "message_id" in occasion.details:
        named["message_id"] = occasion.details["message_id"]
    if telling.way is Way.THREAD and telling.place is not None:
        payload = telling.place.payload(**named, reader_id=str(user_id))
        return Row(Topic.PERSON_CALLED, telling.place.lane, payload)
    if telling.way is not Way.DM:
        return None
    if occasion.ticket_id is not None:
        named["ticket_id"] = str(occasion.ticket_id)
    lane = f"person:{user_id}" if not telling.delay else f"{occasion.said_as}:{user_id}"
    fold = None
    if occasion.event in _FOLDED:
        fold = f"{occasion.topic}:{occasion.ticket_id}:{user_id}"
    return Row(occasion.said_as, lane, named, fold_key=fold, delay=telling.delay)
