"""Changing one entry of the configuration at a time, by the same checks as a whole file."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from core.configuration import removing
from core.configuration.changes import Changes
from core.configuration.export import read_content
from core.configuration.reading import check
from core.configuration.renaming import rename
from core.configuration.roles import check_admins, check_people, former_head
from core.configuration.sections import ORDERED, SINGLE, Entry, Section, entries_in, key_of
from core.configuration.seed import apply, wait_for_others
from core.configuration.typed import TEXT, Shown, Typed
from core.configuration.usage import uses_of
from core.configuration.yaml_lines import Document, Path, WrongConfiguration
from core.errors import ChangedMeanwhile, InvalidField, Refused
from core.tickets.changes import Turn
from core.tickets.deletion import check_deleting
from core.users.permissions import Permission, authorize


class EntryChanged(ChangedMeanwhile):
    """Somebody saved it since the form was opened; nothing of the form was saved."""

    def __init__(self, now: Entry) -> None:
        super().__init__(f"Somebody changed the {now.what} while you were writing. Look again.")
        self.now = now


@dataclass
class _Desk:
    """What is being changed: the whole configuration as it is, and one section of it."""

    session: AsyncSession
    turn: Turn
    section: Section
    content: dict[str, Any]
    changes: Changes = field(init=False)

    def __post_init__(self) -> None:
        self.changes = Changes(self.session, self.turn)

    @property
    def entries(self) -> list[Entry]:
        return entries_in(self.content, self.section)

    def find(self, shown: Shown) -> int:
        """Raises Refused when it is gone, EntryChanged when it is not what was shown."""
        keys = [each.key for each in self.entries]
        if shown.key not in keys:
            gone = Entry(self.section, {"name": shown.key}).what
            raise Refused(f"There is no {gone} any more. Open the settings again.")
        place = keys.index(shown.key)
        if self.entries[place].print != shown.print:
            raise EntryChanged(self.entries[place])
        return place

    async def apply(self, listed: Sequence[Mapping[str, Any]], typed: "_Placed | None") -> None:
        """The section as it is to be, with what else it takes to say who is meant."""
        data: dict[str, Any] = {"team_id": self.content["team_id"]}
        data[self.section.value] = listed[0] if self.section is Section.SETTINGS else list(listed)
        data |= typed.beside if typed else {}
        try:
            await apply(self.session, check(Document(data)), self.changes)
        except WrongConfiguration as wrong:
            raise _complaint(wrong, self.section, typed) from wrong


@dataclass(frozen=True, slots=True)
class _Placed:
    """What was typed, where it stands in its section, and what changes with it elsewhere."""

    typed: Typed
    place: int
    beside: Mapping[str, Any] = field(default_factory=dict)


async def _begin(session: AsyncSession, turn: Turn, section: Section) -> _Desk:
    authorize(turn.actor, Permission.CONFIGURE)
    await wait_for_others(session)
    return _Desk(session, turn, section, await read_content(session))


async def save(
    session: AsyncSession, turn: Turn, section: Section, shown: Shown | None, typed: Typed
) -> list[str]:
    """In place of the entry that was shown, or as a new one at the end. A line for each thing that
    changed. Raises InvalidField beside the input, or with the lines of a text."""
    desk = await _begin(session, turn, section)
    place = len(desk.entries) if shown is None else desk.find(shown)
    if section is Section.PEOPLE and shown is None:
        place = _known_person(desk, typed)
    listed = [dict(each.values) for each in desk.entries]
    former = listed[place] if place < len(listed) else None
    listed[place : place + 1] = [dict(typed.values)]
    if section in SINGLE and former is not None:
        # What is left as it is keeps its default, should that ever be another.
        listed = [{key: each for key, each in listed[0].items() if each != former.get(key)}]
    _check_new(section, listed, place, typed)
    if former is not None and (before := key_of(section, former)) != key_of(section, listed[place]):
        await rename(session, desk.changes, section, before, key_of(section, listed[place]))
    await check_people(session, section, former, typed)
    if section is Section.PEOPLE:
        # They have no order, and whoever is not named stays as they are.
        listed, place = [listed[place]], 0
    beside = former_head(former, typed) if section is Section.DEPARTMENTS else {}
    await desk.apply(listed, _Placed(typed, place, beside))
    await check_admins(session)
    return desk.changes.lines


async def move(session: AsyncSession, turn: Turn, section: Section, shown: Shown, by: int) -> None:
    """Up (-1) or down (1) in the order in which rules are tried."""
    if section not in ORDERED:
        raise Refused("These have no order.")
    desk = await _begin(session, turn, section)
    place = desk.find(shown)
    listed = [dict(each.values) for each in desk.entries]
    other = min(max(place + by, 0), len(listed) - 1)
    listed.insert(other, listed.pop(place))
    await desk.apply(listed, None)


async def remove(
    session: AsyncSession, turn: Turn, section: Section, shown: Shown, *, reason: str
) -> None:
    """Raises Refused, naming where it is used."""
    desk = await _begin(session, turn, section)
    entry = desk.entries[desk.find(shown)]
    check_deleting(reason)
    if uses := await uses_of(session, desk.content, entry):
        raise Refused(f"The {entry.what} is in use by {_listed(uses)}, so it cannot be deleted.")
    if await removing.remove_row(session, turn, entry, desk.changes, reason):
        return
    rest = [dict(each.values) for each in desk.entries if each.key != entry.key]
    desk.changes.record("configuration.delete", entry.what, {}, reason=reason)
    await desk.apply(rest, None)


def _known_person(desk: _Desk, typed: Typed) -> int:
    """Who is added and stands there already is changed."""
    keys = [each.key for each in desk.entries]
    who = key_of(Section.PEOPLE, typed.values)
    return keys.index(who) if who in keys else len(keys)


def _check_new(
    section: Section, listed: Sequence[Mapping[str, Any]], place: int, typed: Typed
) -> None:
    keys = [key_of(section, each) for each in listed]
    if keys.count(keys[place]) > 1 and section is not Section.APPROVAL_RULES:
        raise typed.complaint("name", f"There is a {Entry(section, listed[place]).what} already.")


def _complaint(
    wrong: WrongConfiguration, section: Section, placed: _Placed | None
) -> InvalidField | Refused:
    if placed is None or not wrong.faults:
        return Refused(_sentence("; ".join(text for _, text in wrong.faults) or str(wrong)))
    own = [_within(path, section, placed.place) for path, _ in wrong.faults]
    texts = [text for _, text in wrong.faults]
    lines = placed.typed.lines
    if lines is None:
        first = next((i for i, path in enumerate(own) if path), 0)
        # What is there twice is blamed on the second one, which may not be the one typed.
        keys = own[first] or wrong.faults[first][0][-1:]
        key = next((str(each) for each in keys if each in placed.typed.values), "name")
        return InvalidField(key, _sentence(texts[first].removeprefix(f"{key}: ")))
    document = Document(dict(placed.typed.values), dict(lines))
    found = sorted(
        (document.line(path) if path is not None else 0, text)
        for path, text in zip(own, texts, strict=True)
    )
    return InvalidField(TEXT, "\n".join(f"line {n}: {t}" if n else _sentence(t) for n, t in found))


def _within(path: Path, section: Section, place: int) -> Path | None:
    """The place within the entry that was typed; None for what is elsewhere."""
    root: Path = (section.value,) if section is Section.SETTINGS else (section.value, place)
    return path[len(root) :] if path[: len(root)] == root else None


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:] + ("" if text.endswith(".") else ".")


def _listed(uses: Sequence[str]) -> str:
    return ", ".join(uses[:-1]) + (" and " if uses[:-1] else "") + uses[-1]
