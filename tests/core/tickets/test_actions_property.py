"""Any action by anybody: either the tables allow it and all its traces are there, or nothing is."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

from hypothesis import assume, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from core.communication import service as communication
from core.communication.models import Audience, Thread
from core.communication.service import Words
from core.db import Sessions, utc_now
from core.tickets import deletion
from core.tickets import service as tickets
from core.tickets.models import Part, Ticket
from core.tickets.service import Edit, Turn
from core.tickets.states import IS_HELD, TRANSITIONS, Action, Priority, Status
from core.users.permissions import Actor, Permission, Relation, Standing, may
from tests.core.desks import AGAINST_THE_DATABASE, Desks, add_part, added, dump, refusal_of, undone

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
    return Thread(ticket_id=ticket.id, audience=audience, channel_id="C0", root_ts="1.0")


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
    session: AsyncSession, desks: Desks, actor: Actor, relation: Relation, status: Status
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
        expect_traces(before, await dump(session), actor, action, (status, transition.then))


def expect_traces(
    before: dict[str, Any],
    after: dict[str, Any],
    actor: Actor,
    action: Action,
    moved: tuple[Status, Status],
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
    lanes = [(row["topic"], row["lane"]) for row in rows if row["topic"] != "person.told"]
    told = [("ticket.happened", f"{audience}:{ticket['id']}") for audience in TOLD[action]]
    cards = ["ticket.card_changed", "ticket.receipt_changed"]
    assert lanes == told + [(topic, f"{topic}:{ticket['id']}") for topic in cards]
    assert {r["payload"]["audit_id"] for r in rows if "audit_id" in r["payload"]} == {line["id"]}
    notified = added(before, after, "notifications")
    assert len(notified) == (action is Action.ASSIGN)
    assert [r["payload"] for r in rows if r["topic"] == "person.told"] == [
        {"notification_id": each["id"]} for each in notified
    ]


Step = tuple[str, str]

_MESSAGES = {
    "write": Audience.REQUESTER,
    "write at the desk": Audience.DESK,
}


async def take(session: AsyncSession, desks: Desks, ticket: Ticket, step: Step) -> None:
    name, what = step
    turn = desks.turn(desks.people[name])
    if what in _MESSAGES:
        where = thread(ticket, _MESSAGES[what])
        await communication.hear(session, turn, where, Words("Any news?"))
    elif what == "reply":
        await communication.reply(session, turn, ticket.id, Words("Please wait."))
    elif what == "edit":
        form = Edit(ticket.version, f"Save {ticket.version}", "", Priority.URGENT)
        await tickets.edit(session, turn, ticket.id, form)
    elif what == "delete":
        await deletion.delete_ticket(session, turn, ticket.id, reason="twice")
    elif what == "restore":
        await deletion.restore_ticket(session, turn, ticket.id)
    else:
        await verb(Action(what), desks)(session, turn, ticket)


STEPS = [*TOLD, *_MESSAGES, "reply", "edit", "delete", "restore"]
#: Mostly people who can do something, so that the tickets get somewhere.
ACTORS = ["ann", "ann", "hugo", "hugo", "carl", "bea", "bea", "hana", "ada"]


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
        expect_whole_trail(await dump(session), ticket, done)


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


@settings(AGAINST_THE_DATABASE, max_examples=60)
@given(
    name=st.sampled_from(["hugo", "ann", "hana", "bea", "eve", "ada"]),
    relation=st.sampled_from([Relation.ANYONE, Relation.FOLLOWER, Relation.DESK]),
    status=st.sampled_from(sorted(IS_HELD)),
    what=st.sampled_from(["write", "write at the desk", "reply", "edit", "delete", "restore"]),
)
async def test_words_edits_and_deletions_are_refused_without_a_trace(
    sessions: Sessions, desks: Desks, name: str, relation: Relation, status: Status, what: str
) -> None:
    needs = {
        "write": Permission.REPLY,
        "write at the desk": Permission.NOTE,
        "reply": Permission.WORK,
        "edit": Permission.EDIT,
        "delete": Permission.DELETE,
    }
    actor = desks.people[name]
    tables = ("chat_messages", "tickets", "ticket_participants", "audit_logs", "outbox_messages")
    async with undone(sessions) as session:
        ticket = await set_up(session, desks, actor, relation, status)
        # Nothing was deleted that could be restored, so that this is refused to everyone.
        allowed = what in needs and may(actor, needs[what], standing(ticket, actor, relation))
        before = await dump(session, *tables)
        refusal = await refusal_of(take(session, desks, ticket, (name, what)))
        assert (refusal is None) is allowed, refusal
        if refusal:
            assert await dump(session, *tables) == before
            return
        assert len(added(before, await dump(session, *tables), "audit_logs")) >= 1
