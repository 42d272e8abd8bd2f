"""The statements of lists and sweeps, and the partial index each of them reads in order."""

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

LISTS = {
    "ix_tickets_open_by_assignee": """
        SELECT id FROM tickets WHERE assignee_id = '0199a000-0000-7000-8000-000000000000'
           AND status NOT IN ('resolved', 'closed', 'cancelled') AND is_deleted IS false
         ORDER BY created_at DESC, id DESC LIMIT 20""",
    "ix_tickets_queue": """
        SELECT id FROM tickets WHERE department_id = '0199a000-0000-7000-8000-000000000000'
           AND assignee_id IS NULL AND status = 'new' AND is_deleted IS false
         ORDER BY created_at, id LIMIT 20""",
    "ix_tickets_by_requestor": """
        SELECT id FROM tickets WHERE requestor_id = '0199a000-0000-7000-8000-000000000000'
           AND is_deleted IS false ORDER BY created_at DESC, id DESC LIMIT 20""",
    "ix_tickets_open_by_due": """
        SELECT id FROM tickets WHERE due_at < now() AND is_deleted IS false
           AND status IN ('new', 'assigned', 'in_progress') ORDER BY due_at LIMIT 500""",
    "ix_tickets_waiting": """
        SELECT id FROM tickets WHERE department_id = '0199a000-0000-7000-8000-000000000000'
           AND assignee_id IS NULL AND status = 'new' AND is_deleted IS false AND nudges < 2
           AND queued_at <= now() ORDER BY queued_at LIMIT 200 FOR UPDATE SKIP LOCKED""",
    "ix_tickets_by_department": """
        SELECT id FROM tickets WHERE department_id = '0199a000-0000-7000-8000-000000000000'
           AND is_deleted IS false ORDER BY created_at DESC, id DESC LIMIT 20""",
    "ix_tickets_by_assignee": """
        SELECT id FROM tickets WHERE assignee_id = '0199a000-0000-7000-8000-000000000000'
           AND is_deleted IS false ORDER BY created_at DESC, id DESC LIMIT 20""",
    "ix_tickets_open_by_requestor": """
        SELECT id FROM tickets WHERE requestor_id = '0199a000-0000-7000-8000-000000000000'
           AND status NOT IN ('resolved', 'closed', 'cancelled') AND is_deleted IS false
         ORDER BY created_at DESC, id DESC LIMIT 20""",
    "ix_tickets_waiting_by_requestor": """
        SELECT id FROM tickets WHERE requestor_id = '0199a000-0000-7000-8000-000000000000'
           AND status = 'waiting_requester' AND is_deleted IS false
         ORDER BY created_at DESC, id DESC LIMIT 20""",
    "ix_tickets_open_by_status": """
        SELECT id FROM tickets WHERE department_id = '0199a000-0000-7000-8000-000000000000'
           AND status NOT IN ('resolved', 'closed', 'cancelled') AND is_deleted IS false
           AND status = 'assigned' ORDER BY created_at DESC, id DESC LIMIT 20""",
    "ix_tickets_open_by_priority": """
        SELECT id FROM tickets WHERE department_id = '0199a000-0000-7000-8000-000000000000'
           AND status NOT IN ('resolved', 'closed', 'cancelled') AND is_deleted IS false
           AND priority = 'high' ORDER BY created_at DESC, id DESC LIMIT 20""",
    "ix_tickets_open_by_department_due": """
        SELECT id FROM tickets WHERE department_id = '0199a000-0000-7000-8000-000000000000'
           AND status NOT IN ('resolved', 'closed', 'cancelled') AND is_deleted IS false
           AND due_at < now() ORDER BY due_at, id LIMIT 20""",
    "ix_tickets_at_risk": """
        SELECT id FROM tickets WHERE department_id = '0199a000-0000-7000-8000-000000000000'
           AND status NOT IN ('resolved', 'closed', 'cancelled') AND is_deleted IS false AND
           sla_state IN ('at_risk', 'answer_overdue', 'breached') ORDER BY coalesce(due_at,
           created_at), id LIMIT 20""",
    "ix_tickets_unanswered": """
        SELECT id FROM tickets WHERE department_id = '0199a000-0000-7000-8000-000000000000'
           AND status = 'waiting_requester' AND asked_again_at IS NULL AND is_deleted IS false
           AND waiting_since <= now()
         ORDER BY waiting_since LIMIT 100 FOR UPDATE SKIP LOCKED""",
    "ix_tickets_open_by_department": """
        SELECT id FROM tickets WHERE department_id = '0199a000-0000-7000-8000-000000000000'
           AND status NOT IN ('resolved', 'closed', 'cancelled') AND is_deleted IS false
         ORDER BY created_at DESC, id DESC LIMIT 100""",
    "ix_approvals_clock": """
        SELECT request_id FROM approvals WHERE status = 'pending' AND is_deleted IS false
           AND next_at <= now() ORDER BY next_at LIMIT 1 FOR UPDATE SKIP LOCKED""",
    "ix_approval_seats_asked": """
        SELECT id FROM approval_seats WHERE user_id = '0199a000-0000-7000-8000-000000000000'
           AND state = 'pending' ORDER BY created_at, id LIMIT 11""",
    "ix_approval_seats_readers": """
        SELECT id FROM approval_seats WHERE user_id = '0199a000-0000-7000-8000-000000000000'
           AND ticket_id = '0199a000-0000-7000-8000-000000000000' AND state <> 'moved'""",
}


