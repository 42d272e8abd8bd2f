"""A section whose entries are right only together: read and saved as one text."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from core.configuration import yaml_lines
from core.configuration.changes import Changes
from core.configuration.export import read_content, write
from core.configuration.reading import check
from core.configuration.sections import Section, fingerprint
from core.configuration.seed import apply, wait_for_others
from core.configuration.typed import TEXT
from core.configuration.yaml_lines import Document, WrongConfiguration
from core.errors import ChangedMeanwhile, InvalidField, Refused
from core.tickets.changes import Turn
from core.users.permissions import Actor, Permission, authorize

#: Ranges without gaps: splitting one changes two entries at once. Other entries are rows of their
#: own, which are deleted one by one, each with a reason.
TOGETHER = frozenset({Section.APPROVAL_RULES})


@dataclass(frozen=True, slots=True)
class Whole:
    section: Section
    values: Sequence[Mapping[str, Any]]

    @property
    def text(self) -> str:
        """As the file has it below the section's key."""
        return write(list(self.values))

    @property
    def print(self) -> str:
        """Another one as soon as anything of it is another."""
        return fingerprint(self.section, {"all": list(self.values)})


class SectionChanged(ChangedMeanwhile):
    """Somebody saved an entry since the form was opened; nothing of the form was saved."""

    def __init__(self, now: Whole) -> None:
        super().__init__("Somebody changed these while you were writing. Look again.")
        self.now = now


async def read_together(session: AsyncSession, actor: Actor, section: Section) -> Whole:
    authorize(actor, Permission.CONFIGURE)
    _check_section(section)
    return Whole(section, (await read_content(session))[section])


async def save_together(
    session: AsyncSession, turn: Turn, section: Section, shown: str, text: str
) -> list[str]:
    """In place of all that was there; `shown` is the print of it. A line for each thing that
    changed. Raises SectionChanged, or InvalidField with the lines of what is wrong."""
    authorize(turn.actor, Permission.CONFIGURE)
    _check_section(section)
    await wait_for_others(session)
    content = await read_content(session)
    now = Whole(section, content[section])
    if now.print != shown:
        raise SectionChanged(now)
    document = _read(text)
    changes = Changes(session, turn)
    data = {"team_id": content["team_id"], section.value: document.data}
    try:
        await apply(session, check(Document(data)), changes)
    except WrongConfiguration as wrong:
        raise InvalidField(TEXT, _lines(wrong, document)) from wrong
    return changes.lines


def _check_section(section: Section) -> None:
    if section not in TOGETHER:
        raise Refused("These are changed one at a time.")


def _read(text: str) -> Document:
    try:
        document = yaml_lines.read(text)
    except WrongConfiguration as wrong:
        raise InvalidField(TEXT, str(wrong)) from wrong
    if not isinstance(document.data, list) or not document.data:
        raise InvalidField(TEXT, "Write a list, in which each entry begins with “- ”.")
    return document


def _lines(wrong: WrongConfiguration, document: Document) -> str:
    """By their places in the text, which has no key above it."""
    found = sorted((document.line(path[1:]), text) for path, text in wrong.faults)
    return "\n".join(f"line {line}: {text}" for line, text in found) or str(wrong)
