"""Which amounts need whose approval. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from typing import Any, Self

from core.money import money
from core.tickets.approvals.states import Quorum, StepKind


class WrongRules(ValueError):
    """`position` is that of the range at fault; the text is a sentence."""

    def __init__(self, position: int, text: str) -> None:
        super().__init__(text)
        self.position = position


@dataclass(frozen=True, slots=True)
class Step:
    """`needed` only for a number."""

    kind: StepKind
    quorum: Quorum = Quorum.ANY
    needed: int | None = None

    @property
    def words(self) -> str:
        return self.quorum.value if self.needed is None else str(self.needed)


@dataclass(frozen=True, slots=True)
class Range:
    """Amounts from `lower`, included, up to `upper`, excluded; None: without end."""

    lower: Decimal
    upper: Decimal | None
    steps: tuple[Step, ...]

    def covers(self, amount: Decimal) -> bool:
        return self.lower <= amount and (self.upper is None or amount < self.upper)

    def words(self, currency: str) -> str:
        if self.upper is None:
            return f"{money(self.lower, currency)} and more"
        if not self.lower:
            return f"under {money(self.upper, currency)}"
        return f"{money(self.lower, currency)} up to under {money(self.upper, currency)}"


@dataclass(frozen=True, slots=True)
class RuleBook:
    currency: str
    ranges: tuple[Range, ...]

    def range_of(self, amount: Decimal) -> Range:
        return next(each for each in self.ranges if each.covers(amount))

    def check(self) -> None:
        """Every amount from zero on is in exactly one range. Raises WrongRules."""
        if not self.ranges:
            raise WrongRules(0, "there has to be a rule")
        for position, each in enumerate(self.ranges):
            _check_range(position, each)
        ordered = sorted(enumerate(self.ranges), key=lambda pair: pair[1].lower)
        first, lowest = ordered[0]
        if lowest.lower != 0:
            raise WrongRules(first, "the first rule has to begin at 0")
        for (_, one), (position, other) in pairwise(ordered):
            _check_neighbours(position, one, other)
        last, highest = ordered[-1]
        if highest.upper is not None:
            raise WrongRules(last, "the last rule has to be open: leave out its end")

    def written(self) -> dict[str, Any]:
        """As it is kept."""
        return {"currency": self.currency, "ranges": [_range(each) for each in self.ranges]}

    @classmethod
    def read(cls, kept: Mapping[str, Any]) -> Self:
        ranges = [
            Range(
                Decimal(each["from"]),
                Decimal(each["to"]) if each["to"] is not None else None,
                tuple(_read_step(step) for step in each["steps"]),
            )
            for each in kept["ranges"]
        ]
        return cls(kept["currency"], tuple(sorted(ranges, key=lambda each: each.lower)))


def _check_range(position: int, each: Range) -> None:
    if each.upper is not None and each.upper <= each.lower:
        raise WrongRules(position, "a range has to end above where it begins")
    kinds = [step.kind for step in each.steps]
    if len(set(kinds)) < len(kinds):
        raise WrongRules(position, "a step is here a second time")
    if kinds and kinds[0] is not StepKind.FINANCE:
        raise WrongRules(position, "the CEO is never asked before finance: begin with finance")
    if any((step.quorum is Quorum.NUMBER) is not bool(step.needed) for step in each.steps):
        raise WrongRules(position, "a number of people has to be one or more")


def _check_neighbours(position: int, one: Range, other: Range) -> None:
    if one.upper is None or other.lower < one.upper:
        raise WrongRules(position, "another rule already covers some of these amounts")
    if other.lower > one.upper:
        raise WrongRules(position, f"no rule covers amounts from {one.upper} to {other.lower}")


def _range(each: Range) -> dict[str, Any]:
    return {
        "from": str(each.lower),
        "to": str(each.upper) if each.upper is not None else None,
        "steps": [
            {"kind": step.kind.value, "quorum": step.quorum.value}
            | ({"needed": step.needed} if step.needed else {})
            for step in each.steps
        ],
    }


def _read_step(kept: Mapping[str, Any]) -> Step:
    return Step(StepKind(kept["kind"]), Quorum(kept["quorum"]), kept.get("needed"))


def chain_words(steps: Sequence[Step]) -> str:
    """“finance, then the CEO”."""
    names = ["the CEO" if step.kind is StepKind.CEO else "finance" for step in steps]
    return ", then ".join(names) if names else "nobody: it is approved automatically"
