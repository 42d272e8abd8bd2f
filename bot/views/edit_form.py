"""The form "Edit…", and the same form when somebody else saved meanwhile."""

from collections.abc import Iterator, Mapping, Sequence

from bot.ids import Field, View
from bot.payloads import SUMMARY_MAX, TEXT_MAX, TicketRef
from bot.payloads.edits import EditRef, renewed
from bot.views.parts import (
    NAME_MAX,
    Block,
    Form,
    clip,
    context,
    form,
    input_block,
    mrkdwn,
    one_line,
    option,
    plain_text,
    text_input,
    time_of_day,
)
from core.tickets.editing import Editable, Overlap
from core.tickets.states import Priority

_VALUE_MAX = 200
_IN_ORDER = (Field.SUMMARY, Field.DESCRIPTION, Field.PRIORITY)


def edit(ticket: Editable) -> Form:
    fields = list(_fields(ticket))
    blocks = [_input(field, ticket.values[field]) for field in fields]
    if Field.DESCRIPTION not in fields:
        more = "The description is longer than a form can hold, so it cannot be changed here."
        blocks.insert(1, context(plain_text(more)))
    return _form(ticket, fields, blocks)


def edit_again(ticket: Editable, changed: Mapping[str, str], overlaps: Sequence[Overlap]) -> Form:
    """With what was changed in it, and beside each overlap what the other one made of it. To Slack
    its inputs are new ones, so that the others show what the ticket says now."""
    theirs = {overlap.field: overlap for overlap in overlaps}
    now = {**ticket.values, **changed}
    fields = [field for field in _IN_ORDER if field in changed or field in _fields(ticket)]
    blocks: list[Block] = []
    for field in fields:
        blocks.append(_input(field, now[field]) | {"block_id": renewed(field, ticket.version)})
        if field in theirs:
            blocks.append(_explained(theirs[field]))
    return _form(ticket, fields, blocks)


def _fields(ticket: Editable) -> Iterator[Field]:
    yield Field.SUMMARY
    if len(ticket.values[Field.DESCRIPTION]) <= TEXT_MAX:
        yield Field.DESCRIPTION
    if ticket.can_prioritise:
        yield Field.PRIORITY


def _form(ticket: Editable, fields: Sequence[Field], blocks: Sequence[Block]) -> Form:
    shown = {field.value: ticket.values[field] for field in fields}
    hidden = EditRef.of(TicketRef(ticket.id, ticket.version), shown)
    return form(View.EDIT, f"Edit {ticket.key}", blocks, submit="Save", hidden=hidden.dump())


def _input(field: Field, value: str) -> Block:
    if field is Field.SUMMARY:
        return input_block(field, "Summary", text_input(field, SUMMARY_MAX, initial=value))
    if field is Field.PRIORITY:
        return input_block(field, "Priority", _priorities(value))
    element = text_input(field, TEXT_MAX, multiline=True, initial=value)
    return input_block(field, "Description", element, optional=True)


def _priorities(now: str) -> Block:
    offered = {each.value: option(each.value.capitalize(), each.value) for each in Priority}
    element: Block = {
        "type": "static_select",
        "action_id": Field.PRIORITY.value,
        "options": list(offered.values()),
    }
    return element | ({"initial_option": offered[now]} if now in offered else {})


def _explained(theirs: Overlap) -> Block:
    name = clip(one_line(theirs.who or ""), NAME_MAX) or "Somebody"
    shown = theirs.value.capitalize() if theirs.field == Field.PRIORITY else one_line(theirs.value)
    done = f"changed this to “{clip(shown, _VALUE_MAX)}”" if shown else "emptied this"
    said = f"{name} {done}"
    after = "meanwhile. Save again to replace it."
    if theirs.at is None:
        return context(plain_text(f"{said} {after}"))
    return context(plain_text(f"{said} at"), mrkdwn(time_of_day(theirs.at)), plain_text(after))
