"""Approvals: requests with steps and seats, rules by version, rates, absences, chained evidence."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from migrations import columns, locks, triggers

revision = "0025"
down_revision = "0024"

REQUEST_STATUSES = (
    *("pending", "changes_requested"),
    *("approved", "rejected", "withdrawn", "expired", "void"),
)
STEP_STATUSES = ("pending", "approved", "rejected", "changes_requested", "withdrawn", "expired")
TICKET_STATUSES = (
    *("new", "assigned", "in_progress", "waiting_requester", "on_hold", "waiting_approval"),
    *("resolved", "closed", "cancelled"),
)
MONEY, RATE = sa.Numeric(14, 2), sa.Numeric(20, 10)
NONE = sa.text("'{}'")
NO_TIME = sa.text("'0 seconds'")

# What was kept as a setting becomes the first version; without one, the rules of the beginning.
FIRST_RULES = """
INSERT INTO approval_rule_versions (version, rules)
SELECT 1, jsonb_build_object(
           'currency', coalesce(kept.value -> 0 ->> 'currency', 'EUR'),
           'ranges', (SELECT jsonb_agg(jsonb_build_object(
                                 'from', each ->> 'from', 'to', each ->> 'to',
                                 'steps', (SELECT coalesce(jsonb_agg(jsonb_build_object(
                                                      'kind', step, 'quorum', 'any') ORDER BY nth),
                                                      '[]')
                                             FROM jsonb_array_elements_text(each -> 'steps')
                                                  WITH ORDINALITY AS steps (step, nth)))
                             ORDER BY place)
                        FROM jsonb_array_elements(kept.value)
                             WITH ORDINALITY AS rule (each, place)))
  FROM (SELECT coalesce((SELECT value FROM preferences
                          WHERE name = 'approval_rules' AND jsonb_typeof(value) = 'array'
                            AND value <> '[]'),
               '[{"currency": "EUR", "from": "0", "to": "500", "steps": []},
                 {"currency": "EUR", "from": "500", "to": "5000", "steps": ["finance"]},
                 {"currency": "EUR", "from": "5000", "to": null, "steps": ["finance", "ceo"]}]'
               ) AS value) AS kept
"""
RULES_AGAIN = """
INSERT INTO preferences (name, value)
SELECT 'approval_rules',
       (SELECT jsonb_agg(jsonb_build_object(
                   'currency', newest.rules -> 'currency', 'from', each -> 'from',
                   'to', each -> 'to',
                   'steps', (SELECT coalesce(jsonb_agg(step -> 'kind' ORDER BY nth), '[]')
                               FROM jsonb_array_elements(each -> 'steps')
                                    WITH ORDINALITY AS steps (step, nth)))
               ORDER BY place)
          FROM jsonb_array_elements(newest.rules -> 'ranges')
               WITH ORDINALITY AS range (each, place))
  FROM (SELECT rules FROM approval_rule_versions ORDER BY version DESC LIMIT 1) AS newest
"""

# A question that was asked before there were steps is one of a single step.
WRAP = """
INSERT INTO approval_requests (
    ticket_id, number, source_key, asked_by_id, requester_id, amount, currency, amount_in_base,
    base_currency, counted, payee, purpose, purpose_key, facts, facts_hash, rule_version_id,
    explanation, status, ticket_status, asked_at, ended_at)
SELECT old.ticket_id, row_number() OVER (PARTITION BY old.ticket_id ORDER BY old.id),
       'approval:' || old.id, old.requested_by_id, ticket.requestor_id, old.amount, old.currency,
       old.amount, old.currency, old.amount, '', old.purpose, 'approval:' || old.id, '{}', '',
       (SELECT min(id) FROM approval_rule_versions), '', old.status, 'in_progress',
       old.created_at, old.decided_at
  FROM approvals AS old JOIN tickets AS ticket ON ticket.id = old.ticket_id
"""
FILL = """
UPDATE approvals AS old
   SET request_id = request.id, position = 1, kind = 'finance', quorum = 'any',
       deadline = '16 hours'
  FROM approval_requests AS request WHERE request.source_key = 'approval:' || old.id
