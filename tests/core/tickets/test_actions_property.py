"""Any action by anybody: either the tables allow it and all its traces are there, or nothing is."""

import uuid
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

from hypothesis import assume, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from core.communication import holding
from core.communication import service as communication
from core.communication.models import Audience, ChatMessage, Thread
from core.communication.service import Words
from core.db import utc_now
from core.engine import Sessions
from core.tickets import deletion
from core.tickets import service as tickets
from core.tickets.merging.service import fingerprint
from core.tickets.models import Part, Ticket
from core.tickets.service import Edit, Turn
from core.tickets.states import IS_HELD, IS_OVER, TRANSITIONS, Action, Status
from core.users.permissions import Actor, Permission, Relation, Standing, may
from tests.core.desks import (
    AGAINST_THE_DATABASE,
    TABLES,
    Desks,
    add_part,
    added,
    dump,
    refusal_of,
    undone,
)

Verb = Callable[[AsyncSession, Turn, Ticket], Awaitable[Any]]

#: Whose threads hear of it. The cards are brought up to date after each.
TOLD: dict[Action, tuple[Audience, ...]] = {
    Action.CLAIM: (Audience.REQUESTER,),
    Action.ASSIGN: (Audience.REQUESTER,),
    Action.RELEASE: (Audience.DESK,),
    Action.START: (Audience.REQUESTER,),
    Action.WAIT: (Audience.REQUESTER,),
    Action.HOLD: (Audience.REQUESTER,),
    Action.RESOLVE: (Audience.REQUESTER, Audience.DESK),
    Action.REOPEN: (Audience.REQUESTER, Audience.DESK),
    Action.CLOSE: (Audience.REQUESTER, Audience.DESK),
    Action.CANCEL: (Audience.REQUESTER, Audience.DESK),
}


def verb(action: Action, desks: Desks) -> Verb:
    match action:
        case Action.ASSIGN:
            return lambda s, turn, ticket: tickets.assign(
                s, turn, ticket.id, assignee_id=desks.carl.id
            )
        case Action.RESOLVE:
            return lambda s, turn, ticket: tickets.resolve(s, turn, ticket.id, resolution="Fixed.")
        case Action.ANSWER:
            return lambda s, turn, ticket: communication.hear(
                s, turn, thread(ticket, Audience.REQUESTER), Words("It is off.")
            )
        case _:
            simple = getattr(tickets, action.value)
            return lambda s, turn, ticket: simple(s, turn, ticket.id)


def thread(ticket: Ticket, audience: Audience) -> Thread:
    """Below a card or a receipt of ours."""
    return Thread(
        ticket_id=ticket.id, audience=audience, channel_id="C0", root_ts="1.0", card_ts="1.0"
    )


def source_thread(ticket: Ticket) -> Thread:
    """Below the message that the ticket was made from."""
    found = thread(ticket, Audience.REQUESTER)
    found.card_ts = None
    return found


def standing(ticket: Ticket, actor: Actor, relation: Relation) -> Standing:
    own = frozenset({actor.id})
    return Standing(
        key=ticket.key,
        department_id=ticket.department_id,
        requester_id=ticket.requestor_id,
        assignee_id=ticket.assignee_id,
        author_ids=own if relation is Relation.AUTHOR else frozenset(),
        follower_ids=own if relation in {Relation.AUTHOR, Relation.FOLLOWER} else frozenset(),
    )


async def set_up(
    session: AsyncSession,
    desks: Desks,
    actor: Actor,
    relation: Relation,
    status: Status,
    **columns: Any,
) -> Ticket:
    """A ticket in this status, to which the actor is just this."""
    desk = {d.id: d for d in (desks.it, desks.hr, desks.finance)}.get(actor.department_id)
    elsewhere = desks.hr if actor.department_id == desks.it.id else desks.it
    somebody = desks.bea if actor.id == desks.eve.id else desks.eve
    holder = desks.hugo if status is not Status.NEW else None
    ticket = await desks.ticket(
        session,
        requester=actor if relation is Relation.REQUESTER else somebody,
        desk=desk if desk and relation is Relation.DESK else elsewhere,
        assignee=actor if relation is Relation.ASSIGNEE else holder,
        status=status,
        resolved_at=utc_now() if status is Status.RESOLVED else None,
        **columns,
    )
    if relation in {Relation.AUTHOR, Relation.FOLLOWER}:
        await add_part(session, ticket, actor, Part(relation.value))
    return ticket


