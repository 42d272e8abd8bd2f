"""`make bench`: runs every benchmark and shows what was reached."""

import argparse
import sys
import time
import traceback
from pathlib import Path

from tests.benchmarks import acks, delivery, filing, forms, indexes, lists, sweeping
from tests.benchmarks.report import Finding, machine, show, write_json
from tests.benchmarks.stage import FULL, QUICK, Effort, Stage, open_stage

PARTS = {
    "acks": acks.measure,
    "requests": filing.measure_requests,
    "core": filing.measure_core,
    "forms": forms.measure,
    "outbox": delivery.measure,
    "indexes": indexes.measure,
    "lists": lists.measure,
    "clocks": sweeping.measure,
}


def main() -> None:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer and shorter rounds")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the findings there too")
    parser.add_argument("--only", choices=PARTS, action="append", help="run this part alone")
    asked = parser.parse_args()
    effort, since = QUICK if asked.quick else FULL, time.monotonic()
    findings: list[Finding] = []
    with open_stage() as stage:
        machine_line = machine(stage.sql("SHOW server_version")[0][0])
        for name in asked.only or PARTS:
            print(f"{time.monotonic() - since:4.0f} s  {name}", file=sys.stderr, flush=True)
            findings += _run(name, stage, effort)
    seconds = time.monotonic() - since
    show(findings, machine_line, seconds)
    if asked.json:
        write_json(asked.json, findings, machine_line, seconds)


def _run(name: str, stage: Stage, effort: Effort) -> list[Finding]:
    try:
        return PARTS[name](stage, effort)
    except Exception as error:
        # One part that breaks must not cost the figures of the others.
        traceback.print_exc()
        return [Finding(name, "could not be measured", "", None, "", False, repr(error)[:80])]


if __name__ == "__main__":
    main()
