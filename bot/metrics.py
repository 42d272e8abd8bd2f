"""What is measured, in the words of Prometheus: `/metrics`."""

from collections.abc import Callable
from time import perf_counter

from prometheus_client import CollectorRegistry, Gauge, Histogram, generate_latest
from slack_bolt.request.async_request import AsyncBoltRequest

from core.backlog import Backlog

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
#: Seconds; Slack gives up at three.
_BUCKETS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 3.0)
_KINDS = frozenset(
    {
        "block_actions",
        "block_suggestion",
        "event_callback",
        "message_action",
        "shortcut",
        "view_closed",
        "view_submission",
    }
)


class Metrics:
    """Of one process: what it answered. The backlog is the same wherever it is asked for."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._answers = Histogram(
            "hdms_answer_seconds",
            "How long Slack waited for an answer.",
            ("kind", "status"),
            buckets=_BUCKETS,
            registry=self._registry,
        )
        self._of_each: dict[tuple[str, int], Histogram] = {}
        self._waiting = self._gauge("outbox_waiting", "Messages not sent yet, at most 10000.")
        self._late = self._gauge("outbox_late_seconds", "How long the oldest of them is due.")
        self._failed = self._gauge(
            "outbox_failed", "Of the newest 1000 messages, those that Slack will never take."
        )
        self._clocks = self._gauge(
            "clocks_late_seconds", "How long the oldest step of a clock is due; workers take it."
        )
        self._beat = self._gauge(
            "beat_age_seconds", "Since a worker last did what beat asks for every minute."
        )

    def _gauge(self, name: str, help_text: str) -> Gauge:
        return Gauge(f"hdms_{name}", help_text, registry=self._registry)

    def timed(self, asked: AsyncBoltRequest) -> Callable[[int], None]:
        """To be called with the answer's status."""
        since = perf_counter()

        def answered(status: int) -> None:
            seconds = perf_counter() - since
            self._of(kind_of(asked), status).observe(seconds)

        return answered

    def _of(self, kind: str, status: int) -> Histogram:
        """Looking it up in the library takes a lock and checks the labels, each time."""
        found = self._of_each.get((kind, status))
        if found is None:
            found = self._of_each[kind, status] = self._answers.labels(kind, str(status))
        return found

    def shown(self, backlog: Backlog) -> bytes:
        self._waiting.set(backlog.waiting)
        self._late.set(backlog.late_by)
        self._failed.set(backlog.failed)
        self._clocks.set(backlog.clocks_late_by)
        self._beat.set(float("inf") if backlog.beat_age is None else backlog.beat_age)
        return generate_latest(self._registry)


def kind_of(asked: AsyncBoltRequest) -> str:
    """One of few words, whatever was sent."""
    if "command" in asked.body:
        return "command"
    kind = str(asked.body.get("type"))
    return kind if kind in _KINDS else "other"
