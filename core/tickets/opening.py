"""Opening a ticket: six tables in one statement, since this is the busiest write of the desk."""

import json
import uuid
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.dialects.postgresql.asyncpg import PGDialect_asyncpg
from sqlalchemy.ext.asyncio import AsyncSession

from core import notices
from core.communication.models import Audience
from core.db import new_id, unit_of_work, utc_now, with_deleted
from core.direct import Direct
from core.engine import Sessions
from core.errors import InvalidField, NotAllowed
from core.files.offers import Offered
from core.notices import Place
from core.tickets.forms import Answered, check_answers
from core.tickets.models import Part, Source, Ticket
from core.tickets.policy import Policy, Wanted
from core.tickets.sla.models import Kind
from core.tickets.sla.starting import INSERT_CLOCKS, as_json, opening_clocks
from core.tickets.states import Priority, SlaState
from core.tickets.triage.auto_assign import assignment_of
from core.tickets.triage.routing import Asked, Routed, route
from core.users.permissions import Actor, Permission, authorize

SUMMARY_MAX = 150
DESCRIPTION_MAX = 40_000


@dataclass(frozen=True, slots=True)
class NewTicket:
    """`source_key` names what it is made from: the same one twice gives the same ticket."""

    summary: str
    description: str
    department_id: uuid.UUID
    priority: Priority
    is_private: bool
    source: Source
    source_key: str
    #: The ticket it goes on from. Whoever calls has asked whether the author may read that.
    follows_id: uuid.UUID | None = None
    #: The files that belong to the description, as Slack names them.
    files: tuple[str, ...] = ()
    #: To what its department asks; None when nobody was asked.
    answered: Answered | None = None
    #: The name of the split template whose parts it gets at once.
    template: str = ""


@dataclass(frozen=True, slots=True)
class Opened:
    id: uuid.UUID
    number: int
    #: False when this was filed before, and nothing was written now.
    is_new: bool
    is_private: bool = False


async def open_ticket(
    session: AsyncSession,
    form: NewTicket,
    *,
    author: Actor,
    requester: Actor,
    policy: Policy,
) -> Opened:
    """File `form` for `requester`. Actors and policy may come from a cache: the statement
    itself writes nothing when one of the people or the department is gone meanwhile."""
    _check(form, author, requester, guests_may_file=policy.preferences.guests_may_file)
    values = _values(form, author, requester, policy)
    row = (await session.execute(_OPEN, values)).one_or_none()
    if row is not None:
        return Opened(row.id, row.number, is_new=True, is_private=values["is_private"])
    return await _filed_before(session, form)


async def open_ticket_alone(
    direct: Direct,
    sessions: Sessions,
    form: NewTicket,
    *,
    author: Actor,
    requester: Actor,
    policy: Policy,
) -> Opened:
    """The same with nothing else in its transaction, at a fraction of the cost."""
    _check(form, author, requester, guests_may_file=policy.preferences.guests_may_file)
    values, (sql, names) = _values(form, author, requester, policy), _for_driver()
    row = await direct.fetch_one(sql, [values[name] for name in names])
    if row is not None:
        return Opened(row["id"], row["number"], is_new=True)
    async with unit_of_work(sessions) as session:
        return await _filed_before(session, form)


@cache
def _for_driver() -> tuple[str, list[str]]:
    """The statement with the driver's own placeholders, and which value goes into each."""
    dialect: Any = PGDialect_asyncpg
    compiled: Any = _OPEN.compile(dialect=dialect())
    return str(compiled), compiled.positiontup


def _check(form: NewTicket, author: Actor, requester: Actor, *, guests_may_file: bool) -> None:
    is_for_other = requester.id != author.id
    check_may_file(author, guests_may_file=guests_may_file, is_for_other=is_for_other)
    if is_for_other:
        authorize_requester(requester)
    check_texts(form.summary, form.description)


def check_may_file(author: Actor, *, guests_may_file: bool, is_for_other: bool) -> None:
    if not (author.is_guest and author.is_active and guests_may_file):
        authorize(author, Permission.FILE)
    elif is_for_other:
        raise InvalidField("on_behalf_of", "Guests file tickets for themselves only.")


def _answers(form: NewTicket, policy: Policy) -> list[dict[str, str]]:
    if form.answered is None:
        return []
    asked = policy.desk(form.department_id).form_fields
    return check_answers(form.department_id, asked, form.answered)


def _route(
    form: NewTicket, answers: list[dict[str, str]], requester: Actor, policy: Policy
) -> Routed:
    words = "\n".join([form.summary, form.description, *(each["value"] for each in answers)])
    return route(
        policy.rules, Asked(words, form.department_id, form.priority, requester.department_id)
    )


def authorize_requester(requester: Actor) -> None:
    if not requester.is_active or requester.is_guest:
        raise InvalidField("on_behalf_of", "Tickets can be filed for active colleagues only.")


def check_texts(summary: str, description: str) -> None:
    """Raises InvalidField for what no ticket may say."""
    if not summary.strip():
        raise InvalidField("summary", "Say in a few words what it is about.")
    if len(summary) > SUMMARY_MAX:
        raise InvalidField("summary", f"Keep it under {SUMMARY_MAX} characters.")
    if len(description) > DESCRIPTION_MAX:
        raise InvalidField("description", f"Keep it under {DESCRIPTION_MAX} characters.")


