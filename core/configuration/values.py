"""Values that entries of the configuration file have in common."""

from datetime import timedelta
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from core.configuration import durations


class Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


def _length(value: Any) -> Any:
    return value if isinstance(value, timedelta) else durations.read(str(value))


def _positive(length: timedelta) -> timedelta:
    if not length:
        raise ValueError("a promise needs time: write 45s, 30m, 4h or 2d")
    return length


Length = Annotated[timedelta, BeforeValidator(_length)]
Promise = Annotated[Length, AfterValidator(_positive)]
UserId = Annotated[str, Field(pattern=r"^[UW][A-Z0-9]+$")]
