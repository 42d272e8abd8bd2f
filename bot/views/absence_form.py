"""The form "I'm away…": from when until when, and who decides meanwhile."""

from datetime import datetime

from bot.ids import Field, View
from bot.payloads.approval_forms import AMOUNT_MAX
from bot.views.parts import Block, Form, context, form, input_block, plain_text, text_input

_STAND_IN_HINT = "They decide with your rights, and both your names are written down."
_LIMIT_HINT = "In {currency}. Left empty, they may decide whatever you may."
_FOR_HINT = "Left empty, it is you who is away."


def away(currency: str, now: datetime, *, for_others: bool) -> Form:
    """`currency`: that of the rules. `for_others`: whether the person may set it for somebody."""
    about = "While you are away, your stand-in is asked as well. You can still decide yourself."
    blocks = [context(plain_text(about))]
    if for_others:
        blocks.append(
            input_block(
                Field.AWAY_PERSON, "For", _person(Field.AWAY_PERSON), optional=True, hint=_FOR_HINT
            )
        )
    limit = text_input(Field.LIMIT, AMOUNT_MAX)
    blocks += [
        input_block(Field.STARTS, "From", _moment(Field.STARTS, now)),
        input_block(Field.ENDS, "Until", _moment(Field.ENDS), optional=True),
        input_block(Field.STAND_IN, "Stand-in", _person(Field.STAND_IN), hint=_STAND_IN_HINT),
        input_block(
            Field.LIMIT,
            "Up to",
            limit,
            optional=True,
            hint=_LIMIT_HINT.format(currency=currency),
        ),
    ]
    return form(View.ABSENCE, "I'm away", blocks, submit="Save", hidden=currency)


def _person(field: Field) -> Block:
    return {"type": "users_select", "action_id": field.value}


def _moment(field: Field, initial: datetime | None = None) -> Block:
    element: Block = {"type": "datetimepicker", "action_id": field.value}
    return element | ({"initial_date_time": int(initial.timestamp())} if initial else {})
