"""The form "New ticket"."""

from collections.abc import Iterable
from uuid import UUID

from bot.ids import Field, View
from bot.payloads import IS_PRIVATE, SUMMARY_MAX, TEXT_MAX
from bot.payloads.follow_ups import FollowUpRef
from bot.payloads.shared_files import MOST as FILES_MOST
from bot.views.parts import (
    Block,
    Form,
    clip,
    external_select,
    form,
    input_block,
    one_line,
    option,
    options,
    plain_text,
    text_input,
)
from core.tickets.queries import TicketView
from core.tickets.states import Priority


def linked_ticket(earlier: TicketView) -> Form:
    """For a ticket that goes on from one which is over."""
    return new_ticket(
        clip(f"Re: {earlier.summary}", SUMMARY_MAX),
        hidden=FollowUpRef(earlier.id).dump(),
        department=(earlier.department_id, earlier.department),
        is_private=earlier.is_private,
    )


def from_message(words: str, on_behalf_of: str | None, hidden: str) -> Form:
    """The first line becomes the summary; a colleague's message is filed for them."""
    first = next((line for line in words.splitlines() if line.strip()), "")
    return new_ticket(first, hidden=hidden, description=words, on_behalf_of=on_behalf_of)


def new_ticket(
    words: str = "",
    *,
    hidden: str = "",
    description: str = "",
    on_behalf_of: str | None = None,
    department: tuple[UUID, str] | None = None,
    is_private: bool = False,
) -> Form:
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
            _description(description or (words if is_long else "")),
            _department(department),
            input_block(Field.PRIORITY, "Priority", _priorities()),
            _on_behalf_of(on_behalf_of),
            _files(),
            _private(is_private),
        ],
        submit="File ticket",
        hidden=hidden,
    )


def _description(initial: str) -> Block:
    element = text_input(Field.DESCRIPTION, TEXT_MAX, multiline=True, initial=initial)
    return input_block(Field.DESCRIPTION, "Description", element, optional=True)


def _department(chosen: tuple[UUID, str] | None) -> Block:
    element = external_select(Field.DEPARTMENT, "Who should help you?")
    if chosen is not None:
        department_id, name = chosen
        element |= {"initial_option": option(name, str(department_id))}
    # We hear of the choice, since the department may ask something more.
    return input_block(Field.DEPARTMENT, "Department", element) | {"dispatch_action": True}


def _priorities() -> Block:
    offered = {each: option(each.value.capitalize(), each.value) for each in Priority}
    return {
        "type": "static_select",
        "action_id": Field.PRIORITY.value,
        "options": list(offered.values()),
        "initial_option": offered[Priority.MEDIUM],
    }


def _on_behalf_of(initial: str | None) -> Block:
    element: Block = {
        "type": "users_select",
        "action_id": Field.ON_BEHALF_OF.value,
        "placeholder": plain_text("Only when it is for a colleague"),
    }
    if initial is not None:
        element |= {"initial_user": initial}
    return input_block(Field.ON_BEHALF_OF, "On behalf of", element, optional=True)


def _files() -> Block:
    element = {"type": "file_input", "action_id": Field.FILES.value, "max_files": FILES_MOST}
    return input_block(Field.FILES, "Files", element, optional=True)


def _private(is_chosen: bool) -> Block:
    offered = [option("Only its department and the people on it may see it", IS_PRIVATE)]
    element: Block = {
        "type": "checkboxes",
        "action_id": Field.PRIVATE.value,
        "options": offered,
    }
    if is_chosen:
        element |= {"initial_options": offered}
    return input_block(Field.PRIVATE, "Private", element, optional=True)


def department_options(departments: Iterable[tuple[UUID, str]]) -> dict[str, list[Block]]:
    return options((name, str(department_id)) for department_id, name in departments)
