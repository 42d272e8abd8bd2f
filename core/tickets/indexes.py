"""The partial indexes that lists and sweeps over tickets read."""

from sqlalchemy import Index, text

# Written as the filter for the living writes it, or PostgreSQL 15 would not see that they agree.
_IS_OPEN = "status NOT IN ('resolved', 'closed', 'cancelled') AND is_deleted IS false"


def tickets_in_view() -> tuple[Index, ...]:
    return (
        Index(
            "ix_tickets_open_by_assignee",
            "assignee_id",
            text("created_at DESC"),
            text("id DESC"),
            postgresql_where=text(_IS_OPEN),
        ),
        Index(
            "ix_tickets_queue",
            "department_id",
            "created_at",
            "id",
            postgresql_where=text("assignee_id IS NULL AND status = 'new' AND is_deleted IS false"),
        ),
        Index(
            "ix_tickets_by_requestor",
            "requestor_id",
            text("created_at DESC"),
            text("id DESC"),
            postgresql_where=text("is_deleted IS false"),
        ),
        Index("ix_tickets_open_by_due", "due_at", postgresql_where=text(_IS_OPEN)),
        Index(
            "ix_tickets_waiting",
            "department_id",
            "queued_at",
            postgresql_where=text(
                "assignee_id IS NULL AND status = 'new' AND is_deleted IS false AND nudges < 2"
            ),
        ),
        Index(
            "ix_tickets_open_by_department",
            "department_id",
            text("created_at DESC"),
            text("id DESC"),
            postgresql_where=text(_IS_OPEN),
        ),
        Index(
            "ix_tickets_merged",
            "merged_into_id",
            postgresql_where=text("merged_into_id IS NOT NULL"),
        ),
        Index(
            "ix_tickets_follow_ups",
            "follows_id",
            postgresql_where=text("follows_id IS NOT NULL"),
        ),
    )
