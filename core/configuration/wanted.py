"""From the entries of the file to what is stored of them."""

from typing import Any

from core.configuration.file import (
    CalendarEntry,
    SettingsEntry,
    SlaTemplateEntry,
    SplitTemplateEntry,
    TemplatePartEntry,
)
from core.configuration.scheduled import preferences_of
from core.tickets.policy import BUSINESS_DAY


def wanted_preferences(settings: SettingsEntry) -> dict[str, Any]:
    given = settings.model_fields_set
    wanted: dict[str, Any] = {
        name: getattr(settings, name).total_seconds()
        for name in ("reply_hold", "card_fold", "home_fold", "escalate_after")
        if name in given
    }
    if "reopen_grace" in given:
        wanted["reopen_grace_days"] = settings.reopen_grace // BUSINESS_DAY
    if "old_texts" in given:
        wanted["old_texts"] = settings.old_texts.value
    if "guests_may_file" in given:
        wanted["guests_may_file"] = settings.guests_may_file
    return wanted | preferences_of(settings)


def wanted_calendar(entry: CalendarEntry, *, is_new: bool) -> dict[str, Any]:
    values = {
        "name": entry.name,
        "time_zone": entry.time_zone,
        "hours": entry.hours,
        "country": entry.holidays.country,
        "subdivision": entry.holidays.subdivision,
        "ics": entry.holidays.ics,
        "dates": [day.isoformat() for day in entry.holidays.dates],
    }
    given = entry.model_fields_set | {"name"}
    if "holidays" in given:
        given |= {"country", "subdivision", "ics", "dates"}
    return values if is_new else {key: values[key] for key in values if key in given}


_TARGETS = {name: f"{name}_target" for name in ("first_response", "resolution", "next_reply")}


def wanted_sla_template(entry: SlaTemplateEntry, *, is_new: bool) -> dict[str, Any]:
    values = entry.model_dump(include=None if is_new else entry.model_fields_set | {"name"})
    return {_TARGETS.get(key, key): value for key, value in values.items()}


def wanted_split_template(entry: SplitTemplateEntry) -> dict[str, Any]:
    def part(each: TemplatePartEntry) -> dict[str, Any]:
        length = each.due_after
        return each.model_dump() | {"due_after": length.total_seconds() if length else None}

    return entry.model_dump() | {"parts": [part(each) for each in entry.parts]}
