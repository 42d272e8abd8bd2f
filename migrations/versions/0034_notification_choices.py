"""How people want to hear of things, how they were told, and what was delivered for a ticket."""

import sqlalchemy as sa
from alembic import op

from migrations import columns, locks, triggers

revision = "0034"
down_revision = "0031"

EVENTS = ("assigned", "reply", "note", "status", "sla", "approval", "escalation", "rating")
WAYS = ("thread", "dm", "digest", "off")


def upgrade() -> None:
    locks.be_brief()
    op.create_table(
        "notification_choices",
        columns.number_key(),
        columns.reference("user_id", "users.id", on_delete="CASCADE"),
        columns.choice("event", "notification_event", *EVENTS),
        columns.choice("way", "notification_way", *WAYS),
        *columns.timestamps(),
        sa.UniqueConstraint("user_id", "event"),
    )
    op.create_table(
        "quiet_hours",
        columns.number_key(),
        columns.reference("user_id", "users.id", on_delete="CASCADE"),
        columns.words("starts"),
        columns.words("ends"),
        *columns.timestamps(),
        sa.UniqueConstraint("user_id"),
    )
    triggers.keep_timestamps("notification_choices", "quiet_hours")
    op.add_column("notifications", columns.choice("way", "notification_way", *WAYS, nullable=True))
    op.create_index(
        "ix_notifications_unread",
        "notifications",
        ["user_id", sa.text("id DESC")],
        postgresql_where=sa.text("is_read IS false AND is_deleted IS false"),
    )
    op.create_index(
        "ix_outbox_messages_delivered",
        "outbox_messages",
        [sa.text("(payload ->> 'ticket_id')"), sa.text("id DESC")],
        postgresql_where=sa.text("settled_at IS NOT NULL"),
    )
    # What waits is said by the one composer that there is now.
    op.execute(
        "UPDATE outbox_messages SET topic = 'person.told'"
        " WHERE settled_at IS NULL AND topic IN ('part.told', 'triage.told')"
    )


def downgrade() -> None:
    locks.be_brief()
    op.drop_index("ix_outbox_messages_delivered", "outbox_messages")
    op.drop_index("ix_notifications_unread", "notifications")
    op.drop_column("notifications", "way")
    op.drop_table("quiet_hours")
    op.drop_table("notification_choices")