"""


def upgrade() -> None:
    locks.be_brief()
    _create_what_judges()
    op.execute(FIRST_RULES)
    op.execute("DELETE FROM preferences WHERE name = 'approval_rules'")
    _create_requests()
    _add_to_approvals()
    _create_seats_and_cards()
    for name in ("previous_hash", "hash"):
        op.add_column("audit_logs", sa.Column(name, sa.String(64), nullable=True))
    op.create_index(
        "uq_audit_logs_chain",
        "audit_logs",
        ["ticket_id", "previous_hash"],
        unique=True,
        postgresql_nulls_not_distinct=True,
        postgresql_where=sa.text("hash IS NOT NULL"),
    )


def downgrade() -> None:
    locks.be_brief()
    op.drop_index("uq_audit_logs_chain", "audit_logs")
    for name in ("hash", "previous_hash"):
        op.drop_column("audit_logs", name)
    op.drop_table("approval_cards")
    op.drop_table("approval_seats")
    op.drop_index("ix_approvals_clock", "approvals")
    op.drop_index("uq_approvals_step", "approvals")
    for name in (
        *("next_at", "marks", "due_at", "runs_since", "used", "deadline", "started_at"),
        *("needed", "quorum", "kind", "position", "request_id"),
    ):
        op.drop_column("approvals", name)
    op.execute("UPDATE approvals SET status = 'withdrawn' WHERE status IN ('waiting', 'void')")
    allow(*STEP_STATUSES)
    op.drop_table("approval_requests")
    op.execute("DELETE FROM preferences WHERE name = 'approval_rules'")
    op.execute(RULES_AGAIN)
    op.drop_table("absences")
    op.drop_table("exchange_rates")
    op.drop_table("approval_rule_versions")


def _create_what_judges() -> None:
    op.create_table(
        "approval_rule_versions",
        columns.number_key(),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("rules", JSONB(), nullable=False),
        now("valid_from"),
        person("created_by_id"),
        *columns.timestamps(),
        sa.UniqueConstraint("version"),
    )
    op.create_table(
        "exchange_rates",
        columns.number_key(),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("base_currency", sa.String(3), nullable=False),
        columns.words("valid_on"),
        sa.Column("rate", RATE, nullable=False),
        *columns.timestamps(),
        sa.UniqueConstraint("currency", "base_currency", "valid_on"),
    )
    op.create_table(
        "absences",
        columns.number_key(),
        columns.reference("user_id", "users.id", on_delete="CASCADE"),
        columns.reference("stand_in_id", "users.id", on_delete="CASCADE"),
        columns.moment("starts_at", nullable=False),
        columns.moment("ends_at"),
        sa.Column("amount_limit", MONEY, nullable=True),
        person("set_by_id"),
        *(switched_off(name) for name in ("is_begun", "is_over")),
        *columns.timestamps(),
        columns.version(),
    )
    is_open = sa.text("is_over IS false")
    op.create_index(
        "ix_absences_open", "absences", ["user_id", "starts_at"], postgresql_where=is_open
    )
    op.create_index("ix_absences_stand_ins", "absences", ["stand_in_id"], postgresql_where=is_open)
    triggers.keep_timestamps("approval_rule_versions", "exchange_rates", "absences")


def _create_requests() -> None:
    op.create_table(
        "approval_requests",
        columns.number_key(),
        columns.reference("ticket_id", "tickets.id", on_delete="CASCADE"),
        sa.Column("number", sa.Integer(), nullable=False),
        columns.words("source_key", nullable=True),
        columns.reference("asked_by_id", "users.id", on_delete="CASCADE"),
        columns.reference("requester_id", "users.id", on_delete="CASCADE"),
        sa.Column("amount", MONEY, nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("amount_in_base", MONEY, nullable=False),
        sa.Column("base_currency", sa.String(3), nullable=False),
        sa.Column("rate", RATE, nullable=True),
        columns.words("rate_on", nullable=True),
        sa.Column("counted", MONEY, nullable=False),
        columns.words("payee"),
        person("payee_id"),
        columns.words("purpose"),
        columns.words("purpose_key"),
        columns.words("needed_by", nullable=True),
        sa.Column("facts", JSONB(), nullable=False),
        sa.Column("facts_hash", sa.String(64), nullable=False),
        sa.Column("difference", JSONB(), nullable=False, server_default=NONE),
        columns.reference("rule_version_id", "approval_rule_versions.id", on_delete="RESTRICT"),
        columns.words("explanation"),
        columns.choice("status", "requeststatus", *REQUEST_STATUSES),
        columns.choice("ticket_status", "status", *TICKET_STATUSES),
        columns.reference(
            "previous_request_id", "approval_requests.id", on_delete="SET NULL", nullable=True
        ),
        now("asked_at"),
        columns.moment("ended_at"),
        person("ended_by_id"),
        columns.words("end_reason", nullable=True),
        columns.words("question", nullable=True),
        person("questioned_by_id"),
        columns.words("answer", nullable=True),
        columns.moment("nudged_at"),
        *columns.timestamps(),
        columns.version(),
        sa.UniqueConstraint("ticket_id", "number"),
        sa.UniqueConstraint("source_key"),
    )
    op.create_index(
        "uq_approval_requests_live",
        "approval_requests",
        ["ticket_id", "purpose_key"],
        unique=True,
        postgresql_where=sa.text("status IN ('pending', 'changes_requested')"),
    )
    op.create_index(
        "ix_approval_requests_same_purpose",
        "approval_requests",
        ["requester_id", "purpose_key", "asked_at"],
        postgresql_where=sa.text("status IN ('pending', 'changes_requested', 'approved')"),
    )
    triggers.keep_timestamps("approval_requests")


def _add_to_approvals() -> None:
    step = [
        columns.reference("request_id", "approval_requests.id", on_delete="CASCADE", nullable=True),
        sa.Column("position", sa.Integer(), nullable=True),
        columns.choice("kind", "stepkind", "finance", "ceo", nullable=True),
        columns.choice("quorum", "quorum", "any", "all", "majority", "number", nullable=True),
        sa.Column("deadline", sa.Interval(), nullable=True),
    ]
    for column in step:
        op.add_column("approvals", column)
    op.add_column("approvals", sa.Column("needed", sa.Integer(), nullable=True))
    for name in ("started_at", "runs_since", "due_at", "next_at"):
        op.add_column("approvals", columns.moment(name))
    op.add_column(
        "approvals", sa.Column("used", sa.Interval(), nullable=False, server_default=NO_TIME)
    )
    op.add_column(
        "approvals",
        sa.Column("marks", sa.Integer(), nullable=False, server_default=sa.text("0")),
    )
    op.execute(WRAP)
    op.execute(FILL)
    for column in step:
        op.alter_column("approvals", column.name, nullable=False)
    allow("waiting", *STEP_STATUSES, "void")
    op.create_index(
        "uq_approvals_step",
        "approvals",
        ["request_id", "position"],
        unique=True,
        postgresql_where=sa.text("status <> 'void'"),
    )
    op.create_index(
        "ix_approvals_clock",
        "approvals",
        ["next_at"],
        postgresql_where=sa.text("status = 'pending' AND is_deleted IS false"),
    )


def _create_seats_and_cards() -> None:
    states = ("pending", "approved", "rejected", "changes", "moved", "void")
    op.create_table(
        "approval_seats",
        columns.number_key(),
        columns.reference("approval_id", "approvals.id", on_delete="CASCADE"),
        columns.reference("ticket_id", "tickets.id", on_delete="CASCADE"),
        columns.reference("user_id", "users.id", on_delete="CASCADE"),
        columns.choice("why", "seatreason", "role", "stand_in", "alternate"),
        columns.reference("stands_in_for_id", "users.id", on_delete="CASCADE", nullable=True),
        columns.choice("state", "seatstate", *states),
        columns.words("reason", nullable=True),
        columns.moment("decided_at"),
        *columns.timestamps(),
        columns.version(),
        sa.UniqueConstraint("approval_id", "user_id"),
    )
    op.create_index(
        "ix_approval_seats_readers",
        "approval_seats",
        ["user_id", "ticket_id"],
        postgresql_where=sa.text("state <> 'moved'"),
    )
    op.create_index(
        "ix_approval_seats_asked",
        "approval_seats",
        ["user_id", "created_at", "id"],
        postgresql_where=sa.text("state = 'pending'"),
    )
    op.create_table(
        "approval_cards",
        columns.number_key(),
        columns.reference("request_id", "approval_requests.id", on_delete="CASCADE"),
        columns.reference("user_id", "users.id", on_delete="CASCADE"),
        columns.words("channel_id"),
        columns.words("message_ts"),
        *columns.timestamps(),
        sa.UniqueConstraint("channel_id", "message_ts"),
        sa.UniqueConstraint("request_id", "user_id"),
    )
    triggers.keep_timestamps("approval_seats", "approval_cards")


def person(name: str) -> sa.Column[object]:
    return columns.reference(name, "users.id", on_delete="SET NULL", nullable=True)


def now(name: str) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now())


def switched_off(name: str) -> sa.Column[bool]:
    return sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.false())


def allow(*statuses: str) -> None:
    """A step may be in these from now on."""
    listed = ", ".join(f"'{each}'" for each in statuses)
    op.drop_constraint(op.f("ck_approvals_approvalstatus"), "approvals")
    op.create_check_constraint(
        op.f("ck_approvals_approvalstatus"), "approvals", f"status IN ({listed})"
    )
