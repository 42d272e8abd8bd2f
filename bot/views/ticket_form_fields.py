"""What a department asks besides, within the form "New ticket"."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from bot.ids import Field
from bot.payloads.shared_files import MOST as FILES_MOST
from bot.views.parts import (
    Block,
    Form,
    choices,
    context,
    input_block,
    option,
    plain_text,
    text_input,
)
from core.tickets.forms import ANSWER_MAX, BLOCKS, FieldKind, FormField, block_of

#: What Slack sends of a view and takes back.
_KEPT = ("type", "title", "submit", "close", "callback_id", "private_metadata")


@dataclass(frozen=True, slots=True)
class Asked:
    """By a department, of one person. `templates` are the names of those they may split by."""

    department_id: UUID
    fields: Sequence[FormField]
    templates: Sequence[str] = ()

    def __bool__(self) -> bool:
        return bool(self.fields or self.templates)


def with_fields(view: Mapping[str, Any], asked: Asked, notice: str = "") -> Form:
    """The same form, with the inputs of that department below its name, and no other's. What was
    typed elsewhere stays, since those inputs stay."""
    blocks: list[Block] = []
    for block in view["blocks"]:
        if _is_asked(block):
            continue
        blocks.append(block)
        if block.get("block_id") == Field.DEPARTMENT:
            if notice:
                blocks.append(context(plain_text(notice)) | {"block_id": f"{BLOCKS}notice"})
            blocks += [_block(asked.department_id, *each) for each in enumerate(asked.fields)]
            blocks += [_template(asked.templates)] if asked.templates else []
    return {name: view[name] for name in _KEPT if view.get(name)} | {"blocks": blocks}


def has_fields(view: Mapping[str, Any]) -> bool:
    return any(_is_asked(block) for block in view["blocks"])


def _is_asked(block: Block) -> bool:
    block_id = str(block.get("block_id"))
    return block_id == Field.TEMPLATE or block_id.startswith(BLOCKS)


def _template(names: Sequence[str]) -> Block:
    element = {
        "type": "static_select",
        "action_id": Field.TEMPLATE.value,
        "placeholder": plain_text("No template"),
        **choices([option(name, name) for name in names]),
    }
    hint = "Its parts go to the other departments as soon as the ticket is filed."
    return input_block(Field.TEMPLATE, "Template", element, optional=True, hint=hint)


def lacks(view: Mapping[str, Any], department_id: UUID, asked: Sequence[FormField]) -> bool:
    """Whether the form came back without an input that it should have."""
    there = {block.get("block_id") for block in view["blocks"]}
    return any(block_of(department_id, number) not in there for number in range(len(asked)))


def _block(department_id: UUID, position: int, asked: FormField) -> Block:
    block = input_block(Field.EXTRA, asked.label, _element(asked), optional=not asked.is_required)
    return block | {"block_id": block_of(department_id, position)}


def _element(asked: FormField) -> Block:
    named: Block = {"action_id": Field.EXTRA.value}
    match asked.kind:
        case FieldKind.SELECT:
            listed = [option(each, each) for each in asked.options]
            return {"type": "static_select", **named, "options": listed}
        case FieldKind.DATE:
            return {"type": "datepicker", **named}
        case FieldKind.AMOUNT:
            # Limits of numbers are texts to Slack.
            return {
                "type": "number_input",
                **named,
                "is_decimal_allowed": True,
                "min_value": "0",
            }
        case FieldKind.USER:
            return {"type": "users_select", **named}
        case FieldKind.FILE:
            return {"type": "file_input", **named, "max_files": FILES_MOST}
        case FieldKind.TEXT:
            return text_input(Field.EXTRA, ANSWER_MAX)
