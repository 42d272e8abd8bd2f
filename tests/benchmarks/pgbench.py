"""PostgreSQL's own floor: the rows of a new ticket, written by pgbench."""

import os
import re
import subprocess
from pathlib import Path

from sqlalchemy import make_url

from bot.sandbox.services import binaries
from tests.benchmarks.signed import DEPARTMENT, PEOPLE

#: Eight round trips: the ordinary way to write the same rows, and the reads left out.
_SIX_STATEMENTS = f"""
\\set person random(1, {PEOPLE})
BEGIN;
INSERT INTO tickets (id, summary, description, status, priority, is_private, source_key,
                     requestor_id, department_id, sla_template_id, first_response_due_at, due_at)
  VALUES (NEW_ID, 'The printer on the third floor is jammed',
          repeat('It takes the paper, hums for a while, and shows an error. ', 5),
          'new', 'medium', false, 'pgbench:' || gen_random_uuid(),
          ('00000000-0000-7000-8000-' || lpad(:person::text, 12, '0'))::uuid,
          '{DEPARTMENT}', TEMPLATE, now() + interval '4 hours', now() + interval '3 days')
  RETURNING id AS ticket, requestor_id AS requester \\gset
INSERT INTO ticket_participants (ticket_id, user_id, part, joined_at)
  VALUES (:ticket, :requester, 'requester', now());
INSERT INTO sla_clocks (ticket_id, kind, cycle, template_id, template_version, calendar,
                        calendar_version, time_zone, target, consumed, state, started_at,
                        running_since, due_at, at_risk_75_at, at_risk_90_at, next_event_at, story)
  SELECT :ticket, kind, 1, TEMPLATE, 1, 'office', 1, 'Europe/Berlin', target, '0', 'running',
         now(), now(), now() + target, now() + target * 0.75, now() + target * 0.9,
         now() + target * 0.75, '[{{"did": "start", "template": "rest", "version": 1}}]'
    FROM (VALUES ('first_response', interval '4 hours'), ('resolution', interval '3 days'))
      AS promised (kind, target);
INSERT INTO audit_logs (user_id, ticket_id, action, source, changes, details)
  VALUES (:requester, :ticket, 'ticket.open', 'form',
          '{{"status": [null, "new"]}}', '{{"priority": "medium"}}');
INSERT INTO notifications (user_id, ticket_id, topic, details, is_read)
  VALUES (:requester, :ticket, 'ticket.receipt', '{{}}', false);
INSERT INTO outbox_messages (topic, lane, payload)
  VALUES ('ticket.receipt', 'requester:' || :ticket::text,
          jsonb_build_object('ticket_id', :ticket::text)),
         ('ticket.card', 'desk:' || :ticket::text,
          jsonb_build_object('ticket_id', :ticket::text));
COMMIT;
"""


def write_script(folder: Path, template_id: int, version: int) -> Path:
    """Ids in order, as the help desk's are, where the server can make such."""
    new_id = "uuidv7()" if version >= 180000 else "gen_random_uuid()"
    text = _SIX_STATEMENTS.replace("NEW_ID", new_id).replace("TEMPLATE", str(template_id))
    # pgbench's variables are bare words in simple mode and parameters in prepared mode.
    text = re.sub(r":(ticket|requester)\b(?!::)", r":\1::uuid", text)
    path = folder / "six_statements.sql"
    path.write_text(text, encoding="utf-8")
    return path


def is_here() -> bool:
    return _binary().exists()


def transactions_a_second(url: str, script: Path, clients: int, seconds: float) -> float:
    place = make_url(url)
    command = [str(_binary()), "-n", "-M", "prepared", "-f", str(script)]
    command += ["-c", str(clients), "-j", str(min(clients, 2)), "-T", str(max(1, round(seconds)))]
    command += ["-h", str(place.query["host"]), "-U", str(place.username), str(place.database)]
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    done = subprocess.run(command, env=kept, check=False, capture_output=True, text=True)
    found = re.search(r"^tps = ([\d.]+)", done.stdout, re.MULTILINE)
    if done.returncode != 0 or found is None:
        raise RuntimeError(f"pgbench failed: {done.stderr[-500:]}")
    return float(found[1])


def _binary() -> Path:
    return binaries.postgres_folder() / "pgbench"
