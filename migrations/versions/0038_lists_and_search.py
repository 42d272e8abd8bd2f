"""What lists, the search and the Home tab read."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB, TSVECTOR

from migrations import columns, locks, triggers

revision = "0038"
down_revision = "0037"

LIVING = "is_deleted IS false"
OPEN = f"status NOT IN ('resolved', 'closed', 'cancelled') AND {LIVING}"
NEWEST = [sa.text("created_at DESC"), sa.text("id DESC")]
WORDS = (
    "setweight(to_tsvector('simple'::regconfig, summary), 'A'::\"char\")"
    " || setweight(to_tsvector('simple'::regconfig, description), 'B'::\"char\")"
    " || setweight(to_tsvector('simple'::regconfig, coalesce(resolution, ''::text)), 'C'::\"char\")"
    " || array_to_tsvector(ARRAY['@'::text || coalesce(department_id::text, ''::text),"
    " '@'::text || coalesce(requestor_id::text, ''::text),"
    " '@'::text || coalesce(assignee_id::text, ''::text)])"
)
INDEXES = {
    "ix_tickets_by_department": (["department_id", *NEWEST], LIVING),
    "ix_tickets_by_assignee": (["assignee_id", *NEWEST], LIVING),
    "ix_tickets_open_by_requestor": (["requestor_id", *NEWEST], OPEN),
    "ix_tickets_waiting_by_requestor": (
        ["requestor_id", *NEWEST],
        f"status = 'waiting_requester' AND {LIVING}",
    ),
    "ix_tickets_open_by_status": (["department_id", "status", *NEWEST], OPEN),
    "ix_tickets_open_by_priority": (["department_id", "priority", *NEWEST], OPEN),
    "ix_tickets_open_by_department_due": (["department_id", "due_at", "id"], OPEN),
}


def upgrade() -> None:
    locks.be_brief()
    # Trusted: whoever owns the database may install it.
    op.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
    op.add_column("tickets", sa.Column("words", TSVECTOR(), sa.Computed(WORDS, persisted=True)))
    op.create_index(
        "ix_tickets_words",
        "tickets",
        ["words"],
        postgresql_using="gin",
        postgresql_where=sa.text(LIVING),
    )
    for name, (keys, where) in INDEXES.items():
        op.create_index(name, "tickets", keys, postgresql_where=sa.text(where))
    op.create_index(
        "ix_ticket_participants_newest",
        "ticket_participants",
        ["user_id", sa.text("id DESC")],
        postgresql_where=sa.text(LIVING),
    )
    op.create_table(
        "home_visits",
        sa.Column(
            "user_id",
            sa.Uuid(),
            sa.ForeignKey("users.id", ondelete="CASCADE"),
            primary_key=True,
        ),
        columns.moment("opened_at", nullable=False),
        sa.Column("shown", JSONB(), nullable=False),
        columns.words("view_hash", nullable=True),
        *columns.timestamps(),
    )
    triggers.keep_timestamps("home_visits")


def downgrade() -> None:
    locks.be_brief()
    op.drop_table("home_visits")
    op.drop_index("ix_ticket_participants_newest", "ticket_participants")
    for name in reversed(INDEXES):
        op.drop_index(name, "tickets")
    op.drop_index("ix_tickets_words", "tickets")
    op.drop_column("tickets", "words")
    op.execute("DROP EXTENSION pg_trgm")
