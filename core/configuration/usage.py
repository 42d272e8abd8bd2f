"""Where a setting is used: what is in use cannot be deleted, and says why."""

from collections.abc import Awaitable, Callable, Mapping
from decimal import Decimal
from typing import Any

from sqlalchemy import Select, exists, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from core.configuration.sections import Entry, Section
from core.tickets.approvals.models import Approval
from core.tickets.models import SlaTemplate, Ticket
from core.tickets.parts.models import SubTicket
from core.tickets.queries import IS_OPEN
from core.tickets.sla.models import SlaClock
from core.tickets.states import FINAL, PART_IS_OPEN, ApprovalStatus
from core.tickets.triage.routing import RoutingRule
from core.users.models import Department, User

_MOST = 5

Content = Mapping[str, Any]


async def uses_of(session: AsyncSession, content: Content, entry: Entry) -> list[str]:
    """In words, each a place; none when nothing needs it."""
    find = _FIND.get(entry.section)
    return [each for each in await find(session, content, entry) if each] if find else []


async def _of_department(session: AsyncSession, content: Content, entry: Entry) -> list[str]:
    """Waits for tickets that are being filed there just now."""
    department_id = await session.scalar(
        select(Department.id).where(Department.name == entry.key).with_for_update()
    )
    tickets = select(Ticket).where(
        Ticket.department_id == department_id, Ticket.status.not_in(FINAL)
    )
    parts = select(SubTicket).where(
        SubTicket.department_id == department_id, SubTicket.status.in_(PART_IS_OPEN)
    )
    found = [
        _some(await _count(session, tickets), "ticket"),
        _some(await _count(session, parts), "sub-ticket"),
    ]
    people = select(User).where(User.department_id == department_id)
    found.append(_some(await _count(session, people), "person", "people"))
    rules = await session.scalars(
        select(RoutingRule.name)
        .where(
            or_(
                RoutingRule.department_id == department_id,
                RoutingRule.requester_department_id == department_id,
                RoutingRule.to_department_id == department_id,
            )
        )
        .order_by(RoutingRule.name)
    )
    promises = await session.scalars(
        select(SlaTemplate.name)
        .where(SlaTemplate.department_id == department_id)
        .order_by(SlaTemplate.name)
    )
    found.append(_named("routing rule", list(rules)))
    found.append(_named("SLA template", list(promises)))
    return [*found, _named("split template", _splitting(content, entry.key))]


def _splitting(content: Content, department: str) -> list[str]:
    return [
        each["name"]
        for each in content["split_templates"]
        if department in {each["department"], *(part["department"] for part in each["parts"])}
    ]


async def _of_person(session: AsyncSession, content: Content, entry: Entry) -> list[str]:
    theirs = exists().where(User.id == Ticket.assignee_id, User.slack_user_id == entry.key)
    tickets = select(Ticket).where(theirs, IS_OPEN)
    return [_some(await _count(session, tickets), "ticket")]


async def _of_calendar(session: AsyncSession, content: Content, entry: Entry) -> list[str]:
    names = await session.scalars(
        select(SlaTemplate.name).where(SlaTemplate.calendar == entry.key).order_by(SlaTemplate.name)
    )
    desks = await session.scalars(
        select(Department.name).where(Department.calendar == entry.key).order_by(Department.name)
    )
    counted = exists().where(
        SlaClock.ticket_id == Ticket.id,
        SlaClock.calendar == entry.key,
        SlaClock.state.in_(["running", "paused"]),
    )
    tickets = _some(await _count(session, select(Ticket).where(counted)), "open ticket")
    usual = "all business hours that name no calendar" if entry.key == "office" else ""
    return [_named("SLA template", list(names)), _named("department", list(desks)), tickets, usual]


async def _of_promise(session: AsyncSession, content: Content, entry: Entry) -> list[str]:
    is_it = exists().where(SlaTemplate.id == Ticket.sla_template_id, SlaTemplate.name == entry.key)
    return [_some(await _count(session, select(Ticket).where(is_it, IS_OPEN)), "open ticket")]


async def _of_approval_rule(session: AsyncSession, content: Content, entry: Entry) -> list[str]:
    values = entry.values
    pending = select(Approval).where(
        Approval.status == ApprovalStatus.PENDING,
        Approval.currency == values["currency"],
        Approval.amount >= Decimal(str(values["from"])),
    )
    if values["to"] is not None:
        pending = pending.where(Approval.amount < Decimal(str(values["to"])))
    return [_some(await _count(session, pending), "pending approval")]


async def _count(session: AsyncSession, statement: Select[Any]) -> int:
    return await session.scalar(select(func.count()).select_from(statement.subquery())) or 0


def _some(count: int, one: str, many: str = "") -> str:
    return f"{count} {one if count == 1 else many or f'{one}s'}" if count else ""


def _named(kind: str, names: list[str]) -> str:
    if not names:
        return ""
    shown = ", ".join(f"“{each}”" for each in names[:_MOST])
    more = f" and {len(names) - _MOST} more" if len(names) > _MOST else ""
    return f"the {kind}{'s' if len(names) > 1 else ''} {shown}{more}"


_FIND: Mapping[Section, Callable[[AsyncSession, Content, Entry], Awaitable[list[str]]]] = {
    Section.DEPARTMENTS: _of_department,
    Section.PEOPLE: _of_person,
    Section.CALENDARS: _of_calendar,
    Section.SLA_TEMPLATES: _of_promise,
    Section.APPROVAL_RULES: _of_approval_rule,
}
