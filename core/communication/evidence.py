"""All there is to prove about one ticket: timeline, approvals, promises, files with hashes."""

import json
import uuid
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from core.communication.timeline import Entry, read_whole_timeline
from core.db import utc_now
from core.errors import NotAllowed
from core.files.models import Attachment
from core.files.queries import readable_by
from core.money import money
from core.tickets import queries
from core.tickets.approvals import chain, verifying
from core.tickets.approvals import queries as approvals
from core.tickets.approvals.verifying import ChainReport
from core.tickets.approvals.views import CardView, SeatView
from core.tickets.models import AuditLog, Ticket
from core.tickets.standing import load_readable
from core.users.permissions import Actor, Permission, Standing, may
from core.wording import in_one_line


async def collect(session: AsyncSession, actor: Actor, ticket_id: uuid.UUID) -> dict[str, Any]:
    """In JSON's own types, times in UTC. For the people who work on the ticket and those who were
    asked to approve something of it; each reads what they may read. Raises NotFound, NotAllowed."""
    ticket, standing = await load_readable(session, actor, ticket_id)
    check(actor, standing)
    view = await queries.get_view(session, actor, ticket_id)
    cards = await approvals.list_of_ticket(session, actor, ticket_id)
    trail = await chain.list_rows(session, ticket_id)
    report = await verifying.verify(session, ticket_id)
    timeline = await read_whole_timeline(session, actor, ticket_id)
    return {
        "exported_at": _moment(utc_now()),
        "exported_by": actor.name,
        "ticket": {
            "key": view.key,
            "summary": view.summary,
            "description": view.description,
            "status": view.status.value,
            "priority": view.priority.value,
            "department": view.department,
            "requester": view.requester.name,
            "assignee": view.assignee.name if view.assignee else None,
            "resolution": view.resolution,
        },
        "promises": _promises(ticket),
        "timeline": [_entry(each) for each in timeline],
        "requests": [_request(each) for each in reversed(cards)],
        "chain": _chain(report, trail),
        "files": await _files(session, actor, ticket_id),
    }


def check(actor: Actor, on: Standing) -> None:
    """Raises NotAllowed for whoever may read the ticket, but not its evidence."""
    if not may(actor, Permission.READ_NOTES, on) and actor.id not in on.approver_ids:
        raise NotAllowed(
            f"Only the people who work on {on.key}, and who decide about it, get its evidence."
        )


def _promises(ticket: Ticket) -> dict[str, str | None]:
    names = ("created_at", "first_response_due_at", "first_responded_at", "due_at")
    return {name: _moment(getattr(ticket, name)) for name in (*names, "resolved_at", "closed_at")}


def _entry(entry: Entry) -> dict[str, Any]:
    line = entry.line
    return {
        "at": _moment(line.at),
        "who": line.who,
        "action": line.action,
        "changes": line.changes,
        "details": line.details,
        "body": entry.body,
    }


def _request(card: CardView) -> dict[str, Any]:
    return {
        "id": card.id,
        "number": card.number,
        "status": card.status.value,
        "amount": f"{card.amount:.2f}",
        "currency": card.currency,
        "amount_in_base": f"{card.amount_in_base:.2f}",
        "base_currency": card.base_currency,
        "rate": f"{card.rate.normalize():f}" if card.rate is not None else None,
        "rate_on": card.rate_on.isoformat() if card.rate_on else None,
        "counted": f"{card.counted:.2f}",
        "payee": card.payee,
        "purpose": card.purpose,
        "needed_by": card.needed_by.isoformat() if card.needed_by else None,
        "files": [{"name": each.name, "sha256": each.sha256} for each in card.files],
        "facts_hash": card.facts_hash,
        "rule_version": card.rule_version,
        "explanation": card.explanation,
        "difference": dict(card.difference),
        "follows_request": card.previous_number,
        "requester": card.requester.name,
        "asked_by": card.asked_by.name,
        "asked_at": _moment(card.asked_at),
        "ended_at": _moment(card.ended_at),
        "end_reason": card.end_reason,
        "steps": [
            {
                "position": step.position,
                "kind": step.kind.value,
                "quorum": step.quorum.value,
                "needed": step.needed,
                "status": step.status.value,
                "started_at": _moment(step.started_at),
                "due_at": _moment(step.due_at),
                "decided_at": _moment(step.decided_at),
                "seats": [_seat(each) for each in step.seats],
            }
            for step in card.steps
        ],
    }


