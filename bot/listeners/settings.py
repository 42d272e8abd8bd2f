"""What administrators set: the lists, the forms for one entry, and saving them."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from bot.gateway import SlackFailure
from bot.interaction import Interaction, log
from bot.listeners import deletion
from bot.payloads import setting_values, split_values
from bot.payloads.deleted import DeletedRef
from bot.payloads.settings import (
    EntryRef,
    FormRef,
    SectionRef,
    read_inputs,
    seen_as,
)
from bot.people import introduce
from bot.setting_ids import SEVERAL_PEOPLE, Setting, Verb
from bot.views import entry_form, setting_forms, setting_preview, settings_home
from bot.views.parts import Form
from bot.views.setting_elements import Offered
from core.configuration import editing, together
from core.configuration.editing import EntryChanged, MovesDueTimes
from core.configuration.sections import Entry, Section, find_person, list_entries, list_labels
from core.configuration.together import SectionChanged
from core.configuration.typed import Shown, Typed
from core.errors import ChangedMeanwhile, InvalidField, NotAllowed, Refused
from core.tickets.models import Source
from core.tickets.parts.splitting import PARTS_MOST
from core.users.permissions import Actor, Permission, authorize
from core.users.queries import Identity

#: Inputs that name a person.
_PEOPLE = (Setting.HEAD, Setting.ASSIGNEE, Setting.SLACK_USER_ID, *sorted(SEVERAL_PEOPLE))


async def open_settings(interaction: Interaction) -> None:
    ref = SectionRef.load(interaction.action.get("value"))
    await interaction.open_view(await _list(interaction, ref))
    await interaction.ack()


async def choose_section(interaction: Interaction) -> None:
    value = (interaction.action.get("selected_option") or {}).get("value")
    if isinstance(value, str) and value.startswith("deleted "):
        await deletion.show(interaction, DeletedRef.load(value))
    else:
        await _show(interaction, SectionRef.load(value))


async def turn_page(interaction: Interaction) -> None:
    await _show(interaction, SectionRef.load(interaction.action.get("value")))


async def _show(interaction: Interaction, ref: SectionRef) -> None:
    await interaction.update_view(await _list(interaction, ref))
    await interaction.ack()


async def _list(interaction: Interaction, ref: SectionRef) -> Form:
    async with interaction.acting(Source.BUTTON) as (session, turn):
        entries = await list_entries(session, turn.actor, ref.section)
    return settings_home.settings(ref, entries)


async def open_new(interaction: Interaction) -> None:
    ref = SectionRef.load(interaction.action.get("value"))
    async with interaction.acting(Source.BUTTON) as (session, turn):
        offered = await _offered(session, turn.actor)
    await interaction.open_view(entry_form.entry_form(ref.section, offered))
    await interaction.ack()


async def open_new_text(interaction: Interaction) -> None:
    ref = SectionRef.load(interaction.action.get("value"))
    async with interaction.acting(Source.BUTTON) as (session, turn):
        await list_entries(session, turn.actor, ref.section)
    await interaction.open_view(setting_forms.text_form(ref.section, None))
    await interaction.ack()


async def open_together(interaction: Interaction) -> None:
    ref = SectionRef.load(interaction.action.get("value"))
    async with interaction.acting(Source.BUTTON) as (session, turn):
        whole = await together.read_together(session, turn.actor, ref.section)
    for why in setting_forms.too_long(whole):
        raise Refused(why)
    await interaction.open_view(setting_forms.together_form(whole))
    await interaction.ack()


async def choose_for_entry(interaction: Interaction) -> None:
    """From the menu at an entry. One that was changed since the list was shown is shown anew."""
    chosen = interaction.action.get("selected_option") or {}
    ref = EntryRef.load(chosen.get("value"))
    async with interaction.acting(Source.BUTTON) as (session, turn):
        entries = await list_entries(session, turn.actor, ref.section)
        entry = next((each for each in entries if each.print == ref.print), None)
        offered = await _offered(session, turn.actor)
        if entry is not None and ref.verb in _MOVES:
            shown = Shown(entry.key, entry.print)
            await editing.move(session, turn, ref.section, shown, _MOVES[ref.verb])
    if entry is None:
        await _show(interaction, SectionRef(ref.section))
        raise ChangedMeanwhile("Somebody changed this meanwhile. The list shows it as it is now.")
    if ref.verb in _MOVES:
        _forget(interaction)
        await _show(interaction, SectionRef(ref.section))
        return
    await interaction.open_view(_form(ref.verb, entry, offered))
    await interaction.ack()


_MOVES: Mapping[Verb, int] = {Verb.UP: -1, Verb.DOWN: 1}


def _form(verb: Verb, entry: Entry, offered: Offered) -> Form:
    if verb is Verb.DELETE:
        return setting_forms.delete_form(entry)
    if verb in (Verb.EDIT, Verb.LABELS):
        return entry_form.entry_form(entry.section, offered, entry, _own_form(verb, entry))
    for why in setting_forms.too_long(entry):
        raise Refused(why)
    return setting_forms.text_form(entry.section, entry)


def _own_form(verb: Verb, entry: Entry) -> Verb:
    return verb if entry.section is Section.DEPARTMENTS else Verb.EDIT


async def add_part(interaction: Interaction) -> None:
    ref, inputs = FormRef.load(interaction.view), read_inputs(interaction.view)
    async with interaction.acting(Source.FORM) as (session, turn):
        offered = await _offered(session, turn.actor)
    if ref.section is not Section.SPLIT_TEMPLATES or split_values.count_in(inputs) >= PARTS_MOST:
        raise Refused(f"A template has up to {PARTS_MOST} parts.")
    await interaction.update_view(entry_form.with_part(ref, inputs, offered))
    await interaction.ack()


async def choose_person(interaction: Interaction) -> None:
    """In the form for a new person: what we know of whoever was chosen."""
    chosen = interaction.action.get("selected_user")
    await _check(interaction)
    await _introduce(interaction, {Setting.SLACK_USER_ID: chosen})
    async with interaction.acting(Source.FORM) as (session, turn):
        listed = await list_entries(session, turn.actor, Section.PEOPLE)
        entry = await find_person(session, turn.actor, str(chosen))
        offered = await _offered(session, turn.actor)
    is_listed = entry.key in {each.key for each in listed}
    view = entry_form.chosen_person(entry, offered, is_listed=is_listed)
    await interaction.update_view(view)
    await interaction.ack()


async def _offered(session: AsyncSession, actor: Actor) -> Offered:
    sections = (Section.DEPARTMENTS, Section.CALENDARS)
    departments, calendars = await list_labels(session, actor, sections)
    return Offered(departments, calendars)


async def save(interaction: Interaction) -> None:
    ref, inputs = FormRef.load(interaction.view), read_inputs(interaction.view)
    await _check(interaction)
    await _introduce(interaction, inputs)
    try:
        async with interaction.acting(Source.FORM) as (session, turn):
            listed = await list_entries(session, turn.actor, ref.section)
            entered = {k: each for k, each in inputs.items() if k != Setting.FOR_RUNNING}
            typed = replace(
                setting_values.typed(ref.section, entered, _former(ref, listed)),
                is_agreed=ref.agreed == seen_as(inputs),
                for_running=bool(inputs.get(Setting.FOR_RUNNING)),
            )
            await editing.save(session, turn, ref.section, ref.shown, typed)
    except MovesDueTimes as ahead:
        await _show_first(interaction, ref, inputs, ahead)
        return
    except EntryChanged as meanwhile:
        async with interaction.acting(Source.FORM) as (session, turn):
            offered = await _offered(session, turn.actor)
        again = entry_form.entry_changed(meanwhile.now, offered, inputs, ref)
        await interaction.ack(response_action="update", view=again)
        return
    await _saved(interaction, ref.section)


def _former(ref: FormRef, listed: list[Entry]) -> Mapping[str, Any] | None:
    if ref.shown is None:
        return None
    return next((each.values for each in listed if each.key == ref.shown.key), {})


async def save_text(interaction: Interaction) -> None:
    ref, inputs = FormRef.load(interaction.view), read_inputs(interaction.view)
    text = str(inputs.get(Setting.TEXT) or "")
    try:
        async with interaction.acting(Source.FORM) as (session, turn):
            authorize(turn.actor, Permission.CONFIGURE)
            typed = replace(Typed.read(text), is_agreed=ref.agreed == seen_as(inputs))
            await editing.save(session, turn, ref.section, ref.shown, typed)
    except MovesDueTimes as ahead:
        await _show_first(interaction, ref, inputs, ahead)
        return
    except EntryChanged as meanwhile:
        again = setting_forms.text_form(ref.section, meanwhile.now, typed=text)
        await interaction.ack(response_action="update", view=again)
        return
    await _saved(interaction, ref.section)


async def _show_first(
    interaction: Interaction, ref: FormRef, inputs: Mapping[str, Any], ahead: MovesDueTimes
) -> None:
    agreed = replace(ref, agreed=seen_as(inputs))
    view = setting_preview.before_saving(interaction.view, agreed, ahead.moved)
    await interaction.ack(response_action="update", view=view)


async def save_together(interaction: Interaction) -> None:
    ref, inputs = FormRef.load(interaction.view), read_inputs(interaction.view)
    text, shown = str(inputs.get(Setting.TEXT) or ""), ref.shown.print if ref.shown else ""
    try:
        async with interaction.acting(Source.FORM) as (session, turn):
            await together.save_together(session, turn, ref.section, shown, text)
    except SectionChanged as meanwhile:
        again = setting_forms.together_form(meanwhile.now, typed=text)
        await interaction.ack(response_action="update", view=again)
        return
    await _saved(interaction, ref.section)


async def delete(interaction: Interaction) -> None:
    ref, inputs = FormRef.load(interaction.view), read_inputs(interaction.view)
    if ref.shown is None:
        raise Refused("Open the settings again, and choose what is to be deleted.")
    reason = str(inputs.get(Setting.REASON) or "")
    async with interaction.acting(Source.FORM) as (session, turn):
        await editing.remove(session, turn, ref.section, ref.shown, reason=reason)
    await _saved(interaction, ref.section)


async def _check(interaction: Interaction) -> None:
    """Before we ask Slack about people for them."""
    async with interaction.acting(Source.FORM) as (_, turn):
        authorize(turn.actor, Permission.CONFIGURE)


async def _introduce(interaction: Interaction, inputs: Mapping[str, Any]) -> None:
    """Whoever is named and was never met. Raises InvalidField for bots and strangers."""
    for setting in _PEOPLE:
        held = inputs.get(setting)
        for named in held if isinstance(held, list) else [held] if held else []:
            who = Identity(interaction.who.team_id, str(named))
            try:
                await introduce(interaction.deps, who)
            except NotAllowed as refusal:
                raise InvalidField(setting, refusal.text) from refusal


async def _saved(interaction: Interaction, about: Section) -> None:
    """The form closes, and the list below it shows what it is now."""
    _forget(interaction)
    await interaction.done()
    below = interaction.view.get("previous_view_id")
    if not isinstance(below, str):
        return
    view = await _list(interaction, SectionRef(about))
    try:
        await interaction.deps.gateway.update_view(below, view)
    except SlackFailure as failure:
        log.info("list_not_shown", error=failure.code)


def _forget(interaction: Interaction) -> None:
    """What this process remembered of settings and people."""
    interaction.deps.policies.forget()
    interaction.deps.directory.clear()
