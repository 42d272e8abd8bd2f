"""What people enter in the forms about approvals, read into typed values."""

import hashlib
import json
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from bot.ids import Field
from bot.payloads import TicketRef
from bot.payloads.approval_refs import FactsRef, RequestRef
from bot.payloads.part_forms import Answers
from bot.payloads.part_refs import PartRef
from core.errors import InvalidField, Refused
from core.money import read_amount

PAYEE_MAX = 150
PURPOSE_MAX = 500
NOTE_MAX = 1000
AMOUNT_MAX = 40
#: What is said for a rejection, and asked for in return.
REASON_MIN, REASON_MAX = 10, 1000
_OLD_FORM = "This form is no longer valid. Please open it again."


@dataclass(frozen=True, slots=True)
class AskForm:
    """What an approval is asked for. `payee_user` is a Slack user id."""

    amount: Decimal
    currency: str
    payee: str
    payee_user: str | None
    purpose: str
    file_ids: tuple[int, ...] = ()
    needed_by: date | None = None
    note: str = ""

    @property
    def fingerprint(self) -> str:
        said = json.dumps([str(each) for each in self._parts()]).encode()
        return hashlib.sha256(said).hexdigest()[:32]

    def _parts(self) -> tuple[Any, ...]:
        money = (self.amount.normalize(), self.currency, self.payee, self.payee_user)
        return (*money, self.purpose, self.file_ids, self.needed_by, self.note)


@dataclass(frozen=True, slots=True)
class AskRef:
    """Of the form: which ticket, from which part of it, and, below a preview, what that showed."""

    ticket: TicketRef
    shown: str = ""
    part: PartRef | None = None

    def dump(self) -> str:
        found = json.loads(self.ticket.dump()) | {"shown": self.shown}
        return json.dumps(found | (json.loads(self.part.dump()) if self.part else {}))

    @classmethod
    def load(cls, raw: Any) -> "AskRef":
        try:
            ticket = TicketRef.load(raw)
        except Refused:
            raise Refused(_OLD_FORM) from None
        found = json.loads(raw)
        shown, part = found.get("shown", ""), PartRef.load(raw) if "p" in found else None
        return cls(ticket, shown if isinstance(shown, str) else "", part)

    @property
    def part_id(self) -> int | None:
        return self.part.part_id if self.part else None


def read_ask(view: Any) -> tuple[AskRef, AskForm]:
    """Raises InvalidField for what a person can mend, Refused for what is no form of ours."""
    return AskRef.load(_hidden(view)), _facts(Answers(view))


def read_change(view: Any) -> tuple[RequestRef, AskForm, str | None]:
    """The same form about a request that is there, and the answer to its question, if the form
    asks for one."""
    answers = Answers(view)
    blocks = view.get("blocks") if isinstance(view, dict) else None
    ids = {block.get("block_id") for block in blocks or () if isinstance(block, dict)}
    answer = read_answer(view).words if Field.ANSWER in ids else None
    return RequestRef.load(_hidden(view)), _facts(answers), answer


def _facts(answers: Answers) -> AskForm:
    chosen = answers.option(Field.CURRENCY)
    if chosen is None or not (chosen[0].isalpha() and len(chosen[0]) == 3):
        raise InvalidField(Field.CURRENCY, "Choose a currency from the list.")
    payee, payee_user = _line(answers, Field.PAYEE), answers.person(Field.PAYEE_USER)
    if not payee and payee_user is None:
        raise InvalidField(Field.PAYEE, "Say who is paid: write a name, or choose a person below.")
    purpose = answers.text(Field.PURPOSE, most=PURPOSE_MAX)
    if not _says_something(purpose):
        raise InvalidField(Field.PURPOSE, "Say what the money is for.")
    return AskForm(
        amount=read_amount(answers.text(Field.AMOUNT, most=AMOUNT_MAX), chosen[0]),
        currency=chosen[0],
        payee=payee,
        payee_user=payee_user,
        purpose=purpose,
        file_ids=tuple(_number(each) for each in answers.options(Field.FILES)),
        needed_by=answers.day(Field.NEEDED_BY),
        note=answers.text(Field.NOTE, most=NOTE_MAX),
    )


