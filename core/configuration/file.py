"""What the configuration file may say."""

from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any, Self
from zoneinfo import available_timezones

import holidays as public_holidays
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PrivateAttr,
)

from core.configuration import durations, yaml_lines
from core.configuration.yaml_lines import Document, WrongConfiguration
from core.files.rules import MOST_MB
from core.preferences import OldTexts, Preferences
from core.tickets.calendars import read_hours
from core.tickets.forms import FIELDS_MOST, OPTIONS_MOST, FieldKind
from core.tickets.opening import SUMMARY_MAX
from core.tickets.parts.splitting import PARTS_MOST, PASSED_ON_MAX
from core.tickets.policy import BUSINESS_DAY
from core.tickets.states import Priority
from core.users.models import AutoAssign
from core.users.roles import Role

#: Stands for the workspace in a file that names nobody.
NO_TEAM = "T00000000"
_DEFAULTS = Preferences()


def _length(value: Any) -> Any:
    return value if isinstance(value, timedelta) else durations.read(str(value))


def _zone(name: str) -> str:
    if name not in available_timezones():
        raise ValueError(f"“{name}” is no time zone: write one like Europe/Berlin")
    return name


def _country(code: str) -> str:
    if code not in public_holidays.list_supported_countries(include_aliases=True):
        raise ValueError(f"“{code}” is no country whose holidays are known: write one like DE")
    return code


def _hours(hours: dict[str, list[str]]) -> dict[str, list[str]]:
    if not any(read_hours(hours).values()):
        raise ValueError("a calendar needs hours at which it is open")
    return hours


def _whole_days(length: timedelta) -> timedelta:
    if length % BUSINESS_DAY:
        raise ValueError("write whole business days, like 5d")
    return length


def _megabytes(most: int) -> int:
    if not 1 <= most <= 1000:
        raise ValueError("write a number of megabytes from 1 to 1000")
    return most


def _positive(length: timedelta) -> timedelta:
    if not length:
        raise ValueError("a promise needs time: write 45s, 30m, 4h or 2d")
    return length


def _readable(name: str) -> str:
    if not any(sign.isprintable() and not sign.isspace() for sign in name):
        raise ValueError("write a name that can be read")
    return name


def _word(text: str) -> str:
    if not text.strip():
        raise ValueError("write a word that a ticket may say")
    return text


Length = Annotated[timedelta, BeforeValidator(_length)]
Promise = Annotated[Length, AfterValidator(_positive)]
Name = Annotated[str, Field(min_length=1, max_length=75), AfterValidator(_readable)]
Word = Annotated[str, AfterValidator(_word)]
TimeZone = Annotated[str, AfterValidator(_zone)]
TeamId = Annotated[str, Field(pattern=r"^[TE][A-Z0-9]+$")]
UserId = Annotated[str, Field(pattern=r"^[UW][A-Z0-9]+$")]
FileType = Annotated[str, Field(pattern=r"^[a-z0-9]{1,10}$")]
ChannelId = Annotated[str, Field(pattern=r"^[CG][A-Z0-9]+$")]


class Step(StrEnum):
    """Who decides, one after another."""

    FINANCE = "finance"
    CEO = "ceo"


class Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class FilesEntry(Entry):
    """Which files a department takes. Without types: everything but programs."""

    most_mb: Annotated[int, AfterValidator(_megabytes)] = MOST_MB
    types: list[FileType] = []


class FormFieldEntry(Entry):
    label: Name
    type: FieldKind = FieldKind.TEXT
    required: bool = False
    #: What a select offers.
    options: Annotated[list[Name], Field(max_length=OPTIONS_MOST)] = []


class DepartmentEntry(Entry):
    name: Name
    desk_channel: ChannelId | None = None
    head: UserId | None = None
    time_zone: TimeZone = "UTC"
    open_threads: bool = False
    waits_after_reply: bool = True
    auto_assign: AutoAssign = AutoAssign.NONE
    reactions: bool = True
    agents_from_channel: bool = False
    nudge_after: Length = timedelta(minutes=30)
    files: FilesEntry = FilesEntry()
    form_fields: Annotated[list[FormFieldEntry], Field(max_length=FIELDS_MOST)] = []


class PersonEntry(Entry):
    slack_user_id: UserId
    name: Name | None = None
    email: str | None = None
    role: Role = Role.EMPLOYEE
    department: Name | None = None
    employee_code: Name | None = None


