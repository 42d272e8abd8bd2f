"""The form "Request approval…": what it asks, and what will happen before it is sent."""

from collections.abc import Sequence
from typing import Any

from bot.ids import Field, View
from bot.payloads import TicketRef
from bot.payloads.approval_forms import (
    AMOUNT_MAX,
    NOTE_MAX,
    PAYEE_MAX,
    PURPOSE_MAX,
    REASON_MAX,
    AskForm,
    AskRef,
)
from bot.payloads.approval_refs import RequestRef
from bot.payloads.part_refs import PartRef
from bot.views import part_card
from bot.views.approval_words import amount, heading, name
from bot.views.parts import (
    OPTIONS_MAX,
    Block,
    Form,
    context,
    form,
    input_block,
    modal,
    option,
    plain_text,
    rich_text,
    section,
    text_input,
)
from bot.views.ticket_card import title
from core.money import CURRENCIES, money
from core.tickets.approvals.forms import Plan
from core.tickets.approvals.states import RequestStatus
from core.tickets.approvals.views import CardView
from core.tickets.parts.queries import PartView
from core.tickets.queries import TicketView

#: (id, name) of a file of the ticket.
File = tuple[int, str]
NAMED_MOST = 8

_AMOUNT_HINT = "In figures, like 1,234.50."
_PERSON_HINT = "When the money goes to a colleague: they cannot decide about it then."
_PURPOSE_HINT = "Whoever decides reads this, and nothing else of the ticket has to be opened."
_FILES_HINT = "Offers, invoices. What is chosen here is what is approved."


def ask(
    about: TicketView | PartView,
    base: str,
    files: Sequence[File] = (),
    typed: AskForm | None = None,
    plan: Sequence[str] = (),
) -> Form:
    """`base`: the currency of the rules. `plan`: what will happen, sentence by sentence; with it
    the same form sends what was looked at."""
    shown = typed.fingerprint if typed and plan else ""
    if isinstance(about, PartView):
        blocks = [context(plain_text(part_card.title(about)))]
        ref = AskRef(TicketRef(about.ticket_id, about.version), shown, PartRef(about.id))
    else:
        blocks = [context(plain_text(title(about)))]
        ref = AskRef(TicketRef(about.id, about.version), shown)
    if typed and plan:
        blocks.append(section(plain_text(_summary(typed))))
        blocks += [section(plain_text(sentence)) for sentence in plan]
    return form(
        View.APPROVAL_SEND if plan else View.APPROVAL_ASK,
        "Request approval",
        [*blocks, *_inputs(base, files, typed)],
        submit="Send" if plan else "Preview",
        hidden=ref.dump(),
    )


def change(request: CardView, files: Sequence[File]) -> Form:
    """What was approved, or is asked about, as it stands. Other facts are asked anew."""
    typed = AskForm(
        amount=request.amount,
        currency=request.currency,
        payee=request.payee,
        payee_user=request.payee_person.slack_user_id if request.payee_person else None,
        purpose=request.purpose,
        file_ids=tuple(each.id for each in request.files),
        needed_by=request.needed_by,
        note=request.note,
    )
    blocks = [context(plain_text(heading(request)))]
    if request.status is RequestStatus.CHANGES_REQUESTED:
        blocks += rich_text(request.question or "")
        answer = text_input(Field.ANSWER, REASON_MAX, multiline=True)
        blocks.append(input_block(Field.ANSWER, "Answer", answer))
    else:
        words = "When a fact changes, the approval is void, and the new facts are asked."
        blocks.append(section(plain_text(words)))
    return form(
        View.APPROVAL_CHANGE,
        "Change approval",
        [*blocks, *_inputs(request.base_currency, files, typed)],
        submit="Ask again",
        hidden=RequestRef(request.id).dump(),
    )


def _summary(typed: AskForm) -> str:
    return f"You ask for {money(typed.amount, typed.currency)}."


