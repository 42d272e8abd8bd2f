"""What a department asks besides, within the form "New ticket"."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from bot.ids import Field
from bot.payloads.shared_files import MOST as FILES_MOST
from bot.views.parts import Block, Form, context, input_block, option, plain_text, text_input
from core.tickets.forms import ANSWER_MAX, BLOCKS, FieldKind, FormField, block_of

#: What Slack sends of a view and takes back.
_KEPT = ("type", "title", "submit", "close", "callback_id", "private_metadata")


def with_fields(
    view: Mapping[str, Any], department_id: UUID, asked: Sequence[FormField], notice: str = ""
) -> Form:
    """The same form, with the inputs of that department below its name, and no other's. What was
    typed elsewhere stays, since those inputs stay."""
    blocks: list[Block] = []
    for block in view["blocks"]:
        if str(block.get("block_id")).startswith(BLOCKS):
            continue
        blocks.append(block)
        if block.get("block_id") == Field.DEPARTMENT:
            if notice:
                blocks.append(context(plain_text(notice)) | {"block_id": f"{BLOCKS}notice"})
            blocks += [_block(department_id, *each) for each in enumerate(asked)]
    return {name: view[name] for name in _KEPT if view.get(name)} | {"blocks": blocks}


def has_fields(view: Mapping[str, Any]) -> bool:
    return any(str(block.get("block_id")).startswith(BLOCKS) for block in view["blocks"])


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