@settings(AGAINST_THE_DATABASE, max_examples=250)
@given(
    name=st.sampled_from(["hugo", "ann", "hana", "finn", "bea", "cleo", "ada"]),
    relation=st.sampled_from(Relation),
    action=st.sampled_from(sorted(TOLD)),
    status=st.sampled_from(Status),
    out=st.sampled_from(["", "", "", "", "is_active", "is_guest"]),
)
async def test_an_action_leaves_all_its_traces_or_none(
    sessions: Sessions,
    desks: Desks,
    name: str,
    relation: Relation,
    action: Action,
    status: Status,
    out: str,
) -> None:
    actor = desks.people[name]
    assume(relation is not Relation.ASSIGNEE or status is not Status.NEW)
    if out:
        actor = replace(actor, **{out: out == "is_guest"})
    async with undone(sessions) as session:
        ticket = await set_up(session, desks, actor, relation, status)
        transition = TRANSITIONS[action]
        allowed = status in transition.now and may(
            actor, transition.permission, standing(ticket, actor, relation)
        )
        if action is Action.ASSIGN and ticket.department_id != desks.it.id:
            allowed = False  # Carl does not work there.
        before = await dump(session)
        doing = verb(action, desks)(session, desks.turn(actor), ticket)
        refusal = await refusal_of(doing)
        assert (refusal is None) is allowed, refusal
        if refusal:
            assert refusal.text.endswith(".")
            assert await dump(session) == before
            return
        follows = relation is Relation.FOLLOWER
        moved = (status, transition.then)
        expect_traces(before, await dump(session), actor, action, moved, follows=follows)


def expect_traces(
    before: dict[str, Any],
    after: dict[str, Any],
    actor: Actor,
    action: Action,
    moved: tuple[Status, Status],
    *,
    follows: bool,
) -> None:
    ticket = after["tickets"][0]
    assert ticket["status"] == moved[1]
    assert ticket["version"] == before["tickets"][0]["version"] + (
        1 if ticket != before["tickets"][0] else 0
    )
    (line,) = added(before, after, "audit_logs")
    assert line["action"] == f"ticket.{action}"
    assert (line["user_id"], line["ticket_id"]) == (str(actor.id), ticket["id"])
    assert line["source"] == "button"
    expected = list(moved) if moved[0] is not moved[1] else None
    assert line["changes"].get("status") == expected
    rows = added(before, after, "outbox_messages")
    lanes = [(row["topic"], row["lane"]) for row in rows if row["topic"] not in NEWS]
    told = [("ticket.happened", f"{audience}:{ticket['id']}") for audience in TOLD[action]]
    cards = [f"ticket.card_changed:{ticket['id']}", f"ticket.receipt_changed:{ticket['id']}"]
    if follows:
        if moved[1] in IS_OVER or moved[0] in IS_OVER:
            told.append(("ticket.happened", f"follower:{ticket['id']}:{actor.id}"))
        cards.append(f"ticket.followed_changed:{ticket['id']}:{actor.id}")
    assert lanes == told + [(lane.split(":")[0], lane) for lane in cards]
    assert {r["payload"]["audit_id"] for r in rows if "audit_id" in r["payload"]} == {line["id"]}
    notified = added(before, after, "notifications")
    heard = [each["user_id"] for each in notified]
    assert sorted(heard) == sorted(hearing(before["tickets"][0], ticket, action) - {str(actor.id)})
    said = {r["payload"].get("notification_id") for r in rows if r["topic"] in NEWS} - {None}
    assert said <= {each["id"] for each in notified}
    given_to = [each["id"] for each in notified if each["topic"] == "ticket.assigned"]
    assert said >= set(given_to)


NEWS = {"person.told", "person.called", "rating.asked"}
HOLDER_HEARS = {Action.ASSIGN, Action.RELEASE, Action.RESOLVE, Action.REOPEN, Action.CANCEL}


def hearing(before: dict[str, Any], after: dict[str, Any], action: Action) -> set[str]:
    """Who has to hear of it, unless they did it."""
    found = {before["assignee_id"]} if action in HOLDER_HEARS else set()
    if action is Action.ASSIGN:
        found.add(after["assignee_id"])
    if action in {Action.RESOLVE, Action.REOPEN, Action.CLOSE, Action.CANCEL}:
        found.add(after["requestor_id"])
    return found - {None}


