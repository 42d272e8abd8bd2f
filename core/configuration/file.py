"""What the configuration file may say."""

from datetime import date, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import Field, PrivateAttr

from core.communication.canned import TITLE_MAX
from core.configuration import yaml_lines
from core.configuration.approval_entries import ApprovalRule, ApprovalsEntry, ExchangeRateEntry
from core.configuration.scheduled import ScheduledSettings
from core.configuration.values import (
    CannedBody,
    ChannelId,
    Country,
    Entry,
    FileType,
    Hours,
    IcsText,
    Length,
    Megabytes,
    Name,
    Promise,
    StatusLabels,
    TeamId,
    TimeZone,
    UserId,
    WholeDays,
    Word,
)
from core.configuration.yaml_lines import Document, WrongConfiguration
from core.files.rules import MOST_MB
from core.preferences import OldTexts, Preferences
from core.tickets.forms import FIELDS_MOST, OPTIONS_MOST, FieldKind
from core.tickets.opening import SUMMARY_MAX
from core.tickets.parts.splitting import PARTS_MOST, PASSED_ON_MAX
from core.tickets.policy import BUSINESS_DAY, OFFICE
from core.tickets.states import Priority
from core.users.models import AutoAssign, Reacting
from core.users.roles import Role

#: Stands for the workspace in a file that names nobody.
NO_TEAM = "T00000000"
_DEFAULTS = Preferences()


class ResolutionNote(StrEnum):
    """Whether resolving a ticket takes words about how."""

    REQUIRED = "required"
    OPTIONAL = "optional"


class FilesEntry(Entry):
    """Which files a department takes. Without types: everything but programs."""

    most_mb: Megabytes = MOST_MB
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
    intake_channel: ChannelId | None = None
    head: UserId | None = None
    time_zone: TimeZone = "UTC"
    calendar: Name = OFFICE
    open_threads: bool = False
    waits_after_reply: bool = True
    report_at_desk: bool = False
    auto_assign: AutoAssign = AutoAssign.NONE
    reactions: bool = True
    eyes_for: Reacting = Reacting.DESK
    check_mark_for: Reacting = Reacting.DESK
    siren_for: Reacting = Reacting.DESK
    agents_from_channel: bool = False
    approval_first: bool = False
    private_tickets: bool = False
    nudge_after: Length = timedelta(minutes=30)
    files: FilesEntry = FilesEntry()
    form_fields: Annotated[list[FormFieldEntry], Field(max_length=FIELDS_MOST)] = []
    status_labels: StatusLabels = {}
    resolution_note: ResolutionNote = ResolutionNote.REQUIRED

    def columns(self) -> dict[str, Any]:
        """Of its row, what it names. Its head is a person's."""
        wanted = self.model_dump(include=self.model_fields_set - {"head"})
        for key in {"desk_channel", "intake_channel"} & wanted.keys():
            wanted[f"{key}_id"] = wanted.pop(key)
        if "files" in wanted:
            wanted["file_rules"] = self.files.model_dump(exclude_unset=True)
            del wanted["files"]
        if "form_fields" in wanted:
            wanted["form_fields"] = [each.model_dump(mode="json") for each in self.form_fields]
        if "resolution_note" in wanted:
            needs = wanted.pop("resolution_note") is ResolutionNote.REQUIRED
            wanted["needs_resolution_note"] = needs
        return wanted


class PersonEntry(Entry):
    slack_user_id: UserId
    name: Name | None = None
    email: str | None = None
    role: Role = Role.EMPLOYEE
    department: Name | None = None
    employee_code: Name | None = None


class Holidays(Entry):
    country: Country | None = None
    subdivision: Name | None = None
    ics: IcsText = None
    dates: list[date] = []


class CalendarEntry(Entry):
    """Without a time zone it follows the department's."""

    name: Name = OFFICE
    time_zone: TimeZone | None = None
    hours: Hours = {"mon-fri": ["09:00-17:00"]}
    holidays: Holidays = Holidays()


class SlaTemplateEntry(Entry):
    name: Name = "default"
    priority: Priority | None = None
    department: Name | None = None
    requester_department: Name | None = None
    first_response: Promise = timedelta(hours=4)
    resolution: Promise = timedelta(hours=24)
    next_reply: Promise | None = None
    calendar: Name | None = None


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


class TemplatePartEntry(Entry):
    """Due after this much business time of its department; by its promise when left out."""

    department: Name
    summary: Annotated[str, Field(min_length=1, max_length=SUMMARY_MAX)]
    passed_on: Annotated[str, Field(max_length=PASSED_ON_MAX)] = ""
    required: bool = True
    due_after: Promise | None = None


class CannedReplyEntry(Entry):
    """For the desk of the department, or for every one."""

    title: Annotated[str, Field(min_length=1, max_length=TITLE_MAX)]
    department: Name | None = None
    body: CannedBody


class SplitTemplateEntry(Entry):
    """Offered for tickets of the department, or of every one."""

    name: Name
    department: Name | None = None
    parts: Annotated[list[TemplatePartEntry], Field(min_length=1, max_length=PARTS_MOST)]


class SettingsEntry(Entry, ScheduledSettings):
    reply_hold: Length = _DEFAULTS.reply_hold
    reopen_grace: WholeDays = _DEFAULTS.reopen_grace_days * BUSINESS_DAY
    card_fold: Length = _DEFAULTS.card_fold
    home_fold: Length = _DEFAULTS.home_fold
    old_texts: OldTexts = _DEFAULTS.old_texts
    guests_may_file: bool = _DEFAULTS.guests_may_file
    escalate_after: Length = _DEFAULTS.escalate_after


class Configuration(Entry):
    """The whole file. An entry changes only what it names."""

    team_id: TeamId
    admin: UserId | None = None
    departments: list[DepartmentEntry] = []
    people: list[PersonEntry] = []
    calendars: list[CalendarEntry] = []
    sla_templates: list[SlaTemplateEntry] = []
    approval_rules: list[ApprovalRule] = []
    exchange_rates: list[ExchangeRateEntry] = []
    approvals: ApprovalsEntry = ApprovalsEntry()
    routing: list[RoutingEntry] = []
    split_templates: list[SplitTemplateEntry] = []
    canned_replies: list[CannedReplyEntry] = []
    settings: SettingsEntry = SettingsEntry()

    _document: Document = PrivateAttr(default_factory=lambda: Document({}))

    @classmethod
    def of(cls, document: Document, folder: Path | None = None) -> Self:
        """`folder`: of the file, for other files that it names."""
        found = cls.model_validate(document.data, context={"folder": folder})
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
    ("exchange_rates",): ExchangeRateEntry,
    ("approvals",): ApprovalsEntry,
    ("routing",): RoutingEntry,
    ("split_templates",): SplitTemplateEntry,
    ("split_templates", "parts"): TemplatePartEntry,
    ("canned_replies",): CannedReplyEntry,
    ("settings",): SettingsEntry,
}


def known_keys(path: yaml_lines.Path) -> list[str]:
    """The keys of the entry at `path`."""
    model = MODELS.get(tuple(step for step in path if isinstance(step, str)))
    return [each.alias or name for name, each in model.model_fields.items()] if model else []
