"""The forms about one part."""

from bot.ids import Field, View
from bot.payloads import SUMMARY_MAX, TEXT_MAX
from bot.payloads.part_refs import PartRef
from bot.views.part_card import title
from bot.views.parts import (
    Block,
    Form,
    context,
    external_select,
    form,
    input_block,
    plain_text,
    text_input,
)
from bot.views.split import due_picker
from core.tickets.parts.queries import PartView


def send_back(part: PartView) -> Form:
    reason = _text(Field.REASON, "Reason", f"The desk of {part.sender} reads it.")
    return _form(View.PART_SEND_BACK, part, f"Send {part.key} back", [reason], "Send back")


def propose(part: PartView) -> Form:
    when = input_block(Field.DUE, "Due", due_picker(part.proposed_due_at or part.due_at))
    why = _text(Field.REASON, "Reason", f"The desk of {part.sender} reads it.", optional=True)
    return _form(View.PART_PROPOSE, part, "Propose another time", [when, why], "Propose")


def done(part: PartView) -> Form:
    hint = f"What was done. The desk of {part.sender} reads it."
    note = _text(Field.NOTE, "Note", hint, optional=True)
    return _form(View.PART_DONE, part, f"{part.key} is done", [note], "Done")


def assign(part: PartView) -> Form:
    menu = external_select(Field.PART_ASSIGNEE, "Who should do it?")
    note = _text(Field.NOTE, "Note", "The assignee gets it with the part.", optional=True)
    inputs = [input_block(Field.PART_ASSIGNEE, "Assignee", menu), note]
    return _form(View.PART_ASSIGN, part, f"Assign {part.key}", inputs, "Assign")


def send_again(part: PartView) -> Form:
    summary = text_input(Field.SUMMARY, SUMMARY_MAX, initial=part.summary)
    passed_on = text_input(Field.PASSED_ON, TEXT_MAX, multiline=True, initial=part.passed_on)
    inputs = [
        input_block(Field.SUMMARY, "Summary", summary),
        input_block(Field.PASSED_ON, "What to pass on", passed_on, optional=True),
    ]
    return _form(View.PART_SEND_AGAIN, part, f"Send {part.key} again", inputs, "Send again")


def cancel(part: PartView) -> Form:
    reason = _text(Field.REASON, "Reason", f"{part.department} reads it.", optional=True)
    return _form(View.PART_CANCEL, part, f"Cancel {part.key}", [reason], "Cancel part")


def write(part: PartView) -> Form:
    words = _text(Field.REPLY, "Message", f"The desk of {part.department} reads it.")
    return _form(View.PART_WRITE, part, "Write about a part", [words], "Send")


def _text(field: Field, label: str, hint: str, *, optional: bool = False) -> Block:
    element = text_input(field, TEXT_MAX, multiline=True)
    return input_block(field, label, element, optional=optional, hint=hint)


def _form(view: View, part: PartView, name: str, inputs: list[Block], submit: str) -> Form:
    about = context(plain_text(title(part)))
    hidden = PartRef(part.id).dump()
    return form(view, name, [about, *inputs], submit=submit, hidden=hidden)