async def _filed_before(session: AsyncSession, form: NewTicket) -> Opened:
    # A ticket that was deleted since is not filed again by a late retry.
    filed = select(Ticket.id, Ticket.number).where(Ticket.source_key == form.source_key)
    row = (await session.execute(with_deleted(filed))).one_or_none()
    if row is None:
        raise NotAllowed("You, the requester or the department changed meanwhile. Try again.")
    return Opened(row.id, row.number, is_new=False)


def _values(form: NewTicket, author: Actor, requester: Actor, policy: Policy) -> dict[str, Any]:
    answers = _answers(form, policy)
    routed = _route(form, answers, requester, policy)
    now, desk = utc_now(), policy.desk(routed.department_id)
    wanted = Wanted(desk.id, routed.priority, requester.department_id)
    clocks = opening_clocks(policy, desk, wanted, now, author.id)
    due = {each.kind: each.due_at for each in clocks}
    people = {requester.id: Part.REQUESTER}
    people.setdefault(author.id, Part.AUTHOR)
    ticket_id = new_id()
    rows = [notices.receipt(ticket_id), notices.card(ticket_id, desk.id)]
    rows += assignment_of(ticket_id, desk, routed.assignee_id)
    described = Place(ticket_id, Audience.REQUESTER)
    rows += [Offered(described, each, author.id).row() for each in form.files]
    details = {"priority": routed.priority.value}
    details |= {"routed_by": routed.rule} if routed.rule else {}
    return {
        "id": ticket_id,
        "now": now,
        "summary": form.summary.strip(),
        "description": form.description.strip(),
        "priority": routed.priority.value,
        "is_private": form.is_private or desk.private_tickets,
        "form_answers": json.dumps(answers),
        "source_key": form.source_key,
        "guests_may_file": policy.preferences.guests_may_file,
        "requester_id": requester.id,
        "author_id": author.id,
        "department_id": desk.id,
        "follows_id": form.follows_id,
        "template_id": clocks[0].template_id if clocks else None,
        "first_response_due_at": due.get(Kind.FIRST_RESPONSE),
        "due_at": due.get(Kind.RESOLUTION),
        "sla_state": SlaState.ON_TRACK.value if clocks else None,
        "clocks": json.dumps(as_json(clocks)),
        "people": list(people),
        "parts": [part.value for part in people.values()],
        "source": form.source.value,
        "details": json.dumps(details),
        "topics": [row.topic for row in rows],
        "lanes": [row.lane for row in rows],
        "payloads": [json.dumps(row.payload) for row in rows],
    }


# All parts see the same moment of the database; the foreign keys are checked at its end. When the
# source key is taken, `ticket` is empty, and with it everything that selects from it.
_OPEN = text(
    """
    WITH ticket AS (
        INSERT INTO tickets (id, summary, description, status, priority, is_private, form_answers,
                             source_key, requestor_id, department_id, follows_id, sla_template_id,
                             first_response_due_at, due_at, sla_state, created_at, updated_at)
        SELECT CAST(:id AS uuid), CAST(:summary AS text), CAST(:description AS text), 'new',
               CAST(:priority AS text), CAST(:is_private AS boolean), CAST(:form_answers AS jsonb),
               CAST(:source_key AS text),
               requester.id, department.id, CAST(:follows_id AS uuid),
               CAST(:template_id AS bigint),
               CAST(:first_response_due_at AS timestamptz), CAST(:due_at AS timestamptz),
               CAST(:sla_state AS text), CAST(:now AS timestamptz), CAST(:now AS timestamptz)
          FROM users AS requester, users AS author, departments AS department
         WHERE requester.id = :requester_id AND author.id = :author_id
           AND department.id = :department_id
           AND requester.is_active AND NOT requester.is_deleted
           AND author.is_active AND NOT author.is_deleted
           AND (CAST(:guests_may_file AS boolean) OR NOT (requester.is_guest OR author.is_guest))
           AND NOT department.is_deleted
           FOR KEY SHARE OF department
        ON CONFLICT (source_key) DO NOTHING
        RETURNING id, number
    ), participants AS (
        INSERT INTO ticket_participants (ticket_id, user_id, part, joined_at)
        SELECT ticket.id, person.id, person.part, CAST(:now AS timestamptz)
          FROM ticket, unnest(CAST(:people AS uuid[]), CAST(:parts AS text[])) AS person (id, part)
    ), clocks AS (
    """
    + INSERT_CLOCKS
    + """
    ), trail AS (
        INSERT INTO audit_logs (user_id, ticket_id, action, source, changes, details, created_at)
        SELECT CAST(:author_id AS uuid), ticket.id, 'ticket.open', CAST(:source AS text),
               '{"status": [null, "new"]}', CAST(:details AS jsonb), CAST(:now AS timestamptz)
          FROM ticket
    ), told AS (
        INSERT INTO notifications (user_id, ticket_id, topic, details, is_read)
        SELECT CAST(:requester_id AS uuid), ticket.id, 'ticket.receipt', '{}', false FROM ticket
    ), messages AS (
        INSERT INTO outbox_messages (topic, lane, payload)
        SELECT message.topic, message.lane, CAST(message.payload AS jsonb)
          FROM ticket,
               unnest(CAST(:topics AS text[]), CAST(:lanes AS text[]), CAST(:payloads AS text[]))
                   AS message (topic, lane, payload)
    )
    SELECT id, number FROM ticket
    """
)
