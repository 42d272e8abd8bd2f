"""The rules that hold, and publishing other ones; exchange rates."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import delete, func, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from core.db import utc_now
from core.errors import InvalidField
from core.tickets import audit
from core.tickets.approvals.money import convert
from core.tickets.approvals.policy_models import ApprovalRuleVersion, ExchangeRate
from core.tickets.approvals.rules import RuleBook
from core.tickets.models import Source
from core.users.permissions import Actor, Permission, authorize


@dataclass(frozen=True, slots=True)
class Published:
    """A version of the rules."""

    id: int
    version: int
    book: RuleBook


@dataclass(frozen=True, slots=True)
class Converted:
    """An amount in the rules' currency; without a rate where it was in it from the beginning."""

    amount: Decimal
    rate: Decimal | None = None
    rate_on: date | None = None


async def read_rules(session: AsyncSession) -> Published:
    newest = select(ApprovalRuleVersion).order_by(ApprovalRuleVersion.version.desc()).limit(1)
    row = (await session.scalars(newest)).one()
    return Published(row.id, row.version, RuleBook.read(row.rules))


async def publish(
    session: AsyncSession, actor: Actor | None, source: Source, book: RuleBook
) -> Published:
    """They hold for what is asked from now on. Rules that hold already make no new version.
    Raises WrongRules. Without an actor it is the configuration file that says so."""
    if actor is not None:
        authorize(actor, Permission.CONFIGURE)
    book.check()
    await session.execute(text("SELECT pg_advisory_xact_lock(hashtext('approval_rules'))"))
    before = await read_rules(session)
    after = RuleBook.read(book.written())
    if before.book == after:
        return before
    row = ApprovalRuleVersion(
        version=before.version + 1,
        rules=after.written(),
        created_by_id=actor.id if actor else None,
    )
    session.add(row)
    await session.flush()
    await audit.record(
        session,
        actor,
        "approval_rules.publish",
        source=source,
        changes={"rules": [before.book.written(), after.written()]},
        details={"version": row.version},
    )
    return Published(row.id, row.version, after)


async def in_base(session: AsyncSession, amount: Decimal, currency: str, base: str) -> Converted:
    """By the newest rate of today or before. Raises InvalidField when there is none."""
    if currency == base:
        return Converted(amount)
    newest = (
        select(ExchangeRate.rate, ExchangeRate.valid_on)
        .where(
            ExchangeRate.currency == currency,
            ExchangeRate.base_currency == base,
            ExchangeRate.valid_on <= utc_now().date(),
        )
        .order_by(ExchangeRate.valid_on.desc())
        .limit(1)
    )
    row = (await session.execute(newest)).one_or_none()
    if row is None:
        raise InvalidField(
            "currency",
            f"There is no exchange rate from {currency} to {base} yet. Ask an administrator to "
            f"add one, or write the amount in {base}.",
        )
    return Converted(convert(amount, row.rate), row.rate, row.valid_on)


async def set_rate(
    session: AsyncSession, currency: str, base: str, valid_on: date, rate: Decimal
) -> bool:
    """Whether that is new. The caller has asked for Permission.CONFIGURE, and writes the trail."""
    kept = insert(ExchangeRate).values(
        currency=currency, base_currency=base, valid_on=valid_on, rate=rate
    )
    saved = await session.scalar(
        kept.on_conflict_do_update(
            index_elements=["currency", "base_currency", "valid_on"],
            set_={"rate": rate, "updated_at": func.now()},
            where=ExchangeRate.rate != rate,
        ).returning(ExchangeRate.id)
    )
    return saved is not None


async def forget_rate(session: AsyncSession, currency: str, valid_on: str) -> None:
    """What was converted by it keeps its amount. The caller writes the trail."""
    base = (await read_rules(session)).book.currency
    await session.execute(
        delete(ExchangeRate).where(
            ExchangeRate.currency == currency,
            ExchangeRate.base_currency == base,
            ExchangeRate.valid_on == date.fromisoformat(valid_on),
        )
    )
