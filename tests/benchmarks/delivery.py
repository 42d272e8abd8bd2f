"""The outbox against a plain loop of posts, and what a million settled rows cost a claim."""

import re

from tests.benchmarks.acks import figures
from tests.benchmarks.report import Finding, against_floor
from tests.benchmarks.rounds import Sample, Turn, take_turns
from tests.benchmarks.signed import DEPARTMENT, TEAM, TOKEN
from tests.benchmarks.stage import Effort, Stage

_PEOPLE = f"""
    INSERT INTO users (id, team_id, slack_user_id, employee_code, name, time_zone, role,
                       is_active, is_guest)
    SELECT gen_random_uuid(), '{TEAM}', 'U0R' || lpad(n::text, 5, '0'), 'R' || n, 'Person ' || n,
           'UTC', 'employee', true, false
      FROM generate_series(1, 1000) AS n
"""
_RECEIPTS = f"""
    WITH people AS (
        SELECT id FROM users WHERE slack_user_id LIKE 'U0R%' LIMIT {{count}}
    ), ticket AS (
        INSERT INTO tickets (id, summary, description, status, priority, is_private,
                             requestor_id, department_id)
        SELECT gen_random_uuid(), 'The printer is jammed', repeat('It hums. ', 30), 'new',
               'medium', false, people.id, '{DEPARTMENT}'
          FROM people
        RETURNING id
    )
    INSERT INTO outbox_messages (topic, lane, payload)
    SELECT 'ticket.receipt', 'requester:' || id, jsonb_build_object('ticket_id', id) FROM ticket
"""
_OUTCOMES = "SELECT count(*) FILTER (WHERE outcome = 'sent'), count(*) FROM outbox_messages"
_SETTLED = """
    INSERT INTO outbox_messages (topic, lane, payload, attempts, settled_at, outcome)
    SELECT 'ticket.receipt', 'requester:' || n, '{}', 1, now(), 'sent'
      FROM generate_series(1, 1000000) AS n
"""
#: What may be touched beyond the hundreds of pages that the due rows themselves need.
_FLAT = 1.3


def measure(stage: Stage, effort: Effort) -> list[Finding]:
    url = stage.empty_copy("outbox")
    stage.sql(_PEOPLE, url)
    # What Slack would be asked about the desks is not measured.
    stage.sql("DELETE FROM outbox_messages", url)
    sender = stage.child(
        "sending",
        database_url=url,
        redis_url=stage.redis_url,
        slack_bot_token=TOKEN,
        slack_api_url=stage.slack_url,
    )

    def sent(job: str) -> Turn:
        def turn() -> Sample:
            if job == "drain":
                stage.sql(_RECEIPTS.format(count=effort.outbox_rows), url)
            got = sender.ask(job=job, count=effort.outbox_rows)
            cpu_us = got["cpu"] / effort.outbox_rows * 1e6
            return Sample(effort.outbox_rows / got["seconds"], cpu_us=cpu_us)

        return turn

    series = take_turns(effort.rounds, {"plain": sent("plain"), "ours": sent("drain")})
    done, rows = stage.sql(_OUTCOMES, url)[0]
    ours, plain = series["ours"], series["plain"]
    findings = [
        against_floor(
            "5 outbox, Slack takes 50 ms", figures(ours), figures(plain), ours.over(plain), 0.80
        ),
        Finding("5 sent, each once", f"{done} of {rows}", "", None, "all", done == rows),
    ]
    sender.stop()
    if effort.extras:
        findings.append(_claim_stays_flat(stage, url))
    return findings


def _claim_stays_flat(stage: Stage, url: str) -> Finding:
    stage.sql(_RECEIPTS.format(count=500), url)
    before = _buffers_of_a_claim(stage, url)
    stage.sql(_SETTLED, url)
    stage.sql("ANALYZE outbox_messages", url)
    after = _buffers_of_a_claim(stage, url)
    return Finding(
        "claim over 1M settled rows",
        f"{after} buffers",
        f"{before} buffers",
        after / before,
        f"≤ {_FLAT:.1f}",
        after <= before * _FLAT,
    )


def _buffers_of_a_claim(stage: Stage, url: str) -> int:
    found = re.search(r"shared hit=(\d+)(?: read=(\d+))?", stage.explain_claim(url))
    return sum(int(each or 0) for each in found.groups()) if found else 0
