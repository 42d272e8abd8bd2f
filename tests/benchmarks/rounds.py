"""Measuring by turns: A B A B …, and the median of the ratios within a round."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from tests.benchmarks.children import Child


@dataclass(frozen=True, slots=True)
class Sample:
    """One variant's turn in one round."""

    rate: float
    p50_ms: float | None = None
    p99_ms: float | None = None
    #: Of the process under test.
    cpu_us: float | None = None
    #: Of a core, spent by the generator of the load.
    own_cpu: float | None = None


@dataclass(frozen=True, slots=True)
class Series:
    samples: Sequence[Sample]

    @property
    def rate(self) -> float:
        return median(each.rate for each in self.samples)

    def middle(self, name: str) -> float | None:
        found = [getattr(each, name) for each in self.samples]
        known = [each for each in found if each is not None]
        return median(known) if known else None

    def over(self, floor: "Series") -> float:
        pairs = zip(self.samples, floor.samples, strict=True)
        return median(ours.rate / theirs.rate for ours, theirs in pairs)


Turn = Callable[[], Sample]


def take_turns(rounds: int, variants: Mapping[str, Turn]) -> dict[str, Series]:
    """The first round of each only warms up."""
    for turn in variants.values():
        turn()
    taken: dict[str, list[Sample]] = {name: [] for name in variants}
    for _ in range(rounds):
        for name, turn in variants.items():
            taken[name].append(turn())
    return {name: Series(samples) for name, samples in taken.items()}


def closed_loop(
    load: Child, server: Child, kind: str, connections: int, seconds: float
) -> Callable[[], Sample]:
    """A turn of `connections` that each ask again as soon as they are answered."""

    def turn() -> Sample:
        before = server.cpu_seconds()
        got = load.ask(
            job="closed_loop",
            port=server.port,
            kind=kind,
            connections=connections,
            seconds=seconds,
        )
        after = server.cpu_seconds()
        if got["refused"] or not got["done"]:
            raise RuntimeError(f"{got['refused']} of {got['done']} requests were refused")
        spent = None if before is None or after is None else (after - before) / got["done"] * 1e6
        return Sample(
            got["done"] / got["seconds"], got["p50_ms"], got["p99_ms"], spent, got["own_cpu"]
        )

    return turn
