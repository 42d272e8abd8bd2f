"""What somebody chose in the form "Notifications…", read into typed values."""

from typing import Any

from bot.ids import Field
from bot.payloads.part_forms import Answers
from core.communication.choices import FIXED, Choices
from core.communication.quiet import Quiet
from core.communication.ways import Event, Way
from core.errors import InvalidField


def read_choices(view: Any) -> Choices:
    """Raises InvalidField for what a person can mend."""
    answers = Answers(view)
    ways = {event: _way(answers, event) for event in Event if event not in FIXED}
    return Choices(ways, _quiet(answers))


def _way(answers: Answers, event: Event) -> Way:
    chosen = answers.option(Field.WAY, event.value)
    if chosen is None or chosen[0] not in set(Way):
        raise InvalidField(event.value, "Choose one of the list.")
    return Way(chosen[0])


def _quiet(answers: Answers) -> Quiet | None:
    starts, ends = answers.time(Field.QUIET_FROM), answers.time(Field.QUIET_UNTIL)
    if starts is None and ends is None:
        return None
    if starts is None or ends is None:
        field = Field.QUIET_FROM if starts is None else Field.QUIET_UNTIL
        raise InvalidField(field, "Choose both times, or neither.")
    return Quiet(starts, ends)
