"""What people enter about approvals is read, or refused beside the input it is about."""

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from bot.payloads import TicketRef, approval_forms
from bot.payloads.approval_forms import AskForm, AskRef
from bot.payloads.approval_refs import AbsenceRef, FactsRef, RequestRef
from core.errors import InvalidField, Refused

TICKET = TicketRef(UUID("0190b6a0-0000-7000-8000-000000000012"), 3)
FILLED: dict[str, Any] = {
    "amount": {"value": "1.234,50"},
    "currency": {"selected_option": {"text": {"text": "EUR"}, "value": "EUR"}},
    "payee": {"value": " Office  Depot "},
    "payee_user": {"selected_user": None},
    "purpose": {"value": "Two chairs"},
    "files": {"selected_options": [{"text": {"text": "offer.pdf"}, "value": "7"}]},
    "needed_by": {"selected_date": "2026-04-01"},
    "note": {"value": None},
}


def view(hidden: str, **inputs: Any) -> dict[str, Any]:
    values = {name: {name: held} for name, held in inputs.items()}
    return {"id": "V1", "private_metadata": hidden, "state": {"values": values}}


def asked(**changed: Any) -> Any:
    return approval_forms.read_ask(view(AskRef(TICKET).dump(), **(FILLED | changed)))


def test_what_is_asked_for_is_read_whole() -> None:
    ref, form = asked()
    assert ref == AskRef(TICKET)
    assert form == AskForm(
        amount=Decimal("1234.50"),
        currency="EUR",
        payee="Office Depot",
        payee_user=None,
        purpose="Two chairs",
        file_ids=(7,),
        needed_by=date(2026, 4, 1),
    )


def test_a_person_may_be_paid_instead() -> None:
    _, form = asked(payee={"value": None}, payee_user={"selected_user": "U0BEA"})
    assert (form.payee, form.payee_user) == ("", "U0BEA")


@pytest.mark.parametrize(
    ("field", "held", "words"),
    [
        ("amount", {"value": "many"}, "no amount of money"),
        ("amount", {"value": None}, "no amount of money"),
        ("amount", {"value": "-1"}, "more than zero"),
        ("currency", {"selected_option": None}, "Choose a currency"),
        ("currency", {"selected_option": {"value": "€€€"}}, "Choose a currency"),
        ("payee", {"value": " \u200b "}, "Say who is paid"),
        ("payee", {"value": "x" * 151}, "within 150 characters; it has 151"),
        ("purpose", {"value": "  "}, "Say what the money is for"),
        ("purpose", {"value": "x" * 501}, "within 500 characters; it has 501"),
        ("note", {"value": "x" * 1001}, "within 1000 characters"),
    ],
)
def test_what_is_wrong_is_said_beside_its_input(field: str, held: Any, words: str) -> None:
    with pytest.raises(InvalidField, match=words) as refusal:
        asked(**{field: held})
    assert refusal.value.field == field


@pytest.mark.parametrize("value", ["x", "-1", "9" * 19, "٣"])
def test_a_file_that_no_form_of_ours_offers_is_refused(value: str) -> None:
    with pytest.raises(Refused, match="no longer valid"):
        asked(files={"selected_options": [{"value": value}]})


def test_a_preview_knows_whether_it_showed_the_same() -> None:
    _, form = asked()
    _, written_otherwise = asked(amount={"value": "1,234.5"})
    _, one_cent_more = asked(amount={"value": "1,234.51"})
    _, another_payee = asked(payee={"value": "Somebody else"})
    assert form.fingerprint == written_otherwise.fingerprint
    assert len({form.fingerprint, one_cent_more.fingerprint, another_payee.fingerprint}) == 3


@pytest.mark.parametrize("ref", [FactsRef(5, "abc"), RequestRef(7), AbsenceRef(2**62)])
def test_what_we_hide_in_a_button_comes_back(ref: Any) -> None:
    assert type(ref).load(ref.dump()) == ref


