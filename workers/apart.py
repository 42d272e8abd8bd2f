"""One of many that a job looks after must not keep it from the others."""

from collections.abc import Iterator
from contextlib import contextmanager

import structlog

from core.errors import Unavailable

log = structlog.get_logger(__name__)


@contextmanager
def apart(job: str, of: object = None) -> Iterator[None]:
    """A fault of ours in the block is written down, and what comes after it has its turn; the next
    run of the job tries again. Raises Unavailable: then the others would fare no better."""
    try:
        yield
    except Unavailable:
        raise
    except Exception:
        log.exception("part_of_a_job_failed", job=job, of=str(of))
