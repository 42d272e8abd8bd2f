"""From a form to a request that could be sent: checked, converted, added up, with its chain."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from core.db import utc_now
from core.errors import InvalidField, Refused
from core.money import money as in_words
from core.tickets.approvals import facts, money, people, rulebooks
from core.tickets.approvals.deserted import why_nobody
from core.tickets.approvals.forms import NOTE_MAX, PAYEE_MAX, PURPOSE_MAX, Ask, Plan, Planned
from core.tickets.approvals.models import ApprovalRequest
from core.tickets.approvals.people import Candidate, Money
from core.tickets.approvals.rulebooks import Converted, Published
from core.tickets.approvals.rules import Step, chain_words
from core.tickets.approvals.settings import ApprovalSettings, read_settings
from core.tickets.approvals.states import SeatReason
from core.tickets.models import Ticket
from core.users.models import User

#: Literals, so that the partial index serves a prepared statement too.
_COUNTS = text("approval_requests.status IN ('pending', 'changes_requested', 'approved')")


@dataclass(frozen=True, slots=True)
class Draft:
    """`columns` are those of the request."""

    columns: dict[str, Any]
    steps: tuple[Step, ...]
    people: tuple[tuple[Candidate, ...], ...]
    settings: ApprovalSettings

    @property
    def facts(self) -> dict[str, Any]:
        found: dict[str, Any] = self.columns["facts"]
        return found

    def plan(self) -> Plan:
        steps = zip(self.steps, self.people, strict=True)
        return Plan(
            steps=tuple(_planned(step, each) for step, each in steps),
            explanation=self.columns["explanation"],
            amount_in_base=self.columns["amount_in_base"],
            base_currency=self.columns["base_currency"],
            rate=self.columns["rate"],
        )


@dataclass(frozen=True, slots=True)
class Earlier:
    """What was asked for the same before, in the rules' currency."""

    amount: Decimal = Decimal(0)
    count: int = 0


async def make_draft(
    session: AsyncSession,
    ticket: Ticket,
    form: Ask,
    asked_by_id: uuid.UUID,
    replaces: Sequence[int] = (),
) -> Draft:
    """Raises InvalidField, and Refused when somebody is missing who could decide. What it
    `replaces` is not added up with it."""
    typed, note = await _check(session, form), form.note.strip()
    if len(note) > NOTE_MAX:
        raise InvalidField("note", f"Keep it under {NOTE_MAX} characters.")
    settings, rules = await read_settings(session), await rulebooks.read_rules(session)
    base = rules.book.currency
    converted = await rulebooks.in_base(session, typed["amount"], typed["currency"], base)
    key = facts.purpose_key(typed["payee"], typed["purpose"])
    earlier = await _add_up(session, ticket.requestor_id, key, base, settings, replaces)
    counted = min(converted.amount + earlier.amount, money.MOST)
    steps = rules.book.range_of(counted).steps
    whose = Money(
        ticket.id, ticket.requestor_id, asked_by_id, typed["payee"], typed["payee_id"], counted
    )
    planned = await _plan(session, steps, whose, settings)
    files = await facts.read_files(session, ticket.id, form.attachment_ids)
    frozen = facts.facts_of(**typed, files=files, rule_version=rules.version)
    columns = typed | {
        "amount_in_base": converted.amount,
        "base_currency": base,
        "rate": converted.rate,
        "rate_on": converted.rate_on,
        "counted": counted,
        "purpose_key": key,
        "facts": frozen,
        "facts_hash": facts.hash_of(frozen),
        "rule_version_id": rules.id,
        "explanation": _explain(rules, converted, counted, earlier, settings),
        "note": note,
    }
    return Draft(columns, steps, planned, settings)


async def _check(session: AsyncSession, form: Ask) -> dict[str, Any]:
    amount = money.read_amount(form.amount)
    currency = money.read_currency(form.currency)
    payee = " ".join(form.payee.split())
    if form.payee_id is not None:
        name = await session.scalar(select(User.name).where(User.id == form.payee_id))
        if name is None:
            raise InvalidField("payee", "This person is not known to the help desk.")
        payee = payee or name
    _check_length("payee", payee, PAYEE_MAX, "Say who gets the money.")
    purpose = form.purpose.strip()
    _check_length("purpose", purpose, PURPOSE_MAX, "Say what it is for.")
    if form.needed_by is not None and form.needed_by < (utc_now() - timedelta(days=1)).date():
        raise InvalidField("needed_by", "This day is over. Choose a later one.")
    return {
        "amount": amount,
        "currency": currency,
        "payee": payee,
        "payee_id": form.payee_id,
        "purpose": purpose,
        "needed_by": form.needed_by,
    }


def _check_length(field: str, text: str, most: int, missing: str) -> None:
    if not text:
        raise InvalidField(field, missing)
    if len(text) > most:
        raise InvalidField(field, f"Keep it under {most} characters.")


async def _add_up(
    session: AsyncSession,
    requester_id: uuid.UUID,
    key: str,
    base: str,
    settings: ApprovalSettings,
    replaces: Sequence[int],
) -> Earlier:
    # Two requests for the same, sent at the same time on two tickets, see each other.
    await session.execute(
        text("SELECT pg_advisory_xact_lock(hashtextextended(:same, 0))"),
        {"same": f"approval:{requester_id}:{key}"},
    )
    since = utc_now() - timedelta(days=settings.same_purpose_days)
    row = (
        await session.execute(
            select(func.sum(ApprovalRequest.amount_in_base), func.count()).where(
                ApprovalRequest.requester_id == requester_id,
                ApprovalRequest.purpose_key == key,
                ApprovalRequest.base_currency == base,
                ApprovalRequest.asked_at > since,
                ApprovalRequest.id.not_in(replaces),
                _COUNTS,
            )
        )
    ).one()
    return Earlier(row[0] or Decimal(0), row[1])


async def _plan(
    session: AsyncSession, steps: Sequence[Step], whose: Money, settings: ApprovalSettings
) -> tuple[tuple[Candidate, ...], ...]:
    found = []
    for step in steps:
        candidates = await people.list_candidates(session, step, whose, settings, utc_now())
        if not people.check_enough(step, candidates):
            raise Refused(await why_nobody(session, step.kind, whose, settings, utc_now()))
        found.append(tuple(candidates))
    return tuple(found)


def _explain(
    rules: Published,
    converted: Converted,
    counted: Decimal,
    earlier: Earlier,
    settings: ApprovalSettings,
) -> str:
    base = rules.book.currency
    decided_by = rules.book.range_of(counted)
    rule = f"{decided_by.words(base)}: {chain_words(decided_by.steps)}."
    rule = rule[0].upper() + rule[1:]
    if decided_by == rules.book.range_of(converted.amount):
        return rule
    times = "one other request" if earlier.count == 1 else f"{earlier.count} other requests"
    return (
        f"With {times} for the same within {settings.same_purpose_days} days it is "
        f"{in_words(counted, base)}. {rule}"
    )


def _planned(step: Step, candidates: Sequence[Candidate]) -> Planned:
    names = {each.id: each.name for each in candidates}
    away = [
        f"{names[each.stands_in_for_id]} is away: {each.name} may decide, too"
        for each in candidates
        if each.why is SeatReason.STAND_IN and each.stands_in_for_id in names
    ]
    return Planned(step.kind, tuple(names.values()), tuple(away))