Step = tuple[str, str]

#: Where the words of a step are written.
_MESSAGES: dict[str, Callable[[Ticket], Thread]] = {
    "write": lambda ticket: thread(ticket, Audience.REQUESTER),
    "write at the source": source_thread,
    "write at the desk": lambda ticket: thread(ticket, Audience.DESK),
    "write as a follower": lambda ticket: thread(ticket, Audience.FOLLOWER),
}


async def take(session: AsyncSession, desks: Desks, ticket: Ticket, step: Step) -> None:
    name, what = step
    await do(session, desks, ticket, desks.turn(desks.people[name]), what)


_VERBS: dict[str, Callable[[AsyncSession, Turn, uuid.UUID], Awaitable[Any]]] = {
    "reply": lambda s, turn, t: communication.reply(s, turn, t, Words("Please wait.")),
    "note": lambda s, turn, t: communication.note(s, turn, t, Words("She is away.")),
    "watch": tickets.watch,
    "unwatch": tickets.unwatch,
    "delete": lambda s, turn, t: deletion.delete_ticket(s, turn, t, reason="twice"),
    "restore": lambda s, turn, t: deletion.restore_ticket(s, turn, t, reason="needed"),
}


async def do(session: AsyncSession, desks: Desks, ticket: Ticket, turn: Turn, what: str) -> None:
    if what in _VERBS:
        await _VERBS[what](session, turn, ticket.id)
    elif what in _MESSAGES:
        await communication.hear(session, turn, _MESSAGES[what](ticket), Words("Any news?"))
    elif what == "edit":
        await tickets.edit(session, turn, ticket.id, saved(ticket))
    elif what == "add":
        await tickets.add_follower(session, turn, ticket.id, desks.finn.id)
    elif what == "send on":
        await communication.publish(session, turn, await newest(session, ticket))
    elif what == "call back":
        await holding.undo(session, turn, await newest(session, ticket))
    else:
        await verb(Action(what), desks)(session, turn, ticket)


async def newest(session: AsyncSession, ticket: Ticket) -> int:
    last = select(func.max(ChatMessage.id)).where(ChatMessage.ticket_id == ticket.id)
    return await session.scalar(last) or 0


def saved(ticket: Ticket) -> Edit:
    """A form opened now, whose summary was changed."""
    shown = {"summary": fingerprint(ticket.summary), "description": fingerprint("untouched")}
    return Edit(shown, {"summary": f"Save {ticket.version}", "description": "untouched"})


_WORDS = [*_MESSAGES, "reply", "note", "edit", "delete", "restore", "watch", "unwatch", "add"]
STEPS = [*TOLD, *_WORDS, "send on", "call back"]
#: Mostly people who can do something, so that the tickets get somewhere.
ACTORS = ["ann", "ann", "hugo", "hugo", "carl", "bea", "bea", "hana", "ada", "finn"]


@settings(AGAINST_THE_DATABASE, max_examples=50)
@given(
    steps=st.lists(
        st.tuples(st.sampled_from(ACTORS), st.sampled_from(STEPS)), min_size=5, max_size=25
    )
)
async def test_no_sequence_leaves_the_table_or_loses_a_line_of_the_trail(
    sessions: Sessions, desks: Desks, steps: list[Step]
) -> None:
    async with undone(sessions) as session:
        opened = await tickets.open_ticket(
            session, desks.form(), author=desks.bea, requester=desks.bea, policy=desks.policy
        )
        ticket = await session.scalar(select(Ticket).where(Ticket.id == opened.id))
        assert ticket is not None
        done = 0
        for step in steps:
            before = ticket.status
            refusal = await refusal_of(take(session, desks, ticket, step))
            done += refusal is None
            is_moved = ticket.status is not before
            assert not is_moved or (refusal is None and can_lead(before, ticket.status))
        expect_whole_trail(await dump(session, *TABLES, "chat_messages"), ticket, done)


def can_lead(before: Status, after: Status) -> bool:
    return any(before in each.now and after is each.then for each in TRANSITIONS.values())


