"""The forms that change a setting as text, and the one that asks why it is deleted."""

from collections.abc import Iterator, Mapping

from bot.ids import View
from bot.payloads import TEXT_MAX
from bot.payloads.settings import FormRef
from bot.setting_ids import Setting
from bot.views.parts import (
    Block,
    Form,
    context,
    form,
    input_block,
    plain_text,
    rich_text,
    section,
    text_input,
)
from bot.views.settings_home import TITLES
from core.configuration.sections import Entry, Section, key_of
from core.configuration.together import Whole
from core.configuration.typed import Shown

_TITLES: Mapping[Section, str] = {
    Section.DEPARTMENTS: "Department",
    Section.PEOPLE: "Person",
    Section.ROUTING: "Routing rule",
    Section.SLA_TEMPLATES: "SLA template",
    Section.CALENDARS: "Calendar",
    Section.APPROVAL_RULES: "Approval rule",
    Section.APPROVALS: "Approvals",
    Section.EXCHANGE_RATES: "Exchange rate",
    Section.SPLIT_TEMPLATES: "Split template",
    Section.CANNED_REPLIES: "Canned reply",
    Section.SETTINGS: "For the whole desk",
}
_NAMED = {each: title.lower().replace("sla", "SLA") for each, title in _TITLES.items()}
_EXAMPLES: Mapping[Section, str] = {
    Section.DEPARTMENTS: "name: Facilities\ntime_zone: Europe/Berlin\n",
    Section.PEOPLE: "slack_user_id: U0…\nrole: agent\ndepartment: IT\n",
    Section.ROUTING: "name: network\nwords: [vpn, wifi]\nto: IT\n",
    Section.SLA_TEMPLATES: "name: urgent\npriority: urgent\nfirst_response: 30m\nresolution: 4h\n",
    Section.CALENDARS: 'name: shifts\nhours: {mon-fri: ["06:00-14:00", "14:00-22:00"]}\n'
    "holidays: {country: DE, dates: [2026-12-24]}\n",
    Section.APPROVAL_RULES: "currency: EUR\nfrom: 500\nto: 5000\nsteps: [finance]\n",
    Section.EXCHANGE_RATES: "currency: USD\nrate: 0.92\nfrom: 2026-01-01\n",
    Section.CANNED_REPLIES: "title: Restart it\ndepartment: IT\n"
    "body: Hello {requester}, please restart it once.\n",
    Section.SPLIT_TEMPLATES: "name: New starter\nparts:\n"
    "  - {department: IT, summary: Laptop and accounts, due_after: 2d}\n",
}


MEANWHILE = "Somebody changed this while you were writing, so nothing was saved."


def text_form(about: Section, entry: Entry | None, *, typed: str | None = None) -> Form:
    """`typed` stands in the form of an entry that somebody else changed meanwhile."""
    hint = _AS_IN_FILE
    if about in _EXAMPLES and entry is None:
        hint += f" An example:\n{_EXAMPLES[about]}"
    return form(
        View.SETTING_TEXT,
        title_of(about, is_new=entry is None),
        _text(entry, typed, hint),
        submit="Save",
        hidden=FormRef(about, shown_of(entry)).dump(),
    )


def together_form(whole: Whole, *, typed: str | None = None) -> Form:
    """All entries of a section; `typed` as in the form of one."""
    hint = f"{_AS_IN_FILE} This takes the place of everything that is there."
    return form(
        View.SETTINGS_TOGETHER,
        TITLES[whole.section],
        _text(whole, typed, hint),
        submit="Save",
        hidden=FormRef(whole.section, Shown("", whole.print)).dump(),
    )


_AS_IN_FILE = "As in the configuration file."


def _text(now: Entry | Whole | None, typed: str | None, hint: str) -> list[Block]:
    said = now.text if now else ""
    held = said if typed is None else typed
    element = text_input(Setting.TEXT, TEXT_MAX, multiline=True, initial=held)
    block = input_block(Setting.TEXT, "Text", element, hint=hint)
    if typed is None:
        return [block]
    if now is not None:
        block["block_id"] = f"{Setting.TEXT}@{now.print[:6]}"
    return [context(plain_text(f"{MEANWHILE} It says now:")), *rich_text(said), block]


def delete_form(entry: Entry) -> Form:
    reason = text_input(Setting.REASON, TEXT_MAX, multiline=True)
    return form(
        View.SETTING_DELETE,
        f"Delete {_NAMED[entry.section]}",
        [
            section(plain_text(entry.label)),
            *_warning(entry),
            input_block(Setting.REASON, "Reason", reason, hint="It is kept in the audit trail."),
        ],
        submit="Delete",
        hidden=FormRef(entry.section, shown_of(entry)).dump(),
    )


def title_of(about: Section, *, is_new: bool) -> str:
    return f"New {_NAMED[about]}" if is_new else _TITLES[about]


def _warning(entry: Entry) -> Iterator[Block]:
    if entry.section is Section.PEOPLE:
        yield context(plain_text("The tickets they filed are deleted with them."))


def shown_of(entry: Entry | None) -> Shown | None:
    return Shown(key_of(entry.section, entry.values), entry.print) if entry else None


def too_long(entry: Entry | Whole) -> Iterator[str]:
    """Why it cannot be changed as text here."""
    if len(entry.text) > TEXT_MAX:
        yield "This is longer than a form can hold. Change it with `hdms settings import`."
