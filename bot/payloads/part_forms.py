"""What people enter in forms about parts, read into typed values."""

import json
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any
from uuid import UUID

from bot.ids import Field
from bot.payloads import SUMMARY_MAX, TEXT_MAX, TicketRef, storable
from bot.payloads.part_refs import PartRef, number_in
from core.errors import InvalidField, Refused
from core.tickets.parts.service import Fate
from core.tickets.parts.splitting import PARTS_MOST, NewPart

#: The value of the checkbox "Required".
IS_REQUIRED = "required"
_OLD_FORM = "This form is no longer valid. Please open it again."
# Slack's pickers go as far; a date can hold it.
_MOMENT_MAX = 10**10


@dataclass(frozen=True, slots=True)
class Answers:
    """What the inputs of a view hold, each by its block and its field."""

    view: Any

    def text(self, field: Field, block: str | None = None, most: int = TEXT_MAX) -> str:
        text = storable(self._held(field, block, "value", str) or "").strip()
        if len(text) > most:
            text_for = f"Keep it within {most} characters; it has {len(text)}."
            raise InvalidField(block or field, text_for)
        return text

    def moment(self, field: Field, block: str | None = None) -> datetime | None:
        seconds = self._held(field, block, "selected_date_time", int)
        if seconds is None or not 0 < seconds < _MOMENT_MAX:
            return None
        return datetime.fromtimestamp(seconds, UTC)

    def day(self, field: Field) -> date | None:
        try:
            return date.fromisoformat(self._held(field, None, "selected_date", str) or "")
        except ValueError:
            return None

    def person(self, field: Field) -> str | None:
        """A Slack user id."""
        return storable(self._held(field, None, "selected_user", str) or "") or None

    def time(self, field: Field, block: str | None = None) -> time | None:
        held = self._held(field, block, "selected_time", str)
        try:
            return time.fromisoformat(held) if held else None
        except ValueError:
            return None

    def option(self, field: Field, block: str | None = None) -> tuple[str, str] | None:
        """Its value, and what the person read."""
        return _option(self._held(field, block, "selected_option", dict))

    def options(self, field: Field, block: str | None = None) -> list[str]:
        held = self._held(field, block, "selected_options", list) or []
        return [found[0] for each in held if (found := _option(each))]

    def _held(self, field: Field, block: str | None, key: str, kind: type) -> Any:
        found = self.view
        for step in ("state", "values", block or field.value, field.value, key):
            found = found.get(step) if isinstance(found, dict) else None
        return found if isinstance(found, kind) else None


def _option(raw: Any) -> tuple[str, str] | None:
    if not isinstance(raw, dict) or not isinstance(raw.get("value"), str):
        return None
    text = raw.get("text")
    label = text.get("text") if isinstance(text, dict) else None
    return raw["value"], label if isinstance(label, str) else ""


def view_id(view: Any) -> str:
    found = view.get("id") if isinstance(view, dict) else None
    if not isinstance(found, str) or not found:
        raise Refused(_OLD_FORM)
    return storable(found)


def part_of(view: Any) -> int:
    return PartRef.load(view.get("private_metadata")).part_id


@dataclass(frozen=True, slots=True)
class SplitRef:
    """Of the form "Split…": which ticket, and how its parts are numbered just now. After a
    template was used they begin anew behind the ones before, so that Slack takes its words."""

    ticket: TicketRef
    first: int = 1
    count: int = 1

    def dump(self) -> str:
        counted = {"first": self.first, "count": self.count}
        return json.dumps(json.loads(self.ticket.dump()) | counted)

    @classmethod
    def load(cls, raw: Any) -> "SplitRef":
        first, count = number_in(raw, "first"), number_in(raw, "count")
        if not 1 <= count <= PARTS_MOST or first > 1000:
            raise Refused(_OLD_FORM)
        return cls(TicketRef.load(raw), first, count)

    @property
    def places(self) -> range:
        return range(self.first, self.first + self.count)


@dataclass(frozen=True, slots=True)
class PartDraft:
    """One part as the form has it at the moment; nothing of it is checked."""

    department: tuple[str, str] | None = None
    summary: str = ""
    passed_on: str = ""
    is_required: bool = True
    due_at: datetime | None = None
    files: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        return not (self.department or self.summary or self.passed_on)


def block_of(field: Field, place: int) -> str:
    return f"{field}_{place}"


def read_drafts(view: Any) -> tuple[SplitRef, list[PartDraft]]:
    ref, answers = SplitRef.load(view.get("private_metadata")), Answers(view)
    return ref, [_draft(answers, place) for place in ref.places]


def _draft(answers: Answers, place: int) -> PartDraft:
    def block(field: Field) -> str:
        return block_of(field, place)

    return PartDraft(
        department=answers.option(Field.DEPARTMENT, block(Field.DEPARTMENT)),
        summary=answers.text(Field.SUMMARY, block(Field.SUMMARY), SUMMARY_MAX),
        passed_on=answers.text(Field.PASSED_ON, block(Field.PASSED_ON)),
        is_required=IS_REQUIRED in answers.options(Field.REQUIRED, block(Field.REQUIRED)),
        due_at=answers.moment(Field.DUE, block(Field.DUE)),
        files=tuple(answers.options(Field.PASSED_FILES, block(Field.PASSED_FILES))),
    )


def read_split(view: Any) -> tuple[SplitRef, list[NewPart]]:
    """Raises InvalidField beside the input of the part it is about. A part that was added and
    left empty is no part."""
    ref, drafts = read_drafts(view)
    placed = list(zip(ref.places, drafts, strict=True))
    return ref, [
        _new_part(place, draft)
        for place, draft in placed
        if place == ref.first or not draft.is_empty
    ]


def _new_part(place: int, draft: PartDraft) -> NewPart:
    return NewPart(
        place=place,
        department_id=_department(place, draft),
        summary=draft.summary,
        passed_on=draft.passed_on,
        is_required=draft.is_required,
        due_at=draft.due_at,
        file_ids=tuple(
            int(each)
            for each in draft.files
            if each.isascii() and each.isdecimal() and len(each) < 19
        ),
    )


def _department(place: int, draft: PartDraft) -> UUID:
    words = InvalidField(block_of(Field.DEPARTMENT, place), "Choose a department from the list.")
    if draft.department is None:
        raise words
    try:
        return UUID(draft.department[0])
    except ValueError:
        raise words from None


def read_due(view: Any) -> datetime:
    due_at = Answers(view).moment(Field.DUE)
    if due_at is None:
        raise InvalidField(Field.DUE, "Choose a day and a time.")
    return due_at


def fate_block(part_id: int) -> str:
    return f"fate_{part_id}"


def read_fates(view: Any) -> dict[int, Fate]:
    """What is to become of each open part, in the form that cancels their ticket."""
    answers, found = Answers(view), {}
    for block in view.get("blocks") or []:
        _, _, number = str(block.get("block_id")).partition("fate_")
        chosen = answers.option(Field.FATE, block.get("block_id")) if number.isdecimal() else None
        if chosen and chosen[0] in set(Fate):
            found[int(number)] = Fate(chosen[0])
    return found