class Holidays(Entry):
    country: Annotated[str, AfterValidator(_country)] | None = None
    dates: list[date] = []


class CalendarEntry(Entry):
    """Without a time zone it follows the department's."""

    name: Name = "office"
    time_zone: TimeZone | None = None
    hours: Annotated[dict[str, list[str]], AfterValidator(_hours)] = {"mon-fri": ["09:00-17:00"]}
    holidays: Holidays = Holidays()


class SlaTemplateEntry(Entry):
    name: Name = "default"
    priority: Priority | None = None
    department: Name | None = None
    first_response: Promise = timedelta(hours=4)
    resolution: Promise = timedelta(hours=24)
    calendar: Name = "office"


class RoutingEntry(Entry):
    """What a ticket must be like (`words` to `requester_department`; left out: anything), and
    what becomes of it."""

    name: Name
    words: list[Word] = []
    department: Name | None = None
    priority: Priority | None = None
    requester_department: Name | None = None
    to: Name | None = None
    set_priority: Priority | None = None
    assignee: UserId | None = None


class ApprovalRule(Entry):
    """For amounts from `lower`, included, up to `upper`, excluded."""

    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")] = "EUR"
    lower: Annotated[Decimal, Field(alias="from", ge=0)] = Decimal(0)
    upper: Annotated[Decimal | None, Field(alias="to")] = None
    steps: list[Step] = []


class TemplatePartEntry(Entry):
    """Due after this much business time of its department; by its promise when left out."""

    department: Name
    summary: Annotated[str, Field(min_length=1, max_length=SUMMARY_MAX)]
    passed_on: Annotated[str, Field(max_length=PASSED_ON_MAX)] = ""
    required: bool = True
    due_after: Promise | None = None


class SplitTemplateEntry(Entry):
    """Offered for tickets of the department, or of every one."""

    name: Name
    department: Name | None = None
    parts: Annotated[list[TemplatePartEntry], Field(min_length=1, max_length=PARTS_MOST)]


class SettingsEntry(Entry):
    reply_hold: Length = _DEFAULTS.reply_hold
    reopen_grace: Annotated[Length, AfterValidator(_whole_days)] = (
        _DEFAULTS.reopen_grace_days * BUSINESS_DAY
    )
    card_fold: Length = _DEFAULTS.card_fold
    old_texts: OldTexts = _DEFAULTS.old_texts
    guests_may_file: bool = _DEFAULTS.guests_may_file


class Configuration(Entry):
    """The whole file. An entry changes only what it names."""

    team_id: TeamId
    admin: UserId | None = None
    departments: list[DepartmentEntry] = []
    people: list[PersonEntry] = []
    calendars: list[CalendarEntry] = []
    sla_templates: list[SlaTemplateEntry] = []
    approval_rules: list[ApprovalRule] = []
    routing: list[RoutingEntry] = []
    split_templates: list[SplitTemplateEntry] = []
    settings: SettingsEntry = SettingsEntry()

    _document: Document = PrivateAttr(default_factory=lambda: Document({}))

    @classmethod
    def of(cls, document: Document) -> Self:
        found = cls.model_validate(document.data)
        found._document = document
        return found

    def fault(self, path: yaml_lines.Path, text: str) -> WrongConfiguration:
        """For what shows only when the file is compared with the database."""
        told = f"line {self._document.line(path)}: {text}"
        return WrongConfiguration(told, [(path, text)])

    def names_somebody(self) -> bool:
        return bool(self.admin or self.people or any(each.head for each in self.departments))


MODELS: dict[tuple[str, ...], type[Entry]] = {
    (): Configuration,
    ("departments",): DepartmentEntry,
    ("departments", "files"): FilesEntry,
    ("departments", "form_fields"): FormFieldEntry,
    ("people",): PersonEntry,
    ("calendars",): CalendarEntry,
    ("calendars", "holidays"): Holidays,
    ("sla_templates",): SlaTemplateEntry,
    ("approval_rules",): ApprovalRule,
    ("routing",): RoutingEntry,
    ("split_templates",): SplitTemplateEntry,
    ("split_templates", "parts"): TemplatePartEntry,
    ("settings",): SettingsEntry,
}


def known_keys(path: yaml_lines.Path) -> list[str]:
    """The keys of the entry at `path`."""
    model = MODELS.get(tuple(step for step in path if isinstance(step, str)))
    return [each.alias or name for name, each in model.model_fields.items()] if model else []
