"""The live schema against the lists of the database design, written out here by hand."""

from itertools import chain

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from core.models import Base
from tests import catalog

# Section 2.2
KEYS = {
    "users": "uuid",
    "departments": "uuid",
    "tickets": "uuid",
    "sub_tickets": "bigint",
    "chat_messages": "bigint",
    "ticket_participants": "bigint",
    "attachments": "bigint",
    "approvals": "bigint",
    "notifications": "bigint",
    "audit_logs": "bigint",
    "sla_templates": "bigint",
}

# Section 3.1
FOREIGN_KEYS = {
    ("users", "department_id"): ("departments", "SET NULL"),
    ("tickets", "requestor_id"): ("users", "CASCADE"),
    ("tickets", "assignee_id"): ("users", "SET NULL"),
    ("tickets", "department_id"): ("departments", "RESTRICT"),
    ("tickets", "sla_template_id"): ("sla_templates", "SET NULL"),
    ("sub_tickets", "parent_ticket_id"): ("tickets", "CASCADE"),
    ("sub_tickets", "department_id"): ("departments", "RESTRICT"),
    ("chat_messages", "ticket_id"): ("tickets", "CASCADE"),
    ("chat_messages", "sender_id"): ("users", "CASCADE"),
    ("ticket_participants", "ticket_id"): ("tickets", "CASCADE"),
    ("ticket_participants", "user_id"): ("users", "CASCADE"),
    ("attachments", "ticket_id"): ("tickets", "CASCADE"),
    ("attachments", "uploaded_by_id"): ("users", "CASCADE"),
    ("approvals", "ticket_id"): ("tickets", "CASCADE"),
    ("approvals", "requested_by_id"): ("users", "CASCADE"),
    ("approvals", "approved_by_id"): ("users", "SET NULL"),
    ("notifications", "user_id"): ("users", "CASCADE"),
    ("notifications", "ticket_id"): ("tickets", "SET NULL"),
    ("audit_logs", "user_id"): ("users", "SET NULL"),
    ("audit_logs", "ticket_id"): ("tickets", "SET NULL"),
}

# Section 3.1: optional references
NULLABLE = {
    ("users", "department_id"),
    ("tickets", "assignee_id"),
    ("tickets", "sla_template_id"),
    ("approvals", "approved_by_id"),
    ("notifications", "ticket_id"),
    ("audit_logs", "user_id"),
    ("audit_logs", "ticket_id"),
}

# Sections 3.1 and 3.3
RELATED_NAMES = {
    "User": {
        "created_tickets",
        "assigned_tickets",
        "sent_messages",
        "ticket_participations",
        "uploaded_attachments",
        "requested_approvals",
        "approved_requests",
        "notifications",
        "audit_actions",
    },
    "Department": {"members", "tickets", "sub_tickets"},
    "Ticket": {
        "sub_tickets",
        "messages",
        "participants",
        "attachments",
        "approvals",
        "notifications",
        "audit_logs",
    },
    "SlaTemplate": {"tickets"},
}

# Sections 2.2 and 4.2
UNIQUE = {("users", "employee_code"), ("ticket_participants", "ticket_id, user_id")}

# Sections 4.2 to 4.10
INDEXES = {
    "users": {"role", "department_id", "is_deleted, role"},
    "tickets": {
        "status",
        "department_id",
        "assignee_id",
        "created_at",
        "priority",
        "status, department_id",
        "assignee_id, status",
        "requestor_id, status",
        "is_deleted, status",
        "due_at",
    },
    "sub_tickets": {"parent_ticket_id", "status", "department_id", "parent_ticket_id, status"},
    "chat_messages": {"ticket_id", "created_at", "ticket_id, created_at", "sender_id, created_at"},
    "notifications": {
        "user_id",
        "is_read",
        "created_at",
        "user_id, is_read",
        "user_id, created_at",
    },
    "audit_logs": {
        "user_id",
        "ticket_id",
        "action",
        "created_at",
        "ticket_id, created_at",
        "user_id, created_at",
        "action, created_at",
    },
    "ticket_participants": {"ticket_id", "user_id", "joined_at", "ticket_id, joined_at"},
    "attachments": {"ticket_id", "uploaded_by_id", "created_at"},
    "approvals": {"ticket_id", "requested_by_id", "status", "created_at"},
}

