"""The parts of the configuration, entry by entry, as people change them one at a time."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from core.configuration.export import read_content, read_person, write
from core.users.permissions import Actor, Permission, authorize


class Section(StrEnum):
    """As the file calls them."""

    DEPARTMENTS = "departments"
    PEOPLE = "people"
    ROUTING = "routing"
    SLA_TEMPLATES = "sla_templates"
    CALENDARS = "calendars"
    APPROVAL_RULES = "approval_rules"
    SPLIT_TEMPLATES = "split_templates"
    CANNED_REPLIES = "canned_replies"
    SETTINGS = "settings"


#: Where the first entry that fits is taken.
ORDERED = frozenset({Section.ROUTING, Section.SLA_TEMPLATES})
#: One entry, which is always there.
SINGLE = frozenset({Section.SETTINGS})
_SINGULAR: Mapping[Section, str] = {
    Section.DEPARTMENTS: "department",
    Section.PEOPLE: "person",
    Section.ROUTING: "routing rule",
    Section.SLA_TEMPLATES: "SLA template",
    Section.CALENDARS: "calendar",
    Section.APPROVAL_RULES: "approval rule",
    Section.SPLIT_TEMPLATES: "split template",
    Section.CANNED_REPLIES: "canned reply",
    Section.SETTINGS: "settings",
}


@dataclass(frozen=True, slots=True)
class Entry:
    section: Section
    values: Mapping[str, Any]

    @property
    def key(self) -> str:
        """What it is found again by."""
        return key_of(self.section, self.values)

    @property
    def label(self) -> str:
        return str(self.values.get("name") or self.key)

    @property
    def what(self) -> str:
        return f"{_SINGULAR[self.section]} {self.label}".strip()

    @property
    def text(self) -> str:
        """As the file has it."""
        return write(dict(self.values))

    @property
    def print(self) -> str:
        """Another one as soon as anything of it is another."""
        return fingerprint(self.section, self.values)


def key_of(section: Section, values: Mapping[str, Any]) -> str:
    if section in SINGLE:
        return ""
    if section is Section.PEOPLE:
        return str(values.get("slack_user_id"))
    if section is Section.APPROVAL_RULES:
        return f"{values.get('currency', 'EUR')} from {values.get('from', 0)}"
    if section is Section.CANNED_REPLIES:
        title, department = values.get("title"), values.get("department")
        return f"{title} of {department}" if department else str(title)
    return str(values.get("name"))


def fingerprint(section: Section, values: Mapping[str, Any]) -> str:
    # As YAML the entries of thousands of people would take longer than a form may.
    shown = f"{section}\n{json.dumps(dict(values), default=str)}"
    return sha256(shown.encode()).hexdigest()[:16]


async def list_entries(session: AsyncSession, actor: Actor, section: Section) -> list[Entry]:
    authorize(actor, Permission.CONFIGURE)
    return entries_in(await read_content(session), section)


async def find_person(session: AsyncSession, actor: Actor, slack_user_id: str) -> Entry:
    """Anybody we have met, employees too. Raises NotFound."""
    authorize(actor, Permission.CONFIGURE)
    return Entry(Section.PEOPLE, await read_person(session, actor.team_id, slack_user_id))


def entries_in(content: Mapping[str, Any], section: Section) -> list[Entry]:
    found = content[section]
    listed = [found] if section in SINGLE else found
    return [Entry(section, each) for each in listed]
