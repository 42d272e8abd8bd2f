"""The Celery application: what the workers answer to, and what beat calls for."""

import logging
from datetime import timedelta
from typing import Any

from celery import Celery
from celery.schedules import crontab
from celery.signals import setup_logging, worker_process_init, worker_process_shutdown

from core.config import read_settings
from core.logs import configure_logs
from workers import approvals, digests, endings, kombu_fixes, outbox, sla, triage, upkeep
from workers.runtime import Job, close_runtime, open_runtime, run

kombu_fixes.apply()
settings = read_settings()
app = Celery("hdms", broker=settings.redis_url)
app.conf.update(
    task_ignore_result=True,
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    worker_prefetch_multiplier=1,
    broker_connection_retry_on_startup=True,
    broker_connection_max_retries=None,
    broker_transport_options={
        "global_keyprefix": "hdms:",
        "visibility_timeout": 600,
        "unacked_restore_throttle": 1,
        "socket_timeout": 5,
        "socket_connect_timeout": 5,
    },
    # Beat keeps no file: each task here may run too often, or late, or twice at once.
    beat_scheduler="celery.beat:Scheduler",
    beat_schedule={
        "sweep the outbox": {
            "task": outbox.DRAIN,
            "schedule": settings.sweep_every,
            # A sweep nobody took in time is worth nothing: the next one sees the same rows.
            "options": {"expires": settings.sweep_every.total_seconds() * 2},
        },
        "nudge about tickets that wait": {
            "task": triage.NUDGE,
            "schedule": timedelta(minutes=1),
            "options": {"expires": 120},
        },
        "watch the clocks": {
            "task": sla.WATCH,
            "schedule": timedelta(minutes=1),
            "options": {"expires": 120},
        },
        "look at the desk channels": {
            "task": triage.CHECK_DESKS,
            "schedule": timedelta(minutes=5),
            "options": {"expires": 600},
        },
        "look after requests for approval": {
            "task": approvals.SWEEP,
            "schedule": timedelta(minutes=1),
            "options": {"expires": 120},
        },
        "end what nobody answers about": {
            "task": endings.SWEEP,
            "schedule": timedelta(minutes=10),
            "options": {"expires": 1200},
        },
        "send the morning's digests": {
            "task": digests.SEND,
            "schedule": timedelta(minutes=5),
            "options": {"expires": 600},
        },
        "look up people again": {
            "task": upkeep.SYNC_PEOPLE,
            "schedule": crontab(hour="2", minute="20"),
        },
        "forget what nobody looks up any more": {
            "task": upkeep.TIDY,
            "schedule": crontab(hour="3", minute="40"),
        },
    },
)


def _run_and_say(job: Job) -> None:
    """What the job has to say is sent at once; a sweep would send it later."""
    run(job)
    run(outbox.drain)


@app.task(name=outbox.DRAIN)
def drain_outbox() -> None:
    run(outbox.drain)


@app.task(name=triage.NUDGE)
def nudge_waiting() -> None:
    _run_and_say(triage.nudge_waiting)


@app.task(name=approvals.SWEEP)
def sweep_approvals() -> None:
    _run_and_say(approvals.sweep_approvals)


@app.task(name=sla.WATCH)
def watch_clocks() -> None:
    _run_and_say(sla.watch)


@app.task(name=triage.CHECK_DESKS)
def check_desks() -> None:
    _run_and_say(triage.check_desks)


@app.task(name=endings.SWEEP)
def end_silently() -> None:
    _run_and_say(endings.sweep)


@app.task(name=digests.SEND)
def send_digests() -> None:
    _run_and_say(digests.send)


@app.task(name=upkeep.SYNC_PEOPLE)
def sync_people() -> None:
    _run_and_say(upkeep.sync_people)


@app.task(name=upkeep.TIDY)
def tidy() -> None:
    run(upkeep.tidy)


@setup_logging.connect
def configure_celery_logs(**_: Any) -> None:
    configure_logs()
    # Two lines for every sweep would bury what matters.
    for name in ("celery.app.trace", "celery.worker.strategy", "celery.beat"):
        logging.getLogger(name).setLevel(logging.WARNING)


worker_process_init.connect(open_runtime)
worker_process_shutdown.connect(close_runtime)