# What the flows need beyond the design.
OWN_TABLES = {
    "outbox_messages": "bigint",
    "threads": "bigint",
    "message_copies": "bigint",
    "file_copies": "bigint",
    "ticket_offers": "bigint",
    "calendars": "bigint",
    "preferences": "text",
    "passed_files": "bigint",
    "routing_rules": "bigint",
    "card_reactions": "bigint",
    "approval_requests": "bigint",
    "approval_seats": "bigint",
    "approval_cards": "bigint",
    "approval_rule_versions": "bigint",
    "exchange_rates": "bigint",
    "absences": "bigint",
    "notification_choices": "bigint",
    "quiet_hours": "bigint",
    "digests": "bigint",
    "ratings": "bigint",
    "canned_replies": "bigint",
    "calendar_versions": "bigint",
    "sla_clocks": "bigint",
    "sla_warnings": "bigint",
    "home_visits": "uuid",
}
OWN_FOREIGN_KEYS = {
    ("canned_replies", "department_id"): ("departments", "CASCADE"),
    ("home_visits", "user_id"): ("users", "CASCADE"),
    ("sla_templates", "department_id"): ("departments", "CASCADE"),
    ("threads", "ticket_id"): ("tickets", "CASCADE"),
    ("threads", "user_id"): ("users", "CASCADE"),
    ("ticket_offers", "user_id"): ("users", "CASCADE"),
    ("tickets", "follows_id"): ("tickets", "SET NULL"),
    ("attachments", "chat_message_id"): ("chat_messages", "SET NULL"),
    ("file_copies", "attachment_id"): ("attachments", "CASCADE"),
    ("message_copies", "chat_message_id"): ("chat_messages", "CASCADE"),
    ("sub_tickets", "assignee_id"): ("users", "SET NULL"),
    ("threads", "part_id"): ("sub_tickets", "CASCADE"),
    ("chat_messages", "part_id"): ("sub_tickets", "CASCADE"),
    ("chat_messages", "thread_user_id"): ("users", "SET NULL"),
    ("passed_files", "part_id"): ("sub_tickets", "CASCADE"),
    ("passed_files", "attachment_id"): ("attachments", "CASCADE"),
    ("tickets", "merged_into_id"): ("tickets", "SET NULL"),
    ("routing_rules", "department_id"): ("departments", "CASCADE"),
    ("routing_rules", "requester_department_id"): ("departments", "CASCADE"),
    ("routing_rules", "to_department_id"): ("departments", "CASCADE"),
    ("routing_rules", "assignee_id"): ("users", "SET NULL"),
    ("card_reactions", "user_id"): ("users", "CASCADE"),
    ("approvals", "request_id"): ("approval_requests", "CASCADE"),
    ("approval_requests", "ticket_id"): ("tickets", "CASCADE"),
    ("approval_requests", "part_id"): ("sub_tickets", "SET NULL"),
    ("approval_requests", "asked_by_id"): ("users", "CASCADE"),
    ("approval_requests", "requester_id"): ("users", "CASCADE"),
    ("approval_requests", "payee_id"): ("users", "SET NULL"),
    ("approval_requests", "ended_by_id"): ("users", "SET NULL"),
    ("approval_requests", "questioned_by_id"): ("users", "SET NULL"),
    ("approval_requests", "rule_version_id"): ("approval_rule_versions", "RESTRICT"),
    ("approval_requests", "previous_request_id"): ("approval_requests", "SET NULL"),
    ("approval_seats", "approval_id"): ("approvals", "CASCADE"),
    ("approval_seats", "ticket_id"): ("tickets", "CASCADE"),
    ("approval_seats", "user_id"): ("users", "CASCADE"),
    ("approval_seats", "stands_in_for_id"): ("users", "CASCADE"),
    ("approval_cards", "request_id"): ("approval_requests", "CASCADE"),
    ("approval_cards", "user_id"): ("users", "CASCADE"),
    ("approval_rule_versions", "created_by_id"): ("users", "SET NULL"),
    ("absences", "user_id"): ("users", "CASCADE"),
    ("absences", "stand_in_id"): ("users", "CASCADE"),
    ("absences", "set_by_id"): ("users", "SET NULL"),
    ("notification_choices", "user_id"): ("users", "CASCADE"),
    ("quiet_hours", "user_id"): ("users", "CASCADE"),
    ("ratings", "ticket_id"): ("tickets", "CASCADE"),
    ("ratings", "user_id"): ("users", "CASCADE"),
    ("sla_templates", "requester_department_id"): ("departments", "CASCADE"),
    ("sla_clocks", "ticket_id"): ("tickets", "CASCADE"),
    ("sla_clocks", "part_id"): ("sub_tickets", "CASCADE"),
    ("sla_clocks", "template_id"): ("sla_templates", "SET NULL"),
    ("sla_warnings", "clock_id"): ("sla_clocks", "CASCADE"),
}
OWN_UNIQUE = {
    ("departments", "name"),
    ("users", "team_id, slack_user_id"),
    ("tickets", "number"),
    ("tickets", "source_key"),
    ("chat_messages", "channel_id, message_ts"),
    ("chat_messages", "source_key"),
    ("attachments", "ticket_id, slack_file_id"),
    ("attachments", "storage_key"),
    ("sla_templates", "name"),
    ("sub_tickets", 'parent_ticket_id, "position"'),
    ("sub_tickets", "source_key"),
    ("passed_files", "part_id, attachment_id"),
    ("routing_rules", "name"),
    ("card_reactions", "channel_id, message_ts, user_id, emoji, event_ts"),
    ("file_copies", "attachment_id, channel_id"),
    ("threads", "channel_id, root_ts"),
    ("ticket_offers", "subject, user_id"),
    ("message_copies", "chat_message_id, channel_id"),
    ("message_copies", "channel_id, message_ts"),
    ("calendars", "name"),
    ("approval_requests", "ticket_id, number"),
    ("approval_requests", "source_key"),
    ("approval_seats", "approval_id, user_id"),
    ("approval_cards", "channel_id, message_ts"),
    ("approval_cards", "request_id, user_id"),
    ("approval_rule_versions", "version"),
    ("exchange_rates", "currency, base_currency, valid_on"),
    ("notification_choices", "user_id, event"),
    ("quiet_hours", "user_id"),
    ("digests", "subject, day"),
    ("ratings", "ticket_id"),
    ("calendar_versions", "name, version"),
    ("sla_clocks", "ticket_id, part_id, kind, cycle"),
    ("sla_warnings", "clock_id, threshold, cycle"),
}
OWN_PARTIAL_INDEXES = {
    "ix_tickets_follow_ups",
    "ix_tickets_open_by_assignee",
    "ix_tickets_queue",
    "ix_tickets_by_requestor",
    "ix_tickets_open_by_due",
    "ix_outbox_messages_due",
    "ix_outbox_messages_lane",
    "uq_outbox_messages_waiting_refresh",
    "uq_threads_place",
    "uq_audit_logs_source_key",
    "ix_tickets_waiting",
    "ix_tickets_open_by_department",
    "ix_tickets_merged",
    "uq_approval_requests_live",
    "ix_approval_requests_same_purpose",
    "uq_approvals_step",
    "ix_approvals_clock",
    "ix_approval_requests_part_id",
    "ix_approval_seats_readers",
    "ix_approval_seats_asked",
    "ix_absences_open",
    "ix_absences_stand_ins",
    "uq_audit_logs_chain",
    "ix_notifications_unread",
    "ix_outbox_messages_delivered",
    "ix_tickets_resolved",
    "ix_tickets_unanswered",
    "ix_ratings_given",
    "ix_tickets_by_resolution",
    "uq_canned_replies_title",
    "ix_sla_clocks_next_event",
    "ix_sla_warnings_waiting",
    "ix_tickets_words",
    "ix_ticket_participants_newest",
    "ix_tickets_by_department",
    "ix_tickets_by_assignee",
    "ix_tickets_open_by_requestor",
    "ix_tickets_waiting_by_requestor",
    "ix_tickets_open_by_status",
    "ix_tickets_open_by_priority",
    *("ix_tickets_open_by_department_due", "ix_tickets_at_risk"),
}

