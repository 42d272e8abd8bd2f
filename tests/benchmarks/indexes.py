"""What the indexes of the database design cost a new ticket: all, or without repeated ones."""

from pathlib import Path
from tempfile import TemporaryDirectory

from tests.benchmarks import pgbench
from tests.benchmarks.acks import figures
from tests.benchmarks.filing import floor_script
from tests.benchmarks.report import Finding
from tests.benchmarks.rounds import Sample, Turn, take_turns
from tests.benchmarks.stage import Effort, Stage

CLIENTS = 8
#: Those whose columns are the first columns of another index of their table.
_REPEATED = """
    SELECT DISTINCT short.indexrelid::regclass::text
      FROM pg_index AS short
      JOIN pg_index AS long ON long.indrelid = short.indrelid
           AND long.indkey::text LIKE short.indkey::text || ' %'
      JOIN pg_class ON pg_class.oid = short.indrelid
     WHERE pg_class.relnamespace = 'public'::regnamespace
       AND NOT short.indisunique AND short.indpred IS NULL AND long.indpred IS NULL
"""


def measure(stage: Stage, effort: Effort) -> list[Finding]:
    if not effort.extras or not pgbench.is_here():
        return []
    every, lean = stage.empty_copy("every"), stage.empty_copy("lean")
    dropped = [row[0] for row in stage.sql(_REPEATED, lean)]
    for name in dropped:
        stage.sql(f"DROP INDEX {name}", lean)
    with TemporaryDirectory(prefix="hdms-pgbench-") as folder:
        script = floor_script(stage, Path(folder))

        def turn(url: str) -> Turn:
            seconds = effort.seconds
            return lambda: Sample(pgbench.transactions_a_second(url, script, CLIENTS, seconds))

        series = take_turns(effort.rounds, {"lean": turn(lean), "every": turn(every)})
    return [
        Finding(
            "price of repeated indexes",
            figures(series["every"]),
            figures(series["lean"]),
            series["every"].over(series["lean"]),
            "",
            None,
            note=f"pgbench, {CLIENTS} clients; {len(dropped)} are prefixes of others",
        )
    ]
