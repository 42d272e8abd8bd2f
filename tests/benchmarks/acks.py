"""An acknowledgement through the whole application, against a bare Bolt app with one listener."""

from tests.benchmarks.report import Finding, against_floor
from tests.benchmarks.rounds import Series, closed_loop, take_turns
from tests.benchmarks.stage import Effort, Stage

#: Bolt's default runner looks every ten milliseconds whether a listener has answered.
NO_POLL_MS = 2.0


def measure(stage: Stage, effort: Effort) -> list[Finding]:
    bare = stage.server("bare bolt", listens_to="command")
    whole = stage.help_desk()
    single = stage.help_desk("help desk, one handler")
    findings = []
    for connections in (16, 1):
        series = take_turns(
            effort.rounds,
            {
                name: closed_loop(stage.load, server, "ping", connections, effort.seconds)
                for name, server in (("bare", bare), ("whole", whole), ("single", single))
            },
        )
        findings += _findings(series, connections)
    for server in (bare, whole, single):
        server.stop()
    return findings


def _findings(series: dict[str, Series], connections: int) -> list[Finding]:
    bare, whole, single = series["bare"], series["whole"], series["single"]
    plural = "connections" if connections > 1 else "connection"
    found = [
        against_floor(
            f"1 ack, {connections} {plural}",
            figures(whole),
            figures(bare),
            whole.over(bare),
            0.80,
            note=f"generator {whole.middle('own_cpu') or 0:.2f} of a core",
        )
    ]
    if connections > 1:
        ratio = whole.over(single)
        found.append(
            against_floor(
                "1 all handlers against one", figures(whole), figures(single), ratio, 0.95
            )
        )
    else:
        p50 = whole.middle("p50_ms") or 0.0
        wanted = f"≤ {NO_POLL_MS:.0f} ms"
        found.append(
            Finding("1 no 10 ms poll", f"p50 {p50:.2f} ms", "", None, wanted, p50 <= NO_POLL_MS)
        )
    return found


def figures(series: Series) -> str:
    cpu, p50, p99 = (series.middle(name) for name in ("cpu_us", "p50_ms", "p99_ms"))
    text = f"{series.rate:.0f}/s"
    if p50 is not None and p99 is not None:
        text += f", p50 {p50:.2f} p99 {p99:.1f} ms"
    return text + (f", {cpu:.0f} µs CPU" if cpu is not None else "")
