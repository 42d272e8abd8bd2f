"""The kinds of value the configuration file may say, each with its check."""

from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import available_timezones

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationInfo,
)

from core.communication.canned import BODY_MAX, KNOWN, unknown_variables
from core.configuration import durations
from core.db import utc_now
from core.tickets.calendars import read_hours
from core.tickets.holidays import days_in_ics, is_country
from core.tickets.policy import BUSINESS_DAY
from core.tickets.states import Status

#: A department's own word for a status.
LABEL_MAX = 24


class Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


def _length(value: Any) -> Any:
    return value if isinstance(value, timedelta) else durations.read(str(value))


@cache
def _zones() -> frozenset[str]:
    """Looking through the folders of all zones takes as long as fifty questions to a database."""
    return frozenset(available_timezones())


def _zone(name: str) -> str:
    if name not in _zones():
        raise ValueError(f"“{name}” is no time zone: write one like Europe/Berlin")
    return name


def _country(code: str) -> str:
    if not is_country(code):
        raise ValueError(f"“{code}” is no country whose holidays are known: write one like DE")
    return code


def _ics_text(written: str | None, info: ValidationInfo) -> str | None:
    """The text itself, or of the file it names, beside the configuration file."""
    if written is None:
        return None
    text = written
    if not written.lstrip().startswith("BEGIN:"):
        folder: Path = (info.context or {}).get("folder") or Path()
        try:
            text = (folder / written).read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise ValueError(f"the file “{written}” cannot be read") from error
    this_year = utc_now().year
    days_in_ics(text, range(this_year, this_year + 1))
    return text


def _some_hours(hours: dict[str, list[str]]) -> dict[str, list[str]]:
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


def _check_labels(labels: dict[str, str]) -> dict[str, str]:
    for status, label in labels.items():
        if status not in set(Status):
            known = ", ".join(Status)
            raise ValueError(f"“{status}” is no status: write one of {known}")
        if not 1 <= len(label) <= LABEL_MAX or not label.isprintable() or label != label.strip():
            raise ValueError(f"write {status} in one line of 1 to {LABEL_MAX} characters")
    return labels


def _known_variables(body: str) -> str:
    if unknown := unknown_variables(body):
        raise ValueError(f"“{{{unknown[0]}}}” is no variable: {KNOWN[0].lower()}{KNOWN[1:-1]}")
    return body


Length = Annotated[timedelta, BeforeValidator(_length)]
Promise = Annotated[Length, AfterValidator(_positive)]
Name = Annotated[str, Field(min_length=1, max_length=75), AfterValidator(_readable)]
Word = Annotated[str, AfterValidator(_word)]
TimeZone = Annotated[str, AfterValidator(_zone)]
TeamId = Annotated[str, Field(pattern=r"^[TE][A-Z0-9]+$")]
UserId = Annotated[str, Field(pattern=r"^[UW][A-Z0-9]+$")]
FileType = Annotated[str, Field(pattern=r"^[a-z0-9]{1,10}$")]
ChannelId = Annotated[str, Field(pattern=r"^[CG][A-Z0-9]+$")]
Megabytes = Annotated[int, AfterValidator(_megabytes)]
StatusLabels = Annotated[dict[str, str], AfterValidator(_check_labels)]
Country = Annotated[str, AfterValidator(_country)]
IcsText = Annotated[str | None, AfterValidator(_ics_text)]
Hours = Annotated[dict[str, list[str]], AfterValidator(_some_hours)]
WholeDays = Annotated[Length, AfterValidator(_whole_days)]
CannedBody = Annotated[
    str, Field(min_length=1, max_length=BODY_MAX), AfterValidator(_known_variables)
]
