"""Applying a configuration to the database, as often as one likes."""

from typing import Any
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from core import outbox
from core.configuration import approvals, canned, routing
from core.configuration.changes import Changes
from core.configuration.channels import find_clash
from core.configuration.clocks import clock_lines
from core.configuration.file import (
    NO_TEAM,
    Configuration,
    PersonEntry,
)
from core.configuration.known_people import list_heads, list_holders, list_ids, list_known
from core.configuration.reach import check_reach
from core.configuration.wanted import (
    wanted_calendar,
    wanted_preferences,
    wanted_sla_template,
    wanted_split_template,
)
from core.configuration.yaml_lines import Path
from core.db import with_deleted
from core.preferences import Preference
from core.tickets.calendars import Calendar
from core.tickets.models import SlaTemplate
from core.tickets.parts.templates import NAME as TEMPLATES
from core.tickets.policy import AROUND_THE_CLOCK, OFFICE, read_policy
from core.tickets.sla.rehours import keep_versions
from core.tickets.triage import desk_privacy
from core.tickets.triage.routing import RoutingRule
from core.users import service as users
from core.users.models import Department, User
from core.users.queries import Identity
from core.users.roles import Role

#: Whoever changes settings waits for whoever does so just now; until the transaction ends.
_ONE_AT_A_TIME = text("SELECT pg_advisory_xact_lock(5417203918)")


async def wait_for_others(session: AsyncSession) -> None:
    await session.execute(_ONE_AT_A_TIME)


async def apply(
    session: AsyncSession, file: Configuration, changes: Changes | None = None
) -> list[str]:
    """A line for each thing that changed, none when nothing did. Deletes nothing.

    Raises WrongConfiguration when the file refers to what is nowhere.
    """
    await wait_for_others(session)
    before = await read_policy(session)
    seeding = _Seeding(session, file, changes or Changes(session))
    await seeding.departments()
    await seeding.people()
    await seeding.calendars()
    seeding.check_departments()
    await seeding.sla_templates()
    await seeding.preferences()
    await seeding.routing()
    await seeding.approvals()
    await canned.apply(session, file, seeding.changes, seeding.department_id)
    await session.flush()
    await keep_versions(session)
    after = await read_policy(session)
    check_reach(file, after)
    return seeding.changes.lines + await clock_lines(session, before, after, seeding.changes)