def _seat(seat: SeatView) -> dict[str, Any]:
    return {
        "person": seat.person.name,
        "slack_user_id": seat.person.slack_user_id,
        "why": seat.why.value,
        "stands_in_for": seat.stands_in_for.name if seat.stands_in_for else None,
        "state": seat.state.value,
        "words": seat.reason,
        "decided_at": _moment(seat.decided_at),
    }


def _chain(report: ChainReport, rows: Sequence[AuditLog]) -> dict[str, Any]:
    return {
        "is_whole": report.is_whole,
        "head": report.head,
        "broken": report.broken.what if report.broken else None,
        "links": [
            {
                "id": row.id,
                **chain.link(row),
                "hash": row.hash,
            }
            for row in rows
        ],
    }


async def _files(session: AsyncSession, actor: Actor, ticket_id: uuid.UUID) -> list[dict[str, Any]]:
    rows = await session.scalars(
        select(Attachment)
        .join(Ticket, Ticket.id == Attachment.ticket_id)
        .where(Attachment.ticket_id == ticket_id, readable_by(actor))
        .order_by(Attachment.id)
    )
    return [
        {
            "name": row.name,
            "media_type": row.media_type,
            "size_bytes": row.size_bytes,
            "sha256": row.sha256,
            "attached_at": _moment(row.created_at),
        }
        for row in rows
    ]


def _moment(at: datetime | None) -> str | None:
    return chain.written_moment(at) if at is not None else None


def as_json(found: Mapping[str, Any]) -> str:
    return json.dumps(found, indent=2, ensure_ascii=False, sort_keys=False) + "\n"


def as_text(found: Mapping[str, Any]) -> str:
    """The same for reading; the hashes of the chain are in the JSON. Nothing that people wrote can
    pass for a line of ours."""
    return "\n".join(map(_whole, _lines(found))) + "\n"


def _whole(line: str) -> str:
    indent = len(line) - len(line.lstrip(" "))
    return " " * indent + in_one_line(line)


def _lines(found: Mapping[str, Any]) -> Iterator[str]:
    ticket = found["ticket"]
    yield f"Evidence of {ticket['key']}: {ticket['summary']}"
    yield f"Written on {found['exported_at']} for {found['exported_by']}. All times are UTC."
    yield ""
    for name in ("status", "priority", "department", "requester", "assignee", "resolution"):
        yield f"{name.capitalize()}: {ticket[name] or '–'}"
    for name, at in found["promises"].items():
        yield f"{name.replace('_', ' ').capitalize()}: {at or '–'}"
    for request in found["requests"]:
        yield ""
        yield from _request_lines(request)
    yield ""
    yield "Files"
    for file in found["files"]:
        yield f"  {file['name']}, {file['size_bytes']} bytes, SHA-256 {file['sha256']}"
    yield ""
    yield "Timeline"
    for line in found["timeline"]:
        said = f": {line['body']}" if line["body"] else ""
        yield f"  {line['at']}  {line['who'] or 'The help desk'}  {line['action']}{said}"
    yield ""
    state = found["chain"]
    yield f"Chain of {len(state['links'])} links, the last one {state['head'] or '–'}: " + (
        "whole" if state["is_whole"] else f"broken, {state['broken']}"
    )


def _request_lines(request: Mapping[str, Any]) -> Iterator[str]:
    amount = money(Decimal(request["amount"]), request["currency"])
    yield f"Request {request['number']}: {amount} to {request['payee']} for {request['purpose']}"
    yield f"  {request['status']}, asked by {request['asked_by']} at {request['asked_at']}"
    yield f"  Rules, version {request['rule_version']}: {request['explanation']}"
    yield f"  Facts: SHA-256 {request['facts_hash']}"
    for fact, (before, after) in request["difference"].items():
        yield f"  Changed: {fact} from {before} to {after}"
    for step in request["steps"]:
        yield f"  Step {step['position']}, {step['kind']}: {step['status']}"
        for seat in step["seats"]:
            absent = f" for {seat['stands_in_for']}" if seat["stands_in_for"] else ""
            words = f": {seat['words']}" if seat["words"] else ""
            at = f" at {seat['decided_at']}" if seat["decided_at"] else ""
            yield f"    {seat['person']}{absent}: {seat['state']}{at}{words}"
