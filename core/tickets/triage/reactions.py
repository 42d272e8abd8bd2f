"""Reactions on a card: 👀 takes the ticket, ✅ asks how it was solved, 🚨 makes it urgent."""

import uuid
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import ForeignKey, UniqueConstraint, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from core import outbox
from core.communication.models import Audience, Thread
from core.db import Base, NumberKey, Timestamps
from core.errors import HelpDeskError, NotAllowed
from core.tickets import service
from core.tickets.changes import Turn, record
from core.tickets.policy import Desk
from core.tickets.standing import load, lock
from core.tickets.states import TRANSITIONS, Action, Priority, check
from core.tickets.triage import notices as triage_notices
from core.tickets.triage.priority import set_priority
from core.users.models import Reacting
from core.users.permissions import Permission, authorize, may


class Emoji(StrEnum):
    """As Slack names them."""

    CLAIM = "eyes"
    RESOLVE = "white_check_mark"
    URGENT = "rotating_light"


class CardReaction(NumberKey, Timestamps, Base):
    """One that was answered. `event_ts` is Slack's moment of it: the same event may come again."""

    __tablename__ = "card_reactions"
    __table_args__ = (UniqueConstraint("channel_id", "message_ts", "user_id", "emoji", "event_ts"),)

    channel_id: Mapped[str]
    message_ts: Mapped[str]
    user_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    emoji: Mapped[str]
    event_ts: Mapped[str]


@dataclass(frozen=True, slots=True)
class Reaction:
    channel_id: str
    message_ts: str
    emoji: Emoji
    event_ts: str


async def find_card(session: AsyncSession, channel_id: str, ts: str) -> Thread | None:
    """The desk thread whose card this is."""
    found: Thread | None = await session.scalar(
        select(Thread).where(
            Thread.channel_id == channel_id,
            Thread.root_ts == ts,
            Thread.audience == Audience.DESK,
        )
    )
    return found


async def react(
    session: AsyncSession, turn: Turn, ticket_id: uuid.UUID, reaction: Reaction
) -> None:
    """What the emoji stands for, once. Raises what the action raises; nothing where the
    department wants no reactions."""
    ticket, standing = await lock(session, turn.actor, ticket_id)
    desk = turn.policy.desk(ticket.department_id)
    who = _who(desk, reaction.emoji)
    if not desk.reactions or who is Reacting.NOBODY:
        return
    # Whoever could not do it with a button either hears that below.
    is_left_out = not may(turn.actor, Permission.ASSIGN, standing)
    if who is Reacting.HEAD and is_left_out and may(turn.actor, Permission.WORK, standing):
        raise NotAllowed(f"At {desk.name} only the head does this with an emoji. Use the button.")
    if not await _is_first(session, turn, reaction):
        return
    match reaction.emoji:
        case Emoji.CLAIM:
            if ticket.assignee_id != turn.actor.id or not may(
                turn.actor, Permission.CLAIM, standing
            ):
                await service.claim(session, turn, ticket.id)
        case Emoji.RESOLVE:
            authorize(turn.actor, TRANSITIONS[Action.RESOLVE].permission, standing)
            labels = turn.policy.labels(ticket.department_id)
            check(Action.RESOLVE, ticket.status, ticket.key, labels)
            await outbox.add(session, triage_notices.ask_resolve(ticket.id, turn.actor.id))
        case Emoji.URGENT:
            await set_priority(session, turn, ticket.id, Priority.URGENT)


def _who(desk: Desk, emoji: Emoji) -> Reacting:
    match emoji:
        case Emoji.CLAIM:
            return desk.eyes_for
        case Emoji.RESOLVE:
            return desk.check_mark_for
        case Emoji.URGENT:
            return desk.siren_for


async def refuse(
    session: AsyncSession, turn: Turn, ticket_id: uuid.UUID, reaction: Reaction, why: HelpDeskError
) -> None:
    """Tell who set it, once, that nothing came of it."""
    ticket, _ = await load(session, turn.actor, ticket_id)
    if not await _is_first(session, turn, reaction):
        return
    details = {"reaction": reaction.emoji.value, "reason": why.text}
    row = await record(session, turn, ticket, "ticket.refused", {}, **details)
    await outbox.add(session, triage_notices.reaction_refused(ticket.id, row.id, turn.actor.id))


async def _is_first(session: AsyncSession, turn: Turn, reaction: Reaction) -> bool:
    row = insert(CardReaction).values(
        channel_id=reaction.channel_id,
        message_ts=reaction.message_ts,
        user_id=turn.actor.id,
        emoji=reaction.emoji,
        event_ts=reaction.event_ts,
    )
    added = await session.scalar(row.on_conflict_do_nothing().returning(CardReaction.id))
    return added is not None
