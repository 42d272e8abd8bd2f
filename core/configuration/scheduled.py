"""The settings of what happens by the clock: digests, quiet hours, endings, what is kept."""

from datetime import time, timedelta
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator

from core.communication.quiet import Quiet
from core.configuration import durations
from core.preferences import Preferences
from core.tickets.policy import BUSINESS_DAY

_DEFAULTS = Preferences()
#: Days: about ten years.
_KEPT_MOST = 3650


def _length(value: Any) -> Any:
    return value if isinstance(value, timedelta) else durations.read(str(value))


def _whole_days(length: timedelta) -> timedelta:
    if length % BUSINESS_DAY:
        raise ValueError("write whole days, like 5d")
    return length


def _kept(length: timedelta) -> timedelta:
    if length > _KEPT_MOST * BUSINESS_DAY:
        raise ValueError(f"write at most {_KEPT_MOST}d")
    return length


def _time(value: Any) -> Any:
    # YAML reads 09:00 as it stands, and 10:30 as a number of minutes.
    if isinstance(value, int) and not isinstance(value, bool):
        value = f"{value // 60:02}:{value % 60:02}"
    try:
        return time.fromisoformat(value) if isinstance(value, str) else value
    except ValueError as error:
        raise ValueError(f"“{value}” is no time of day: write 09:00") from error


def _hours(text: str) -> str:
    Quiet.read(text)
    return text


Days = Annotated[timedelta, BeforeValidator(_length), AfterValidator(_whole_days)]
TimeOfDay = Annotated[time | None, BeforeValidator(_time)]
#: Each with the preference that holds its number of days.
_DAYS = {
    "auto_close": "auto_close_days",
    "nudge_requester": "nudge_requester_days",
    "keep_deliveries": "keep_deliveries_days",
}


class ScheduledSettings(BaseModel):
    digest_at: TimeOfDay = _DEFAULTS.digest_at
    quiet_hours: Annotated[str, AfterValidator(_hours)] | None = _DEFAULTS.quiet_hours
    auto_close: Days = _DEFAULTS.auto_close_days * BUSINESS_DAY
    nudge_requester: Days = _DEFAULTS.nudge_requester_days * BUSINESS_DAY
    resolve_unanswered: bool = _DEFAULTS.resolve_unanswered
    keep_deliveries: Annotated[Days, AfterValidator(_kept)] = (
        _DEFAULTS.keep_deliveries_days * BUSINESS_DAY
    )


def preferences_of(settings: ScheduledSettings) -> dict[str, Any]:
    """What the file names, as it is stored."""
    given = settings.model_fields_set
    wanted: dict[str, Any] = {
        name: getattr(settings, key) // BUSINESS_DAY for key, name in _DAYS.items() if key in given
    }
    if "digest_at" in given:
        wanted["digest_at"] = f"{settings.digest_at:%H:%M}" if settings.digest_at else None
    plain = ("quiet_hours", "resolve_unanswered")
    return wanted | {name: getattr(settings, name) for name in plain if name in given}


def export(chosen: Preferences) -> dict[str, Any]:
    days = {key: f"{getattr(chosen, name)}d" for key, name in _DAYS.items()}
    return {
        "digest_at": f"{chosen.digest_at:%H:%M}" if chosen.digest_at else None,
        "quiet_hours": chosen.quiet_hours,
        **days,
        "resolve_unanswered": chosen.resolve_unanswered,
    }
