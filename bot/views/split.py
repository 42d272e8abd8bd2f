"""The form "Split…": what other departments are to do of a ticket, part by part."""

from collections.abc import Sequence
from typing import Any

from bot.ids import Action, Field, View
from bot.payloads import SUMMARY_MAX, TEXT_MAX
from bot.payloads.part_forms import IS_REQUIRED, PartDraft, SplitRef, block_of
from bot.views.parts import (
    NAME_MAX,
    Block,
    Form,
    actions,
    button,
    choices,
    clip,
    context,
    external_select,
    form,
    modal,
    option,
    plain_text,
    section,
    text_input,
)
from bot.views.ticket_card import title
from core.tickets.parts.splitting import FILES_MOST, PARTS_MOST
from core.tickets.queries import TicketView

_PASS_ON_HINT = "The other department reads this, and nothing else of the ticket."
_DUE_HINT = "Left empty, the other department's usual time holds."
_FILES_HINT = "Only what you tick is passed on."


def split(
    ticket: TicketView,
    ref: SplitRef,
    drafts: Sequence[PartDraft],
    templates: Sequence[str] = (),
    files: Sequence[tuple[int, str]] = (),
) -> Form:
    """One group of inputs for each draft, holding what the draft says."""
    blocks = [context(plain_text(title(ticket)))]
    if templates:
        blocks.append(_templates(templates))
    for number, (place, draft) in enumerate(zip(ref.places, drafts, strict=True), start=1):
        blocks += _group(number, place, draft, files)
    if len(drafts) < PARTS_MOST:
        blocks.append(actions([button(Action.ADD_PART, "Add another part", ref.dump())]))
    return form(View.SPLIT, f"Split {ticket.key}", blocks, submit="Split", hidden=ref.dump())


def _templates(names: Sequence[str]) -> Block:
    menu = {
        "type": "static_select",
        "action_id": Action.USE_TEMPLATE.value,
        "placeholder": plain_text("Choose one"),
        **choices([option(name, name) for name in names]),
    }
    return section(plain_text("Use a template")) | {"accessory": menu}


def _group(
    number: int, place: int, draft: PartDraft, files: Sequence[tuple[int, str]]
) -> list[Block]:
    """What is added and left empty is no part, so it may stay empty."""
    may_stay_empty = number > 1

    def block(field: Field, label: str, element: Block, *, optional: bool, hint: str = "") -> Block:
        found: Block = {
            "type": "input",
            "block_id": block_of(field, place),
            "label": plain_text(label if number == 1 else f"{label} (part {number})"),
            "element": element,
            "optional": optional,
        }
        return found | ({"hint": plain_text(hint)} if hint else {})

    passed_on = text_input(Field.PASSED_ON, TEXT_MAX, multiline=True, initial=draft.passed_on)
    summary = text_input(Field.SUMMARY, SUMMARY_MAX, initial=draft.summary)
    found = [
        block(Field.DEPARTMENT, "Department", _department(draft), optional=may_stay_empty),
        block(Field.SUMMARY, "Summary", summary, optional=may_stay_empty),
        block(Field.PASSED_ON, "What to pass on", passed_on, optional=True, hint=_PASS_ON_HINT),
        block(Field.REQUIRED, "Required", _required(draft), optional=True),
        block(Field.DUE, "Due", due_picker(draft.due_at), optional=True, hint=_DUE_HINT),
    ]
    if files:
        ticked = _files(draft, files)
        found.append(block(Field.PASSED_FILES, "Files", ticked, optional=True, hint=_FILES_HINT))
    return found


def _department(draft: PartDraft) -> Block:
    element = external_select(Field.DEPARTMENT, "Who should do this part?")
    if draft.department is None:
        return element
    value, name = draft.department
    return element | {"initial_option": option(name, value)}


def _required(draft: PartDraft) -> Block:
    offered = [option("The ticket cannot be resolved before this part is done", IS_REQUIRED)]
    element: Block = {
        "type": "checkboxes",
        "action_id": Field.REQUIRED.value,
        "options": offered,
    }
    return element | ({"initial_options": offered} if draft.is_required else {})


def due_picker(moment: Any) -> Block:
    element: Block = {"type": "datetimepicker", "action_id": Field.DUE.value}
    return element | ({"initial_date_time": int(moment.timestamp())} if moment else {})


def _files(draft: PartDraft, files: Sequence[tuple[int, str]]) -> Block:
    offered = [option(name, str(file_id)) for file_id, name in files[:FILES_MOST]]
    ticked = [each for each in offered if each["value"] in draft.files]
    element: Block = {
        "type": "checkboxes",
        "action_id": Field.PASSED_FILES.value,
        "options": offered,
    }
    return element | ({"initial_options": ticked} if ticked else {})


def asked(ticket: TicketView, names: Sequence[str]) -> Form:
    """To somebody who may not split it: who was asked to."""
    who = clip(", ".join(names), NAME_MAX)
    words = f"{who} was asked to split {ticket.key}: only a head passes parts of it on."
    return modal("Asked", [section(plain_text(words))], close="OK")