def expect_whole_trail(rows: dict[str, Any], ticket: Ticket, done: int) -> None:
    now: str | None = None
    for line in rows["audit_logs"]:
        assert line["ticket_id"] == str(ticket.id)
        if "status" in line["changes"]:
            first, now_after = line["changes"]["status"]
            assert first == now
            now = now_after
    assert now == ticket.status
    assert len(rows["audit_logs"]) >= 1 + done
    notifications = {row["id"]: row["ticket_id"] for row in rows["notifications"]}
    lines = {line["id"] for line in rows["audit_logs"]}
    for row in rows["outbox_messages"]:
        told = row["payload"].get("notification_id")
        owner = notifications[told] if told else row["payload"]["ticket_id"]
        assert owner == str(ticket.id)
        assert row["payload"].get("audit_id") in {None, *lines}
    expect_secrets_kept(rows, ticket)


def expect_secrets_kept(rows: dict[str, Any], ticket: Ticket) -> None:
    """Nothing internal is on its way to anybody beyond the desk, nor anything to strangers."""
    internal = {row["id"] for row in rows["chat_messages"] if row["visibility"] == "internal"}
    on_it = {row["user_id"] for row in rows["ticket_participants"]}
    for row in rows["outbox_messages"]:
        if row["topic"] == "message.copied" and row["settled_at"] is None:
            is_secret = row["payload"]["message_id"] in internal
            assert not is_secret or row["lane"] == f"desk:{ticket.id}"
        assert row["payload"].get("user_id") in {None, *on_it}


NEEDS = {
    "write": Permission.REPLY,
    "write as a follower": Permission.REPLY,
    "write at the desk": Permission.NOTE,
    "reply": Permission.WORK,
    "note": Permission.NOTE,
    "edit": Permission.EDIT,
    "delete": Permission.DELETE,
}


def allows(what: str, actor: Actor, on: Standing, relation: Relation, *, is_private: bool) -> bool:
    """Nothing was deleted that could be restored, so that this is refused to everyone."""
    match what:
        case "write at the source":
            joins = not is_private and may(actor, Permission.FILE)
            return joins or may(actor, Permission.REPLY, on)
        case "watch":
            # Whoever filed it hears of it anyway. A follower without a thread gets one.
            hears = relation in {Relation.REQUESTER, Relation.AUTHOR}
            return may(actor, Permission.REPLY, on) and not hears
        case "unwatch":
            return may(actor, Permission.READ, on) and relation is Relation.FOLLOWER
        case "add":
            added_to = Permission.ADD_TO_PRIVATE if is_private else Permission.ADD_FOLLOWER
            return may(actor, added_to, on)
        case _:
            return what in NEEDS and may(actor, NEEDS[what], on)


@settings(AGAINST_THE_DATABASE, max_examples=250)
@given(
    name=st.sampled_from(["hugo", "ann", "hana", "bea", "eve", "cleo", "ada"]),
    relation=st.sampled_from(Relation),
    status=st.sampled_from(sorted(IS_HELD)),
    what=st.sampled_from(_WORDS),
    is_private=st.booleans(),
    out=st.sampled_from(["", "", "", "", "is_active", "is_guest"]),
)
async def test_words_edits_and_deletions_are_refused_without_a_trace(
    sessions: Sessions,
    desks: Desks,
    name: str,
    relation: Relation,
    status: Status,
    what: str,
    is_private: bool,
    out: str,
) -> None:
    actor = desks.people[name]
    if out:
        actor = replace(actor, **{out: out == "is_guest"})
    tables = (*TABLES, "chat_messages")
    async with undone(sessions) as session:
        ticket = await set_up(session, desks, actor, relation, status, is_private=is_private)
        on = standing(ticket, actor, relation)
        allowed = allows(what, actor, on, relation, is_private=is_private)
        before = await dump(session, *tables)
        refusal = await refusal_of(do(session, desks, ticket, desks.turn(actor), what))
        assert (refusal is None) is allowed, refusal
        after = await dump(session, *tables)
        if refusal:
            assert refusal.text.endswith(".")
            assert after == before
            return
        lines = added(before, after, "audit_logs")
        assert lines
        assert {(row["user_id"], row["ticket_id"]) for row in lines} == {
            (str(actor.id), str(ticket.id))
        }
        expect_secrets_kept(after, ticket)
