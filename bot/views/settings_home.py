"""Settings as administrators see them: one section at a time, and a menu at each entry."""

from collections.abc import Iterator, Mapping, Sequence

from bot.ids import Action
from bot.payloads.deleted import DeletedRef
from bot.payloads.settings import EntryRef, SectionRef
from bot.setting_ids import Verb
from bot.views.parts import (
    NAME_MAX,
    TEXT_MAX,
    Block,
    Form,
    actions,
    button,
    clip,
    clip_escaped,
    context,
    menu,
    modal,
    mrkdwn,
    option,
    plain_text,
    section,
)
from bot.views.setting_facts import facts
from core.configuration.deleted import Kind
from core.configuration.sections import ORDERED, SINGLE, Entry, Section
from core.configuration.together import TOGETHER

#: Entries at a time; a window holds a hundred blocks.
PAGE = 40

TITLES: Mapping[Section, str] = {
    Section.DEPARTMENTS: "Departments",
    Section.PEOPLE: "People",
    Section.ROUTING: "Routing rules",
    Section.SLA_TEMPLATES: "SLA templates",
    Section.CALENDARS: "Calendars",
    Section.APPROVAL_RULES: "Approval rules",
    Section.APPROVALS: "Approvals",
    Section.EXCHANGE_RATES: "Exchange rates",
    Section.SPLIT_TEMPLATES: "Split templates",
    Section.CANNED_REPLIES: "Canned replies",
    Section.SETTINGS: "For the whole desk",
}
_ABOUT: Mapping[Section, str] = {
    Section.DEPARTMENTS: "Who takes tickets, and where their cards appear.",
    Section.PEOPLE: "Everybody with a role or a department. Others are employees.",
    Section.ROUTING: "The first rule that fits a new ticket is taken.",
    Section.SLA_TEMPLATES: "The first promise that fits a new ticket is taken. Tickets that are "
    "open keep theirs, unless you say otherwise.",
    Section.CALENDARS: "Business hours and holidays. “always” is built in.",
    Section.APPROVAL_RULES: "Who decides about which amounts. Every amount has one "
    "rule: where one begins or ends anew, its neighbour does too, so edit them all at once.",
    Section.APPROVALS: "How long deciding may take, and who decides instead.",
    Section.EXCHANGE_RATES: "What amounts in other currencies are worth in that of the rules. "
    "Without a rate they are refused.",
    Section.SPLIT_TEMPLATES: "Offered to heads in “Split…” and “New ticket”.",
    Section.CANNED_REPLIES: "Answers that a desk gives often.",
    Section.SETTINGS: "What holds for every department.",
}
_MENU: Mapping[Verb, str] = {
    Verb.EDIT: "Edit…",
    Verb.LABELS: "Words for statuses…",
    Verb.TEXT: "Edit as text…",
    Verb.UP: "Move up",
    Verb.DOWN: "Move down",
    Verb.DELETE: "Delete…",
}


def settings_blocks() -> list[Block]:
    """For the Home tab of an administrator, and below `/ticket help`."""
    words = "Departments, people, rules and promises"
    press = button(Action.SETTINGS, "Settings…", SectionRef(Section.DEPARTMENTS).dump())
    return [{**section(plain_text(words)), "accessory": press}]


def settings(ref: SectionRef, entries: Sequence[Entry]) -> Form:
    start = min(ref.offset, max(len(entries) - 1, 0) // PAGE * PAGE)
    shown = entries[start : start + PAGE]
    listed = [_row(each) for each in shown] or [section(plain_text("There is nothing here yet."))]
    buttons = [*_adding(ref.section), *_pages(ref.section, start, len(entries))]
    return modal(
        "Settings",
        [
            actions([sections(ref.section)]),
            context(plain_text(_ABOUT[ref.section])),
            *listed,
            *([actions(buttons)] if buttons else ()),
        ],
        close="Close",
    )


def sections(now: Section | None) -> Block:
    """The menu of them; without a section it stands at the deleted records."""
    listed: dict[Section | None, Block] = {
        each: option(title, SectionRef(each).dump()) for each, title in TITLES.items()
    }
    listed[None] = option("Deleted records", DeletedRef(Kind.TICKETS).dump())
    return {
        "type": "static_select",
        "action_id": Action.SETTINGS_SECTION.value,
        "options": list(listed.values()),
        "initial_option": listed[now],
    }


def _adding(about: Section) -> Iterator[Block]:
    if about in SINGLE:
        return
    value = SectionRef(about).dump()
    yield button(Action.SETTINGS_ADD, "Add…", value, "primary")
    yield button(Action.SETTINGS_ADD_TEXT, "Add as text…", value)
    if about in TOGETHER:
        yield button(Action.SETTINGS_ALL_TEXT, "Edit all as text…", value)


def _pages(about: Section, start: int, count: int) -> Iterator[Block]:
    if start:
        yield button(Action.SETTINGS_BACK, "Previous", SectionRef(about, start - PAGE).dump())
    if start + PAGE < count:
        yield button(Action.SETTINGS_ON, "Next", SectionRef(about, start + PAGE).dump())


def _row(entry: Entry) -> Block:
    name = clip_escaped(entry.label, NAME_MAX) if entry.key else TITLES[entry.section]
    words = f"*{name}*\n{facts(entry.section, entry.values)}"
    block = section(mrkdwn(clip(words, TEXT_MAX)))
    offered = [
        (_MENU[verb], EntryRef(verb, entry.section, entry.print).dump())
        for verb in _verbs(entry.section)
    ]
    return block | {"accessory": menu(Action.SETTINGS_ENTRY, offered)}


def _verbs(about: Section) -> list[Verb]:
    verbs = [Verb.EDIT, *([Verb.LABELS] if about is Section.DEPARTMENTS else []), Verb.TEXT]
    if about in ORDERED:
        verbs += [Verb.UP, Verb.DOWN]
    return verbs if about in SINGLE else [*verbs, Verb.DELETE]
