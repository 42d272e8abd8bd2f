"""The form "New ticket"."""

from collections.abc import Iterable
from uuid import UUID

from bot.ids import Field, View
from bot.payloads import IS_PRIVATE, SUMMARY_MAX, TEXT_MAX
from bot.views.parts import (
    Block,
    Form,
    external_select,
    form,
    input_block,
    one_line,
    option,
    options,
    plain_text,
    text_input,
)
from core.tickets.states import Priority


def new_ticket(words: str = "") -> Form:
    """`words` become the summary; those that do not fit are kept whole in the description."""
    summary = one_line(words)
    is_long = len(summary) > SUMMARY_MAX
    return form(
        View.NEW_TICKET,
        "New ticket",
        [
            input_block(
                Field.SUMMARY, "Summary", text_input(Field.SUMMARY, SUMMARY_MAX, initial=summary)
            ),
            _description(words if is_long else ""),
            input_block(
                Field.DEPARTMENT,
                "Department",
                external_select(Field.DEPARTMENT, "Who should help you?"),
            ),
            input_block(Field.PRIORITY, "Priority", _priorities()),
            _on_behalf_of(),
            _private(),
        ],
        submit="File ticket",
    )


def _description(initial: str) -> Block:
    element = text_input(Field.DESCRIPTION, TEXT_MAX, multiline=True, initial=initial)
    return input_block(Field.DESCRIPTION, "Description", element, optional=True)


def _priorities() -> Block:
    offered = {each: option(each.value.capitalize(), each.value) for each in Priority}
    return {
        "type": "static_select",
        "action_id": Field.PRIORITY.value,
        "options": list(offered.values()),
        "initial_option": offered[Priority.MEDIUM],
    }


def _on_behalf_of() -> Block:
    element = {
        "type": "users_select",
        "action_id": Field.ON_BEHALF_OF.value,
        "placeholder": plain_text("Only when it is for a colleague"),
    }
    return input_block(Field.ON_BEHALF_OF, "On behalf of", element, optional=True)


def _private() -> Block:
    element = {
        "type": "checkboxes",
        "action_id": Field.PRIVATE.value,
        "options": [option("Only its department and the people on it may see it", IS_PRIVATE)],
    }
    return input_block(Field.PRIVATE, "Private", element, optional=True)


def department_options(departments: Iterable[tuple[UUID, str]]) -> dict[str, list[Block]]:
    return options((name, str(department_id)) for department_id, name in departments)
