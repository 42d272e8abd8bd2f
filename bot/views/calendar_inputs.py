"""The inputs of a calendar."""

from collections.abc import Mapping

from bot.payloads import TEXT_MAX
from bot.setting_ids import NONE, Setting
from bot.views.setting_elements import Input, menu, text
from core.tickets.holidays import countries

_DAYS: Mapping[Setting, str] = {
    Setting.MON: "Monday",
    Setting.TUE: "Tuesday",
    Setting.WED: "Wednesday",
    Setting.THU: "Thursday",
    Setting.FRI: "Friday",
    Setting.SAT: "Saturday",
    Setting.SUN: "Sunday",
}
_HOURS = "Like 09:00-17:00, or 09:00-12:00, 13:00-17:00. A day that is left empty is closed."

INPUTS = (
    Input(
        Setting.TIME_ZONE,
        "Time zone",
        text(),
        optional=True,
        hint="Like Europe/Berlin. Left empty: the department's.",
    ),
    *(
        Input(
            day,
            label,
            text(200),
            optional=True,
            hint=_HOURS if day is Setting.MON else "",
            heading="Business hours" if day is Setting.MON else "",
        )
        for day, label in _DAYS.items()
    ),
    Input(
        Setting.COUNTRY,
        "Public holidays of",
        menu({NONE: "No country"} | countries()),
        heading="Free days",
    ),
    Input(
        Setting.SUBDIVISION,
        "In its part",
        text(),
        optional=True,
        hint="Like BY for Bavaria. Left empty: what is free everywhere.",
    ),
    Input(
        Setting.DATES,
        "Further free days",
        text(TEXT_MAX, multiline=True),
        optional=True,
        hint="One a line, like 2026-12-24.",
    ),
    Input(
        Setting.ICS,
        "Free days as an iCalendar file",
        text(TEXT_MAX, multiline=True),
        optional=True,
        hint="The text of the file. Its events that last whole days are free.",
    ),
)