VERSIONED = {"users", "departments", "tickets", "sub_tickets", "approvals", "sla_templates"}


async def test_every_documented_table_has_the_documented_kind_of_key(
    session: AsyncSession,
) -> None:
    found = await catalog.primary_keys(session)
    assert {table: kind for table, (kind, _) in found.items()} == KEYS | OWN_TABLES


async def test_every_number_is_counted_up_by_the_database(session: AsyncSession) -> None:
    found = await catalog.primary_keys(session)
    assert {identity for kind, identity in found.values() if kind == "bigint"} == {"d"}
    assert {identity for kind, identity in found.values() if kind != "bigint"} == {""}


async def test_every_foreign_key_points_and_deletes_as_documented(session: AsyncSession) -> None:
    assert await catalog.foreign_keys(session) == FOREIGN_KEYS | OWN_FOREIGN_KEYS


async def test_exactly_the_documented_references_are_optional(session: AsyncSession) -> None:
    found = await catalog.columns(session)
    assert {key for key in FOREIGN_KEYS if found[key][1]} == NULLABLE


async def test_every_unique_constraint_is_known(session: AsyncSession) -> None:
    found = {
        (row.table_name, ", ".join(row.columns))
        for row in await catalog.index_columns(session)
        if row.is_unique and row.predicate is None
    }
    assert found == UNIQUE | OWN_UNIQUE


