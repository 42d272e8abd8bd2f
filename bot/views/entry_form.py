"""The form of one setting: an input for each thing it says."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.ids import Action, View
from bot.payloads import TEXT_MAX
from bot.payloads.settings import FormRef, SectionRef, seen_as
from bot.payloads.split_values import blank, count_in
from bot.setting_ids import NONE, Setting, Verb
from bot.views.parts import (
    Block,
    Form,
    actions,
    button,
    clip,
    context,
    form,
    header,
    plain_text,
    section,
)
from bot.views.setting_elements import Input, Offered
from bot.views.setting_forms import MEANWHILE, shown_of, title_of
from bot.views.setting_inputs import inputs_for, shown_at_first
from core.configuration.sections import Entry, Section
from core.tickets.parts.splitting import PARTS_MOST

_VALUE_MAX = 200
_LABELS_TITLE = "Words for statuses"
_ABOUT_LABELS = "Left empty, our words stand. What can be done with a ticket does not change."
_ADD_PART = "Add a part"


@dataclass(frozen=True, slots=True)
class _Filled:
    """What a form is about, what its inputs hold, and which of them it has."""

    ref: FormRef
    held: Mapping[str, Any]
    offered: Offered
    without: frozenset[Setting] = field(default_factory=frozenset)
    #: Another one makes Slack forget what was typed before.
    renewed: str = ""

    @property
    def inputs(self) -> list[Input]:
        listed = inputs_for(self.ref.section, self.ref.verb, self.held)
        return [each for each in listed if each.setting not in self.without]

    def view(self, *before: Block) -> Form:
        about, is_new = self.ref.section, self.ref.shown is None
        is_labels = self.ref.verb is Verb.LABELS
        return form(
            View.SETTING,
            _LABELS_TITLE if is_labels else title_of(about, is_new=is_new),
            [*before, *self._blocks(), *self._adding()],
            submit="Save",
            hidden=self.ref.dump(),
        )

    def _blocks(self) -> Iterator[Block]:
        if self.ref.verb is Verb.LABELS:
            yield context(plain_text(_ABOUT_LABELS))
        for each in self.inputs:
            value = self.held.get(each.name)
            if each.heading:
                yield header(each.heading)
            if each.holds(value):
                yield each.block(value, self.offered, self.renewed)
            else:
                yield context(plain_text(f"{each.label}: {_STAYS}"))

    def _adding(self) -> Iterator[Block]:
        about = self.ref.section
        if about is Section.SPLIT_TEMPLATES and count_in(self.held) < PARTS_MOST:
            value = SectionRef(about).dump()
            yield actions([button(Action.SETTINGS_ADD_PART, _ADD_PART, value)])


_STAYS = "longer than a form can hold. It stays as it is; change it with `hdms settings import`."
_WHO = frozenset({Setting.SLACK_USER_ID})


def entry_form(
    about: Section, offered: Offered, entry: Entry | None = None, verb: Verb = Verb.EDIT
) -> Form:
    held = shown_at_first(about, entry.values if entry else None)
    ref = FormRef(about, shown_of(entry), _seen(about, verb, held), verb)
    if entry is None or about is not Section.PEOPLE:
        return _Filled(ref, held, offered).view()
    return _Filled(ref, held, offered, without=_WHO).view(_who(entry))


def _seen(about: Section, verb: Verb, held: Mapping[str, Any]) -> dict[str, str]:
    return {each.name: seen_as(held.get(each.name)) for each in inputs_for(about, verb, held)}


def _who(entry: Entry) -> Block:
    return section(plain_text(f"{entry.label} · {entry.key}"))


def chosen_person(entry: Entry, offered: Offered, *, is_listed: bool) -> Form:
    """After somebody was chosen: with what we know of them."""
    held = shown_at_first(Section.PEOPLE, entry.values)
    seen = _seen(Section.PEOPLE, Verb.EDIT, held)
    ref = FormRef(Section.PEOPLE, shown_of(entry), seen) if is_listed else FormRef(Section.PEOPLE)
    return _Filled(ref, held, offered, renewed=entry.key).view()


def with_part(ref: FormRef, typed: Mapping[str, Any], offered: Offered) -> Form:
    """What was typed so far, and the inputs of one more part."""
    more = blank(count_in(typed) + 1)
    seen = {**ref.seen, **{name: seen_as(value) for name, value in more.items()}}
    again = FormRef(ref.section, ref.shown, seen, ref.verb)
    return _Filled(again, {**typed, **more}, offered).view()


def entry_changed(now: Entry, offered: Offered, typed: Mapping[str, Any], ref: FormRef) -> Form:
    """With what the person changed, and for the rest what it says by now."""
    theirs = shown_at_first(now.section, now.values)
    own = {name: value for name, value in typed.items() if seen_as(value) != ref.seen.get(name)}
    held = {**theirs, **_added(theirs, typed, own), **own}
    again = FormRef(now.section, shown_of(now), _seen(now.section, ref.verb, theirs), ref.verb)
    without = _WHO if now.section is Section.PEOPLE else frozenset()
    filled = _Filled(again, held, offered, without, renewed=now.print[:6])
    told = [
        f"{each.label}: {_worded(each, theirs.get(each.name), offered)}"
        for each in filled.inputs
        if seen_as(theirs.get(each.name)) != ref.seen.get(each.name)
    ]
    notice = f"{MEANWHILE} It says now: {'; '.join(told)}." if told else MEANWHILE
    before = [context(plain_text(clip(notice, TEXT_MAX)))]
    return filled.view(*before, *([_who(now)] if without else []))


def _added(
    theirs: Mapping[str, Any], typed: Mapping[str, Any], own: Mapping[str, Any]
) -> dict[str, Any]:
    """The rest of the groups that somebody wrote in and the entry does not have."""
    groups = {_group(name) for name in own if name not in theirs}
    return {
        name: value
        for name, value in typed.items()
        if name not in theirs and _group(name) in groups
    }


def _group(name: str) -> str:
    return name.rpartition("_")[2]


def _worded(of: Input, value: Any, offered: Offered) -> str:
    """As its input words it."""
    words = of.words(offered)
    listed = value if isinstance(value, list) else [NONE if value is None else value]
    said = [words.get(str(each), str(each)) for each in listed if each != NONE or NONE in words]
    return clip(", ".join(said), _VALUE_MAX).replace("\n", ", ") or "nothing"
