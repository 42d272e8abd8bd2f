"""The forms in which somebody decides about money, answers a question, or takes a request back.
`heading` says what it is about, in one line."""

from bot.ids import Field, View
from bot.payloads.approval_forms import NOTE_MAX, REASON_MAX, REASON_MIN
from bot.payloads.approval_refs import FactsRef, RequestRef
from bot.views.parts import (
    Block,
    Form,
    context,
    form,
    input_block,
    modal,
    plain_text,
    rich_text,
    section,
    text_input,
)


def approve(heading: str, ref: FactsRef) -> Form:
    note = _words(Field.NOTE, "Note", NOTE_MAX, "Everybody on the request reads it.")
    return _form(View.APPROVAL_APPROVE, "Approve", heading, [note | {"optional": True}], ref.dump())


def reject(heading: str, ref: FactsRef) -> Form:
    hint = "The requester reads this word for word."
    reason = _words(Field.REASON, "Reason", REASON_MAX, hint)
    reason["element"]["min_length"] = REASON_MIN
    return _form(View.APPROVAL_REJECT, "Reject", heading, [reason], ref.dump())


def ask_for_changes(heading: str, ref: FactsRef) -> Form:
    hint = "Whoever asked answers, and then it comes back to you."
    question = _words(Field.QUESTION, "Question", REASON_MAX, hint)
    return _form(View.APPROVAL_CHANGES, "Ask for changes", heading, [question], ref.dump(), "Ask")


def answer(heading: str, asked: str, ref: RequestRef) -> Form:
    """`asked`: the question, word for word."""
    said = _words(Field.ANSWER, "Answer", REASON_MAX, "The request goes back to who asked this.")
    return _form(
        View.APPROVAL_ANSWER, "Answer", heading, [*rich_text(asked), said], ref.dump(), "Send"
    )


def withdraw(heading: str, ref: RequestRef) -> Form:
    hint = "Whoever was asked reads it. The request is over then; it can be made again."
    reason = _words(Field.REASON, "Reason", REASON_MAX, hint)
    return _form(
        View.APPROVAL_WITHDRAW, "Withdraw approval", heading, [reason], ref.dump(), "Withdraw"
    )


def said(title: str, sentence: str) -> Form:
    """What came of it, where a form or a button was."""
    return modal(title, [section(plain_text(sentence))], close="OK")


def _words(field: Field, label: str, most: int, hint: str) -> Block:
    return input_block(field, label, text_input(field, most, multiline=True), hint=hint)


def _form(
    view: View, title: str, heading: str, blocks: list[Block], hidden: str, submit: str = ""
) -> Form:
    about = context(plain_text(heading))
    return form(view, title, [about, *blocks], submit=submit or title, hidden=hidden)