#: A desk and an agent of this id, with years of work behind them, and others beside them: most
#: tickets are over.
_YEARS = (
    """INSERT INTO departments (id, name, time_zone, open_threads, waits_after_reply, auto_assign)
       SELECT ('0199a000-0000-7000-8000-' || lpad(n::text, 12, '0'))::uuid, 'Desk ' || n, 'UTC',
              false, true, 'none'
         FROM generate_series(0, 9) AS n""",
    """INSERT INTO users (id, team_id, slack_user_id, employee_code, name, time_zone, role,
                          is_active, is_guest)
       SELECT ('0199a000-0000-7000-8000-' || lpad(n::text, 12, '0'))::uuid, 'T0ACME', 'U0A' || n,
              'E' || n, 'Ann', 'UTC', 'agent', true, false
         FROM generate_series(0, 9) AS n""",
    """INSERT INTO tickets (id, summary, description, priority, is_private, requestor_id, due_at,
                            department_id, created_at, updated_at, queued_at, status, assignee_id)
       SELECT gen_random_uuid(), 'x', '', (ARRAY['low', 'high'])[1 + n / 400 % 2], false, someone,
              moment + interval '1 day', someone, moment, moment, moment,
              CASE n % 40 WHEN 0 THEN 'new' WHEN 1 THEN 'assigned' WHEN 2 THEN 'waiting_requester'
                          ELSE 'closed' END,
              CASE n % 40 WHEN 0 THEN NULL ELSE someone END
         FROM generate_series(1, 8000) AS n
         CROSS JOIN LATERAL (
              SELECT ('0199a000-0000-7000-8000-' || lpad((n / 40 % 10)::text, 12, '0'))::uuid
                     AS someone, now() - n * interval '1 hour' AS moment) AS it""",
    "ANALYZE tickets",
)


@pytest.mark.parametrize("index", sorted(LISTS))
async def test_lists_and_sweeps_read_their_partial_index_in_order(
    session: AsyncSession, index: str
) -> None:
    for sql in _YEARS:
        await session.execute(text(sql))
    await session.execute(text("SET LOCAL enable_seqscan = off"))
    await session.execute(text("SET LOCAL enable_sort = off"))
    await session.execute(text("SET LOCAL enable_incremental_sort = off"))
    plan = "\n".join((await session.execute(text(f"EXPLAIN {LISTS[index]}"))).scalars())
    assert index in plan
    assert "Sort" not in plan