def planned(plan: Plan) -> list[str]:
    """What will happen, and why."""
    found = [plan.explanation]
    if plan.rate is not None:
        in_base = money(plan.amount_in_base, plan.base_currency)
        found.insert(0, f"For the rules that is {in_base}, at {plan.rate.normalize():f}.")
    for number, step in enumerate(plan.steps, start=1):
        people = _listed(step.people)
        away = f" Away: {_listed(step.away)}; a stand-in is asked too." if step.away else ""
        found.append(f"{number}. {step.kind.words}: {people} will be asked.{away}")
    if not plan.steps:
        found.append("It will be approved at once, and nobody is asked.")
    return found


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(name(each) for each in names[:NAMED_MOST])
    more = len(names) - NAMED_MOST
    return f"{shown} and {more} more" if more > 0 else shown


def sent(request: CardView) -> Form:
    """After it was sent: who has it now, or that it was approved at once."""
    if request.status is RequestStatus.APPROVED:
        words = f"{amount(request)} was approved automatically by rule."
        return modal("Approved", _sentences(words, request.explanation), close="OK")
    step = request.step
    people = _listed([each.person.name for each in step.seats]) if step else "nobody"
    words = f"{amount(request)} was sent to {people}."
    return modal("Sent", _sentences(words, request.explanation), close="OK")


def reminded(names: Sequence[str]) -> Form:
    return modal("Reminded", _sentences(f"{_listed(names)} will be reminded."), close="OK")


def _sentences(*sentences: str) -> list[Block]:
    return [section(plain_text(each)) for each in sentences if each.strip()]


def _inputs(base: str, files: Sequence[File], typed: AskForm | None) -> list[Block]:
    amount = str(typed.amount) if typed else ""
    payee = input_block(
        Field.PAYEE,
        "Payee",
        text_input(Field.PAYEE, PAYEE_MAX, initial=typed.payee if typed else ""),
        optional=True,
        hint="Who is paid: a company, a shop.",
    )
    person = input_block(
        Field.PAYEE_USER, "Or a person", _person(typed), optional=True, hint=_PERSON_HINT
    )
    purpose = text_input(
        Field.PURPOSE, PURPOSE_MAX, multiline=True, initial=typed.purpose if typed else ""
    )
    note = text_input(Field.NOTE, NOTE_MAX, multiline=True, initial=typed.note if typed else "")
    return [
        input_block(
            Field.AMOUNT,
            "Amount",
            text_input(Field.AMOUNT, AMOUNT_MAX, initial=amount),
            hint=_AMOUNT_HINT,
        ),
        input_block(Field.CURRENCY, "Currency", _currency(typed.currency if typed else base, base)),
        payee,
        person,
        input_block(Field.PURPOSE, "Purpose", purpose, hint=_PURPOSE_HINT),
        *_files(files, typed),
        input_block(Field.NEEDED_BY, "Needed by", _needed_by(typed), optional=True),
        input_block(Field.NOTE, "Note", note, optional=True, hint="For whoever decides."),
    ]


def _currency(chosen: str, base: str) -> Block:
    offered = [base, *(each for each in CURRENCIES if each != base)]
    if chosen not in offered:
        offered.append(chosen)
    return {
        "type": "static_select",
        "action_id": Field.CURRENCY.value,
        "options": [option(each, each) for each in offered],
        "initial_option": option(chosen, chosen),
    }


def _person(typed: AskForm | None) -> Block:
    element: Block = {"type": "users_select", "action_id": Field.PAYEE_USER.value}
    chosen = typed.payee_user if typed else None
    return element | ({"initial_user": chosen} if chosen else {})


def _needed_by(typed: AskForm | None) -> Block:
    element: Block = {"type": "datepicker", "action_id": Field.NEEDED_BY.value}
    day = typed.needed_by if typed else None
    return element | ({"initial_date": day.isoformat()} if day else {})


def _files(files: Sequence[File], typed: AskForm | None) -> list[Block]:
    """No menu where there is nothing to choose: Slack refuses an empty one."""
    if not files:
        return []
    offered = [option(name or "file", str(file_id)) for file_id, name in files[-OPTIONS_MAX:]]
    chosen = {str(each) for each in typed.file_ids} if typed else set()
    picked = [each for each in offered if each["value"] in chosen]
    element: dict[str, Any] = {
        "type": "multi_static_select",
        "action_id": Field.FILES.value,
        "placeholder": plain_text("Choose files of the ticket"),
        "options": offered,
    }
    element |= {"initial_options": picked} if picked else {}
    return [input_block(Field.FILES, "Files", element, optional=True, hint=_FILES_HINT)]
