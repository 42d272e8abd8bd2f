"""The forms "Transfer…", "Priority…", "Merge…", "Put on hold…" and "Cancel…", and what their
menus offer."""

from collections.abc import Iterable
from uuid import UUID

from bot.ids import Field, View
from bot.payloads import TEXT_MAX
from bot.payloads.part_forms import fate_block
from bot.views.parts import (
    NAME_MAX,
    Block,
    Form,
    clip,
    context,
    external_select,
    form,
    input_block,
    one_line,
    option,
    options,
    plain_text,
    text_input,
)
from bot.views.ticket_card import reference, title
from core.tickets.parts.queries import PartView
from core.tickets.parts.service import Fate
from core.tickets.queries import TicketView
from core.tickets.states import Priority
from core.tickets.triage.candidates import Candidate

_FATES = {Fate.CANCEL: "Cancel it too", Fate.FINISH: "Let them finish it"}


def transfer(ticket: TicketView) -> Form:
    menu = external_select(Field.TO_DEPARTMENT, "Who can help with it?")
    reason = text_input(Field.REASON, TEXT_MAX, multiline=True)
    hint = "For the people there. The requester does not read it."
    return form(
        View.TRANSFER,
        f"Transfer {ticket.key}",
        [
            _about(ticket),
            input_block(Field.TO_DEPARTMENT, "Department", menu),
            input_block(Field.REASON, "Reason", reason, optional=True, hint=hint),
        ],
        submit="Transfer",
        hidden=reference(ticket),
    )


def priority(ticket: TicketView) -> Form:
    offered = {each: option(each.value.capitalize(), each.value) for each in Priority}
    element = {
        "type": "static_select",
        "action_id": Field.PRIORITY.value,
        "options": list(offered.values()),
        "initial_option": offered[ticket.priority],
    }
    hint = "When it is due changes with it."
    return form(
        View.PRIORITY,
        f"Priority of {ticket.key}",
        [_about(ticket), input_block(Field.PRIORITY, "Priority", element, hint=hint)],
        submit="Save",
        hidden=reference(ticket),
    )


def hold(ticket: TicketView) -> Form:
    reason = text_input(Field.REASON, TEXT_MAX, multiline=True)
    hint = "Its time to resolution stands still meanwhile. The requester reads this."
    return form(
        View.HOLD,
        f"Put {ticket.key} on hold",
        [
            _about(ticket),
            input_block(Field.REASON, "What it waits for", reason, optional=True, hint=hint),
        ],
        submit="Put on hold",
        hidden=reference(ticket),
    )


def merge(ticket: TicketView) -> Form:
    menu = external_select(Field.WINNER, "A number like HD-9, or words")
    hint = "That one goes on. This one is closed, and its people follow the other."
    return form(
        View.MERGE,
        f"Merge {ticket.key}",
        [_about(ticket), input_block(Field.WINNER, "Merge into", menu, hint=hint)],
        submit="Merge",
        hidden=reference(ticket),
    )


def cancel(ticket: TicketView, parts: Iterable[PartView] = ()) -> Form:
    """`parts`: those the person has to decide about."""
    reason = text_input(Field.REASON, TEXT_MAX, multiline=True)
    return form(
        View.CANCEL,
        f"Cancel {ticket.key}",
        [
            _about(ticket),
            input_block(Field.REASON, "Reason", reason, hint="Everybody on it reads this."),
            *(_fate(part) for part in parts),
        ],
        submit="Cancel ticket",
        hidden=reference(ticket),
    )


def _fate(part: PartView) -> Block:
    element = {
        "type": "static_select",
        "action_id": Field.FATE.value,
        "options": [option(words, fate.value) for fate, words in _FATES.items()],
    }
    label = f"{part.key} with {clip(one_line(part.department), NAME_MAX)}"
    return input_block(Field.FATE, label, element) | {"block_id": fate_block(part.id)}


def _about(ticket: TicketView) -> Block:
    return context(plain_text(title(ticket)))


def department_options(departments: Iterable[tuple[UUID, str]]) -> dict[str, list[Block]]:
    return options((name, str(department_id)) for department_id, name in departments)


def winner_options(found: Iterable[Candidate]) -> dict[str, list[Block]]:
    return options((f"HD-{each.number} · {each.summary}", str(each.id)) for each in found)