@dataclass(frozen=True, slots=True)
class VerdictForm:
    """A decision about a step, with what was said for it."""

    ref: FactsRef
    words: str


def read_note(view: Any) -> VerdictForm:
    note = Answers(view).text(Field.NOTE, most=NOTE_MAX)
    return VerdictForm(FactsRef.load(_hidden(view)), note)


def read_rejection(view: Any) -> VerdictForm:
    reason = Answers(view).text(Field.REASON, most=REASON_MAX)
    if len(reason) < REASON_MIN or not _says_something(reason):
        words = f"Say why, in at least {REASON_MIN} characters: the requester reads it."
        raise InvalidField(Field.REASON, words)
    return VerdictForm(FactsRef.load(_hidden(view)), reason)


def read_question(view: Any) -> VerdictForm:
    question = Answers(view).text(Field.QUESTION, most=REASON_MAX)
    if not _says_something(question):
        raise InvalidField(Field.QUESTION, "Write what has to change, or what you want to know.")
    return VerdictForm(FactsRef.load(_hidden(view)), question)


@dataclass(frozen=True, slots=True)
class WordsForm:
    """About a request: the answer to a question, or why it is withdrawn."""

    ref: RequestRef
    words: str


def read_answer(view: Any) -> WordsForm:
    answer = Answers(view).text(Field.ANSWER, most=REASON_MAX)
    if not _says_something(answer):
        raise InvalidField(Field.ANSWER, "Write your answer.")
    return WordsForm(RequestRef.load(_hidden(view)), answer)


def read_withdrawal(view: Any) -> WordsForm:
    reason = Answers(view).text(Field.REASON, most=REASON_MAX)
    if not _says_something(reason):
        raise InvalidField(Field.REASON, "Say why: whoever was asked reads it.")
    return WordsForm(RequestRef.load(_hidden(view)), reason)


@dataclass(frozen=True, slots=True)
class AbsenceForm:
    """`person` and `stand_in` are Slack user ids; without a person it is the writer's own."""

    person: str | None
    starts: datetime
    ends: datetime | None
    stand_in: str
    limit: Decimal | None


def read_absence(view: Any, currency: str) -> AbsenceForm:
    answers = Answers(view)
    starts, ends = answers.moment(Field.STARTS), answers.moment(Field.ENDS)
    if starts is None:
        raise InvalidField(Field.STARTS, "Choose a day and a time.")
    if ends is not None and ends <= starts:
        raise InvalidField(Field.ENDS, "This has to be later than the beginning.")
    stand_in = answers.person(Field.STAND_IN)
    if stand_in is None:
        raise InvalidField(Field.STAND_IN, "Choose who decides for you.")
    return AbsenceForm(
        person=answers.person(Field.AWAY_PERSON),
        starts=starts,
        ends=ends,
        stand_in=stand_in,
        limit=_limit(answers, currency),
    )


def _limit(answers: Answers, currency: str) -> Decimal | None:
    typed = answers.text(Field.LIMIT, most=AMOUNT_MAX)
    try:
        return read_amount(typed, currency) if typed else None
    except InvalidField as refusal:
        raise InvalidField(Field.LIMIT, refusal.text) from None


@dataclass(frozen=True, slots=True)
class Period:
    """Both days are part of it."""

    first: date
    last: date


def read_period(view: Any) -> Period:
    answers = Answers(view)
    first, last = answers.day(Field.STARTS), answers.day(Field.ENDS)
    if first is None:
        raise InvalidField(Field.STARTS, "Choose a day.")
    if last is None or last < first:
        raise InvalidField(Field.ENDS, "Choose a day that is not before the first one.")
    return Period(first, last)


def _hidden(view: Any) -> Any:
    return view.get("private_metadata") if isinstance(view, dict) else None


def _line(answers: Answers, field: Field) -> str:
    text = " ".join(answers.text(field, most=PAYEE_MAX).split())
    return text if _says_something(text) else ""


def _says_something(text: str) -> bool:
    return any(sign.isprintable() and not sign.isspace() for sign in text)


def _number(value: str) -> int:
    if not (value.isascii() and value.isdecimal() and len(value) < 19):
        raise Refused(_OLD_FORM)
    return int(value)
