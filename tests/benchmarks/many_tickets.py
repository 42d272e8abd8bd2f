"""A desk that has been at it for years: any number of tickets, of which one in twenty is open."""

import uuid
from dataclasses import dataclass

import asyncpg

from core.users.permissions import Actor
from core.users.roles import Role

TEAM = "T0MANY"
DEPARTMENTS, AGENTS, REQUESTERS = 4, 20, 5000
#: Half of the tickets say it; the words of the others are as rare as words are.
COMMON, RARE = "printer", "w19000"


def person_id(number: int) -> uuid.UUID:
    return uuid.UUID(f"0199b000-0000-7000-8000-{number:012d}")


def department_id(number: int) -> uuid.UUID:
    return uuid.UUID(f"0199d000-0000-7000-8000-{number:012d}")


@dataclass(frozen=True, slots=True)
class People:
    """One of each kind. The requester files one ticket in fifty."""

    agent: Actor
    requester: Actor


PEOPLE = People(
    agent=Actor(person_id(1), TEAM, "U9P1", "Person 1", Role.DEPARTMENT_HEAD, department_id(1)),
    requester=Actor(person_id(100), TEAM, "U9P100", "Person 100", Role.EMPLOYEE, None),
)

_STEPS = (
    f"""INSERT INTO departments (id, name, time_zone, open_threads, waits_after_reply, auto_assign)
        SELECT ('0199d000-0000-7000-8000-' || lpad(n::text, 12, '0'))::uuid, 'Desk ' || n, 'UTC',
               false, true, 'none'
          FROM generate_series(0, {DEPARTMENTS - 1}) AS n""",
    f"""INSERT INTO users (id, team_id, slack_user_id, employee_code, name, time_zone, role,
                           department_id, is_active, is_guest)
        SELECT ('0199b000-0000-7000-8000-' || lpad(n::text, 12, '0'))::uuid, '{TEAM}', 'U9P' || n,
               'E9P' || n, 'Person ' || n, 'UTC',
               CASE WHEN n < {AGENTS} THEN 'agent' ELSE 'employee' END,
               CASE WHEN n < {AGENTS} THEN
                    ('0199d000-0000-7000-8000-' || lpad((n % {DEPARTMENTS})::text, 12, '0'))::uuid
               END, true, false
          FROM generate_series(0, {REQUESTERS - 1}) AS n""",
    f"""INSERT INTO tickets (id, summary, description, status, priority, is_private, requestor_id,
                             assignee_id, department_id, due_at, created_at, updated_at, queued_at,
                             sla_state)
        SELECT gen_random_uuid(),
               CASE WHEN n % 2 = 0 THEN '{COMMON} ' ELSE '' END || said.words, said.words,
               CASE WHEN n % 20 <> 0 THEN (ARRAY['closed', 'resolved', 'cancelled'])[1 + n % 3]
                    ELSE (ARRAY['new', 'assigned', 'in_progress', 'waiting_requester', 'on_hold',
                                'new'])[1 + (n / 80) % 6] END,
               (ARRAY['low', 'medium', 'high', 'urgent'])[1 + (n / 7) % 4], n % 10 = 0,
               ('0199b000-0000-7000-8000-' || lpad(
                (CASE WHEN n % 100 IN (20, 41) THEN 100 ELSE n * 7 % {REQUESTERS} END)::text,
                12, '0'))::uuid,
               CASE WHEN n % 20 = 0 AND (n / 80) % 6 IN (0, 5) THEN NULL ELSE
                    ('0199b000-0000-7000-8000-' || lpad((n / 20 % {AGENTS})::text, 12, '0'))::uuid
               END,
               ('0199d000-0000-7000-8000-'
                || lpad((n / 20 % {DEPARTMENTS})::text, 12, '0'))::uuid,
               at.moment + (n % 3) * interval '20 days', at.moment, at.moment, at.moment,
               CASE WHEN at.moment + (n % 3) * interval '20 days' < now() THEN 'breached'
                    ELSE 'on_track' END
          FROM generate_series(1, $1::bigint) AS n
         CROSS JOIN LATERAL (SELECT now() - ($1 - n) * interval '1 minute' AS moment) AS at
         CROSS JOIN LATERAL (
               SELECT string_agg('w' || floor(power(random(), 3) * 20000)::int, ' ') AS words
                 FROM generate_series(1, 12 + (n % 2)::int)) AS said""",
    """INSERT INTO ticket_participants (ticket_id, user_id, part, joined_at)
       SELECT id, requestor_id, 'requester', created_at FROM tickets
        UNION ALL
       SELECT id, assignee_id, 'assignee', created_at FROM tickets
        WHERE assignee_id <> requestor_id""",
)


async def fill(connection: asyncpg.Connection, number: int) -> None:
    """The indexes are made afterwards: that is many times faster."""
    kept = await connection.fetch(
        """SELECT indexname, indexdef FROM pg_indexes
            WHERE tablename IN ('tickets', 'ticket_participants') AND schemaname = 'public'
              AND indexname NOT LIKE 'pk_%' AND indexname NOT LIKE 'uq_%'"""
    )
    for row in kept:
        await connection.execute(f'DROP INDEX "{row["indexname"]}"')
    for sql in _STEPS:
        values = (number,) if "$1" in sql else ()
        await connection.execute(sql, *values)
    for row in kept:
        await connection.execute(row["indexdef"])
    await connection.execute("VACUUM (ANALYZE) tickets, ticket_participants, users, departments")
