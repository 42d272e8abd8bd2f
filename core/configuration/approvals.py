"""Rules, rates and settings of approvals between the file and the database."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from core.configuration import durations
from core.configuration.approval_entries import ApprovalRule, ApprovalsEntry, ExchangeRateEntry
from core.configuration.changes import Changes
from core.configuration.file import Configuration
from core.configuration.yaml_lines import Path
from core.preferences import Preference
from core.tickets import audit
from core.tickets.approvals import rulebooks
from core.tickets.approvals.policy_models import ExchangeRate
from core.tickets.approvals.rules import Range, RuleBook, Step, WrongRules
from core.tickets.approvals.settings import NAME, ApprovalSettings, read_kept, read_settings
from core.tickets.approvals.states import Quorum, StepKind
from core.tickets.models import Source

Fault = tuple[Path, str]


def faults(file: Configuration) -> Iterator[Fault]:
    """Of the rules as a whole, once each of them is right."""
    chosen = file.approvals
    if not max([0, *chosen.remind_at]) < chosen.escalate_at < chosen.expire_at:
        text = "reminders come before escalate_at, and that before expire_at"
        yield ("approvals",), text
    if not file.approval_rules:
        return
    currency = file.approval_rules[0].currency
    for position, rule in enumerate(file.approval_rules):
        if rule.currency != currency:
            at = ("approval_rules", position, "currency")
            yield at, f"all rules are in one currency, which is {currency}"
    try:
        book_of(file.approval_rules).check()
    except WrongRules as wrong:
        yield ("approval_rules", wrong.position), str(wrong)


def book_of(rules: list[ApprovalRule]) -> RuleBook:
    return RuleBook(rules[0].currency, tuple(_range(each) for each in rules))


def _range(rule: ApprovalRule) -> Range:
    steps = tuple(_step(kind, rule.quorum.get(kind, "any")) for kind in rule.steps)
    return Range(rule.lower, rule.upper, steps)


def _step(kind: StepKind, word: str) -> Step:
    return Step(kind, Quorum.NUMBER, int(word)) if word.isdigit() else Step(kind, Quorum(word))


async def apply(session: AsyncSession, file: Configuration, changes: Changes) -> None:
    if file.approval_rules:
        before = await rulebooks.read_rules(session)
        book = book_of(file.approval_rules)
        by = changes.by
        who, source = (by.actor, by.source) if by else (None, Source.CONFIGURATION)
        after = await rulebooks.publish(session, who, source, book)
        if after.version != before.version:
            changes.lines.append(f"approval rules: version {after.version}")
    for entry in file.exchange_rates:
        await _apply_rate(session, entry, changes)
    given = file.approvals.model_fields_set
    if given:
        row = await session.scalar(select(Preference).where(Preference.name == NAME))
        kept = read_kept(row.value).kept() if row else ApprovalSettings().kept()
        wanted = _kept(file.approvals)
        value = kept | {name: wanted[name] for name in given}
        if row is None and value == kept:
            return
        changes.save(row or Preference(), {"name": NAME, "value": value}, "setting approvals")


async def _apply_rate(session: AsyncSession, entry: ExchangeRateEntry, changes: Changes) -> None:
    base = (await rulebooks.read_rules(session)).book.currency
    if not await rulebooks.set_rate(session, entry.currency, base, entry.valid_on, entry.rate):
        return
    what = f"exchange rate {entry.currency} from {entry.valid_on}"
    changes.lines.append(f"{what}: {entry.rate.normalize():f} {base}")
    await audit.record(
        session,
        changes.by.actor if changes.by else None,
        "exchange_rate.set",
        source=changes.by.source if changes.by else Source.CONFIGURATION,
        details={"what": what, "rate": str(entry.rate), "base": base},
    )


def _kept(entry: ApprovalsEntry) -> dict[str, Any]:
    chosen = entry.model_dump() | {
        "remind_at": tuple(entry.remind_at),
        "alternates": {kind: tuple(ids) for kind, ids in entry.alternates.items()},
    }
    return ApprovalSettings(**chosen).kept()


async def export(session: AsyncSession) -> dict[str, Any]:
    """The three sections of the file."""
    book = (await rulebooks.read_rules(session)).book
    rates = await session.scalars(
        select(ExchangeRate)
        .where(ExchangeRate.base_currency == book.currency)
        .order_by(ExchangeRate.currency, ExchangeRate.valid_on)
    )
    return {
        "approval_rules": [_rule(book.currency, each) for each in book.ranges],
        "exchange_rates": [_rate(each.currency, each.rate, each.valid_on) for each in rates],
        "approvals": _settings(await read_settings(session)),
    }


def _rule(currency: str, each: Range) -> dict[str, Any]:
    quorum = {step.kind.value: step.words for step in each.steps if step.quorum is not Quorum.ANY}
    return {
        "currency": currency,
        "from": _amount(each.lower),
        "to": _amount(each.upper) if each.upper is not None else None,
        "steps": [step.kind.value for step in each.steps],
        **({"quorum": quorum} if quorum else {}),
    }


def _rate(currency: str, rate: Decimal, valid_on: date) -> dict[str, Any]:
    return {"currency": currency, "rate": f"{rate.normalize():f}", "from": valid_on.isoformat()}


def _settings(chosen: ApprovalSettings) -> dict[str, Any]:
    def length(of: timedelta) -> str:
        return durations.write(of)

    return {
        "deadline": length(chosen.deadline),
        "remind_at": list(chosen.remind_at),
        "escalate_at": chosen.escalate_at,
        "expire_at": chosen.expire_at,
        "nudge_every": length(chosen.nudge_every),
        "same_purpose_days": chosen.same_purpose_days,
        "select_below": _amount(chosen.select_below),
        "confirm_from": _amount(chosen.confirm_from),
        "alternates": {kind.value: list(ids) for kind, ids in chosen.alternates.items()},
    }


def _amount(amount: Decimal) -> int | str:
    """Whole ones are written as people write them."""
    return int(amount) if amount == amount.to_integral_value() else f"{amount.normalize():f}"