@pytest.mark.parametrize("kind", [FactsRef, RequestRef, AbsenceRef, AskRef])
@pytest.mark.parametrize(
    "raw",
    [
        *(None, 5, "", "{", "[]", "null", '{"request":true,"facts":"x"}'),
        *(
            '{"request":-1,"facts":"x"}',
            '{"facts":"x"}',
            '{"request":"1","facts":"x"}',
            '{"absence":1.5}',
            "[" * 3000,
            '{"t":"x","v":1}',
        ),
        json.dumps({"facts": "", "request": 2**63, "absence": 2**63}),
    ],
)
def test_what_we_did_not_write_is_refused(kind: Any, raw: Any) -> None:
    with pytest.raises(Refused):
        kind.load(raw)


STEP, REQUEST = FactsRef(5, "abc").dump(), RequestRef(5).dump()


@pytest.mark.parametrize("reason", ["", "too short", " " * 30, "\u200b" * 12, "x" * 1001])
def test_a_rejection_needs_a_reason_of_some_length(reason: str) -> None:
    with pytest.raises(InvalidField) as refusal:
        approval_forms.read_rejection(view(STEP, reason={"value": reason}))
    assert refusal.value.field == "reason"


def test_a_reason_of_ten_characters_is_enough_and_of_a_thousand_not_too_long() -> None:
    for reason in ("0123456789", "x" * 1000):
        form = approval_forms.read_rejection(view(STEP, reason={"value": reason}))
        assert (form.ref, form.words) == (FactsRef(5, "abc"), reason)


@pytest.mark.parametrize(
    ("read", "field", "hidden"),
    [
        (approval_forms.read_question, "question", STEP),
        (approval_forms.read_answer, "answer", REQUEST),
        (approval_forms.read_withdrawal, "reason", REQUEST),
    ],
)
def test_empty_words_are_refused_and_others_read(read: Any, field: str, hidden: str) -> None:
    for empty in (None, "", " \n "):
        with pytest.raises(InvalidField) as refusal:
            read(view(hidden, **{field: {"value": empty}}))
        assert refusal.value.field == field
    assert read(view(hidden, **{field: {"value": " Why? "}})).words == "Why?"


def absence(**changed: Any) -> Any:
    held = {
        "starts_at": {"selected_date_time": 1_775_000_000},
        "ends_at": {"selected_date_time": 1_775_100_000},
        "stand_in": {"selected_user": "U0CARL"},
        "amount_limit": {"value": "1,000"},
    }
    return approval_forms.read_absence(view("EUR", **(held | changed)), "EUR")


def test_an_absence_is_read_whole() -> None:
    form = absence()
    assert form.starts == datetime.fromtimestamp(1_775_000_000, UTC)
    assert (form.person, form.stand_in, form.limit) == (None, "U0CARL", Decimal(1000))
    assert absence(amount_limit={"value": None}, ends_at={}).limit is None


@pytest.mark.parametrize(
    ("field", "held"),
    [
        ("starts_at", {"selected_date_time": None}),
        ("ends_at", {"selected_date_time": 1_775_000_000}),
        ("stand_in", {"selected_user": None}),
        ("amount_limit", {"value": "a lot"}),
    ],
)
def test_an_absence_that_cannot_be_is_refused_beside_its_input(field: str, held: Any) -> None:
    with pytest.raises(InvalidField) as refusal:
        absence(**{field: held})
    assert refusal.value.field == field


def test_a_period_has_a_first_and_a_last_day() -> None:
    days = {
        "starts_at": {"selected_date": "2026-03-01"},
        "ends_at": {"selected_date": "2026-03-31"},
    }
    period = approval_forms.read_period(view("", **days))
    assert (period.first, period.last) == (date(2026, 3, 1), date(2026, 3, 31))
    for field, held in (("starts_at", "soon"), ("starts_at", None), ("ends_at", "2026-02-28")):
        with pytest.raises(InvalidField) as refusal:
            approval_forms.read_period(view("", **(days | {field: {"selected_date": held}})))
        assert refusal.value.field == field