async def test_the_plain_indexes_are_the_documented_ones_and_no_others(
    session: AsyncSession,
) -> None:
    found = [
        (row.table_name, ", ".join(row.columns))
        for row in await catalog.index_columns(session)
        if not row.is_unique and row.predicate is None
    ]
    documented = chain.from_iterable(
        ((table, columns) for columns in indexes) for table, indexes in INDEXES.items()
    )
    assert sorted(found) == sorted(documented)


async def test_the_partial_indexes_are_ours(session: AsyncSession) -> None:
    found = {row.name for row in await catalog.index_columns(session) if row.predicate is not None}
    assert found == OWN_PARTIAL_INDEXES


@pytest.mark.parametrize("table", sorted(KEYS))
async def test_every_documented_table_has_the_common_fields(
    session: AsyncSession, table: str
) -> None:
    found = await catalog.columns(session)
    assert found[table, "created_at"] == ("timestamp with time zone", False, "now()")
    assert found[table, "updated_at"] == ("timestamp with time zone", False, "now()")
    assert found[table, "is_deleted"] == ("boolean", False, "false")
    assert found[table, "deleted_at"] == ("timestamp with time zone", True, None)
    assert ((table, "version") in found) == (table in VERSIONED)
    if table in VERSIONED:
        assert found[table, "version"] == ("integer", False, "1")


async def test_no_column_keeps_a_moment_without_its_zone(session: AsyncSession) -> None:
    kinds = {kind for kind, _, _ in (await catalog.columns(session)).values()}
    assert not kinds & {"timestamp without time zone", "date", "time without time zone"}


def test_relationships_have_the_documented_names() -> None:
    for model, names in RELATED_NAMES.items():
        mapper = Base.registry._class_registry[model].__mapper__
        assert names <= set(mapper.relationships.keys()), model


def test_no_relationship_queries_silently() -> None:
    lazily = {
        str(relationship)
        for mapper in Base.registry.mappers
        for relationship in mapper.relationships
        if relationship.lazy != "raise"
    }
    assert lazily == set()


async def test_a_part_can_hang_on_nothing_but_a_ticket(session: AsyncSession) -> None:
    """One level, and no circle: nothing that a part has to name could be another part."""
    keys = await catalog.foreign_keys(session)
    columns = await catalog.columns(session)
    named = {key: target for (table, key), (target, _) in keys.items() if table == "sub_tickets"}
    assert [key for key, target in named.items() if target == "tickets"] == ["parent_ticket_id"]
    assert "sub_tickets" not in named.values()
    assert ("tickets", "sub_tickets") not in {
        (table, target) for (table, _), (target, _) in keys.items()
    }
    # A part's own key is a number, so it cannot stand where a ticket's key has to.
    assert columns["sub_tickets", "parent_ticket_id"][:2] == ("uuid", False)
    assert columns["sub_tickets", "id"][:2] == ("bigint", False)
