"""The one question at a ticket's end, the answer in its place, and the form for a comment."""

from bot.ids import Action, Field, View
from bot.payloads.ratings import RatingRef
from bot.views.parts import (
    Block,
    Form,
    Message,
    actions,
    button,
    context,
    date,
    form,
    input_block,
    message,
    mrkdwn,
    plain_text,
    section,
    text_input,
)
from bot.views.ticket_card import reference, spoken, title
from core.communication.queries import Told
from core.tickets.queries import TicketView
from core.tickets.ratings import COMMENT_MAX, RatingView

_SCORES = (
    (Action.RATE_1, "😞 1"),
    (Action.RATE_2, "🙁 2"),
    (Action.RATE_3, "😐 3"),
    (Action.RATE_4, "🙂 4"),
    (Action.RATE_5, "😀 5"),
)
#: The score that each button stands for.
SCORE_OF = {action.value: score for score, (action, _) in enumerate(_SCORES, start=1)}


def asked(ticket: TicketView, rating: RatingView | None = None) -> Message:
    """In the requester's thread; once answered, the answer with a way to change it."""
    score = rating.score if rating else None
    if rating is None or score is None:
        words = "How well did we help you?"
        about = context(plain_text(f"{title(ticket)} · 1 is not at all, 5 is very well."))
        return message(
            f"{words} ({spoken(ticket)})",
            [section(plain_text(words)), _buttons(ticket), about],
        )
    words = f"Thank you: you gave {ticket.key} {score} of {len(_SCORES)}."
    blocks = [section(plain_text(words))]
    if rating.comment:
        blocks.append(section(plain_text(rating.comment, COMMENT_MAX)))
    blocks.append(_buttons(ticket, score))
    label = "Change comment…" if rating.comment else "Add a comment…"
    blocks.append(actions([button(Action.RATE_COMMENT, label, reference(ticket))]))
    if rating.until is not None:
        blocks.append(context(mrkdwn(f"You can change it until {date(rating.until)}.")))
    return message(words, blocks)


def _buttons(ticket: TicketView, chosen: int | None = None) -> Block:
    value = reference(ticket)
    return actions(
        button(action, label, value, "primary" if SCORE_OF[action.value] == chosen else None)
        for action, label in _SCORES
    )


def comment(ref: RatingRef, rating: RatingView) -> Form:
    element = text_input(Field.COMMENT, COMMENT_MAX, multiline=True, initial=rating.comment or "")
    hint = "The people of the department and its head read this."
    return form(
        View.RATING,
        "Your rating",
        [
            section(plain_text(f"You gave {rating.score} of {len(_SCORES)}.")),
            input_block(Field.COMMENT, "Comment", element, optional=True, hint=hint),
        ],
        submit="Save",
        hidden=ref.dump(),
    )


def rated(told: Told, ticket: TicketView) -> Message:
    """To a head or an assignee."""
    by, score = str(told.details.get("by") or "Somebody"), told.details.get("score")
    words = f"{by} gave {score} of {len(_SCORES)} to"
    return message(f"{words} {spoken(ticket)}", [section(plain_text(f"{words} {title(ticket)}"))])