class _Seeding:
    def __init__(self, session: AsyncSession, file: Configuration, changes: Changes) -> None:
        self.session = session
        self.file = file
        self.changes = changes
        self._departments: dict[str, Department] = {}
        self._calendars = {AROUND_THE_CLOCK, OFFICE}

    async def departments(self) -> None:
        known = {each.name: each for each in await self._all(Department)}
        chosen: list[Department] = []
        for entry in self.file.departments:
            wanted = entry.columns()
            row = known.setdefault(entry.name, Department())
            is_removed = entry.desk_channel is None and "desk_channel" in entry.model_fields_set
            if is_removed and row.desk_trouble:
                # Without a channel there is none that cards cannot be posted in.
                wanted["desk_trouble"] = None
            before = row.desk_channel_id
            self.changes.save(row, wanted, f"department {entry.name}")
            chosen += [row] if row.desk_channel_id != before else []
        await self.session.flush()
        await desk_privacy.ask(self.session, chosen)
        self._departments = {name: row for name, row in known.items() if not row.is_deleted}
        self.changes.names = {str(row.id): name for name, row in self._departments.items()}

    async def people(self) -> None:
        people = self._wanted_people()
        rows = await list_known(self.session, self.file.team_id, list(people))
        known = {each.slack_user_id: each for each in rows}
        strangers = [who for who in people if who not in known]
        named = (each.get("employee_code") for _, each in people.values())
        codes = await list_holders(self.session, named)
        for who, (path, wanted) in people.items():
            holder = codes.get(wanted.get("employee_code", ""), who)
            if holder != who:
                text = f"the employee_code “{wanted['employee_code']}” belongs to {holder}"
                raise self.file.fault((*path, "employee_code"), text)
            if who not in known:
                known[who] = User(team_id=self.file.team_id, slack_user_id=who)
                wanted = {"name": who, "employee_code": who, "role": Role.EMPLOYEE, **wanted}
            self.changes.save(known[who], wanted, f"person {who}")
        await self.session.flush()
        if strangers:
            to_ask = (users.named(Identity(self.file.team_id, who)) for who in strangers)
            await outbox.add(self.session, *to_ask)
        await self._tell_of_other_heads()

    def _wanted_people(self) -> dict[str, tuple[Path, dict[str, Any]]]:
        """By Slack user id: from the list of people, the heads and the admin together."""
        wanted: dict[str, tuple[Path, dict[str, Any]]] = {}
        for position, person in enumerate(self.file.people):
            path: Path = ("people", position)
            wanted[person.slack_user_id] = (path, self._person(path, person))
        for position, entry in enumerate(self.file.departments):
            if entry.head:
                path = ("departments", position)
                _, person_wanted = wanted.setdefault(entry.head, (path, {}))
                person_wanted["role"] = Role.DEPARTMENT_HEAD
                person_wanted["department_id"] = self.department_id((*path, "name"), entry.name)
        if self.file.admin:
            wanted.setdefault(self.file.admin, (("admin",), {}))[1]["role"] = Role.ADMIN
        return wanted

    def _person(self, path: Path, entry: PersonEntry) -> dict[str, Any]:
        """Labels and codes that the file leaves empty stay as they are."""
        given = entry.model_dump(include={"name", "email", "employee_code"}, exclude_none=True)
        if "role" in entry.model_fields_set:
            given["role"] = entry.role
        if "department" in entry.model_fields_set:
            given["department_id"] = self.department_id((*path, "department"), entry.department)
        return given

    async def _tell_of_other_heads(self) -> None:
        """Naming a head takes the role from nobody, so there may be two of them now."""
        heads = {
            self._departments[each.name].id: each for each in self.file.departments if each.head
        }
        for who, department_id in await list_heads(self.session, self.file.team_id, heads):
            entry = heads[department_id]
            if entry.head != who:
                text = f"is a head of {entry.name} too, and stays it"
                self.changes.lines.append(f"person {who}: {text}")

    async def calendars(self) -> None:
        known = {each.name: each for each in await self._all(Calendar)}
        for entry in self.file.calendars:
            row = known.get(entry.name)
            wanted = wanted_calendar(entry, is_new=row is None)
            self.changes.save(row or Calendar(), wanted, f"calendar {entry.name}")
        await self.session.flush()
        self._calendars |= known.keys() | {each.name for each in self.file.calendars}

    def check_departments(self) -> None:
        for position, entry in enumerate(self.file.departments):
            self._check_calendar(("departments", position), entry.calendar)
        own = [self._departments.get(each.name, Department()) for each in self.file.departments]
        if (found := find_clash(own, self._departments.values())) is not None:
            place, key, text = found
            raise self.file.fault(("departments", place, key), text)

    def _check_calendar(self, path: Path, name: str | None) -> None:
        if name is not None and name not in self._calendars:
            raise self.file.fault((*path, "calendar"), f"there is no calendar “{name}”")

    async def sla_templates(self) -> None:
        known = {each.name: each for each in await self._all(SlaTemplate)}
        for position, entry in enumerate(self.file.sla_templates):
            path: Path = ("sla_templates", position)
            self._check_calendar(path, entry.calendar)
            row = known.get(entry.name)
            wanted = wanted_sla_template(entry, is_new=row is None) | {"position": position}
            for key in {"department", "requester_department"} & wanted.keys():
                wanted[f"{key}_id"] = self.department_id((*path, key), wanted.pop(key))
            self.changes.save(row or SlaTemplate(), wanted, f"SLA template {entry.name}")

    async def preferences(self) -> None:
        known = {each.name: each for each in await self._all(Preference)}
        wanted = wanted_preferences(self.file.settings)
        if self.file.split_templates or (TEMPLATES in known and self._names("split_templates")):
            wanted[TEMPLATES] = self._split_templates()
        if self.file.team_id != NO_TEAM:
            wanted["team_id"] = self.file.team_id
        for name, value in wanted.items():
            row = known.get(name) or Preference()
            self.changes.save(row, {"name": name, "value": value}, f"setting {name}")

    def _names(self, key: str) -> bool:
        return key in self.file.model_fields_set

    def _split_templates(self) -> list[dict[str, Any]]:
        for position, template in enumerate(self.file.split_templates):
            path: Path = ("split_templates", position)
            self.department_id((*path, "department"), template.department)
            for number, part in enumerate(template.parts):
                self.department_id((*path, "parts", number, "department"), part.department)
        return [wanted_split_template(each) for each in self.file.split_templates]

    async def routing(self) -> None:
        known = {each.name: each for each in await self._all(RoutingRule)}
        people = await list_ids(self.session, (each.assignee for each in self.file.routing))
        for position, entry in enumerate(self.file.routing):
            path: Path = ("routing", position)
            row = known.get(entry.name)
            wanted = routing.columns_of(entry, is_new=row is None) | {"position": position}
            for key in routing.DEPARTMENTS & wanted.keys():
                name = wanted.pop(key)
                wanted[routing.COLUMNS[key]] = self.department_id((*path, key), name)
            if (who := wanted.pop("assignee", None)) and who not in people:
                raise self.file.fault((*path, "assignee"), f"there is no person {who}")
            if "assignee" in entry.model_fields_set:
                wanted["assignee_id"] = people.get(who) if who else None
            self.changes.save(row or RoutingRule(), wanted, f"routing rule {entry.name}")

    async def approvals(self) -> None:
        alternates = self.file.approvals.alternates
        named = (each for ids in alternates.values() for each in ids)
        people = await list_ids(self.session, named)
        for kind, ids in alternates.items():
            if strangers := [each for each in ids if each not in people]:
                path: Path = ("approvals", "alternates", kind.value)
                raise self.file.fault(path, f"there is no person {strangers[0]}")
        await self.session.flush()
        await approvals.apply(self.session, self.file, self.changes)

    async def _all(self, kind: type[Any]) -> list[Any]:
        return list(await self.session.scalars(with_deleted(select(kind))))

    def department_id(self, path: Path, name: str | None) -> UUID | None:
        if name is None:
            return None
        if name not in self._departments:
            raise self.file.fault(path, f"there is no department “{name}”, or it is deleted")
        return self._departments[name].id
