"""Writing the configuration back as the file it could have come from."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import yaml
from sqlalchemy import Row, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from core.configuration import approvals, canned, durations, routing, scheduled
from core.configuration.file import NO_TEAM, ResolutionNote
from core.errors import NotFound
from core.preferences import Preference, read_preferences
from core.tickets.calendars import Calendar
from core.tickets.models import SlaTemplate
from core.tickets.parts.templates import NAME as TEMPLATES
from core.tickets.triage.routing import RoutingRule
from core.users.models import Department, User
from core.users.roles import Role

_OF_PEOPLE = (
    User.slack_user_id,
    User.name,
    User.email,
    User.role,
    User.department_id,
    User.employee_code,
)


async def export(session: AsyncSession) -> str:
    """YAML of `read_content`."""
    return write(await read_content(session))


def write(content: Any) -> str:
    return yaml.safe_dump(
        content, sort_keys=False, allow_unicode=True, default_flow_style=None, width=1000
    )


async def read_content(session: AsyncSession) -> dict[str, Any]:
    """As the file has it. People who are employees of no department are left out: first contact
    brings them; but for those whom a rule names."""
    rows = await session.execute(select(Preference.name, Preference.value))
    stored: dict[str, Any] = dict(rows.all())
    departments = list(await session.scalars(select(Department).order_by(Department.name)))
    people = await _people(session)
    team_id = stored.get("team_id") or (people[0].team_id if people else NO_TEAM)
    people = [each for each in people if each.team_id == team_id]
    names = {each.id: each.name for each in departments}
    heads: dict[Any, list[str]] = {}
    for each in people:
        if each.role is Role.DEPARTMENT_HEAD:
            heads.setdefault(each.department_id, []).append(each.slack_user_id)
    admins = [each.slack_user_id for each in people if each.role is Role.ADMIN]
    return {
        "team_id": team_id,
        "admin": admins[0] if len(admins) == 1 else None,
        "departments": [_department(each, heads.get(each.id, [])) for each in departments],
        "people": [_person(each, names) for each in people],
        "calendars": await _calendars(session),
        "sla_templates": await _sla_templates(session, names),
        "routing": await routing.export(session, names),
        **await approvals.export(session),
        "split_templates": [_split_template(each) for each in stored.get(TEMPLATES, [])],
        "canned_replies": await canned.export(session, names),
        "settings": await _settings(session),
    }


async def _people(session: AsyncSession) -> Sequence[Row[*tuple[Any, ...]]]:
    """As plain rows: there may be thousands."""
    statement = (
        select(User.team_id, *_OF_PEOPLE)
        .where(
            User.is_active.is_(True),
            or_(
                User.role != Role.EMPLOYEE,
                User.department_id.is_not(None),
                User.id.in_(select(RoutingRule.assignee_id)),
            ),
        )
        .order_by(User.slack_user_id)
    )
    return (await session.execute(statement)).all()


async def read_person(session: AsyncSession, team_id: str, slack_user_id: str) -> dict[str, Any]:
    """Raises NotFound."""
    asked = select(*_OF_PEOPLE).where(User.team_id == team_id, User.slack_user_id == slack_user_id)
    user = (await session.execute(asked)).one_or_none()
    if user is None:
        raise NotFound("This person is not known to the help desk.")
    rows = await session.execute(select(Department.id, Department.name))
    return _person(user, {row[0]: row[1] for row in rows})


def _department(row: Department, heads: Sequence[str]) -> dict[str, Any]:
    return {
        "name": row.name,
        "desk_channel": row.desk_channel_id,
        "intake_channel": row.intake_channel_id,
        "head": heads[0] if len(heads) == 1 else None,
        "time_zone": row.time_zone,
        "calendar": row.calendar,
        "open_threads": row.open_threads,
        "waits_after_reply": row.waits_after_reply,
        "report_at_desk": row.report_at_desk,
        "auto_assign": row.auto_assign.value,
        "reactions": row.reactions,
        "eyes_for": row.eyes_for.value,
        "check_mark_for": row.check_mark_for.value,
        "siren_for": row.siren_for.value,
        "agents_from_channel": row.agents_from_channel,
        "approval_first": row.approval_first,
        "private_tickets": row.private_tickets,
        "nudge_after": durations.write(row.nudge_after),
        "files": row.file_rules,
        "form_fields": row.form_fields,
        "status_labels": row.status_labels,
        "resolution_note": _resolution_note(row).value,
    }


def _resolution_note(row: Department) -> ResolutionNote:
    return ResolutionNote.REQUIRED if row.needs_resolution_note else ResolutionNote.OPTIONAL


def _person(row: Row[*tuple[Any, ...]], departments: dict[Any, str]) -> dict[str, Any]:
    return {
        "slack_user_id": row.slack_user_id,
        "name": row.name,
        "email": row.email,
        "role": row.role.value,
        "department": departments.get(row.department_id),
        "employee_code": row.employee_code,
    }


async def _calendars(session: AsyncSession) -> list[dict[str, Any]]:
    rows = await session.scalars(select(Calendar).order_by(Calendar.name))
    return [
        {
            "name": row.name,
            "time_zone": row.time_zone,
            "hours": row.hours,
            "holidays": {
                "country": row.country,
                "subdivision": row.subdivision,
                "dates": row.dates,
                "ics": row.ics,
            },
        }
        for row in rows
    ]


async def _sla_templates(
    session: AsyncSession, departments: dict[Any, str]
) -> list[dict[str, Any]]:
    rows = await session.scalars(select(SlaTemplate).order_by(SlaTemplate.position, SlaTemplate.id))
    return [
        {
            "name": row.name,
            "priority": row.priority.value if row.priority else None,
            "department": departments.get(row.department_id),
            "requester_department": departments.get(row.requester_department_id),
            "first_response": durations.write(row.first_response_target),
            "resolution": durations.write(row.resolution_target),
            "next_reply": durations.write(row.next_reply_target) if row.next_reply_target else None,
            "calendar": row.calendar,
        }
        for row in rows
    ]


def _split_template(stored: dict[str, Any]) -> dict[str, Any]:
    def part(each: dict[str, Any]) -> dict[str, Any]:
        length = each["due_after"]
        due_after = durations.write(timedelta(seconds=length)) if length else None
        return {**each, "due_after": due_after}

    return {**stored, "parts": [part(each) for each in stored["parts"]]}


async def _settings(session: AsyncSession) -> dict[str, Any]:
    chosen = await read_preferences(session)
    return {
        "reply_hold": durations.write(chosen.reply_hold),
        "reopen_grace": f"{chosen.reopen_grace_days}d",
        "card_fold": durations.write(chosen.card_fold),
        "home_fold": durations.write(chosen.home_fold),
        "old_texts": chosen.old_texts.value,
        **scheduled.export(chosen),
        "guests_may_file": chosen.guests_may_file,
        "escalate_after": durations.write(chosen.escalate_after),
    }
