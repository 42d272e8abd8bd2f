"""One line for each thing worth telling; never what people wrote, never a secret."""

import logging
import re
import sys

import structlog
from structlog.typing import EventDict, WrappedLogger

#: Bolt writes the body and the signature of a request it refuses at INFO.
_TOO_TALKATIVE = ("slack_bolt", "slack_sdk")


# The database repeats the row it refused, and the driver the value: up to what Python, or
# SQLAlchemy, writes behind them. In a log line of Celery's an error stands with its line breaks
# escaped.
_VALUES = re.compile(
    r"((?:\n|\\n)DETAIL:|query argument \$\d+:|invalid UUID|invalid input syntax for [\w ]+:).*?"
    r"(?=(?:\n|\\n)\[SQL: |\n\nThe above exception|\n\nDuring handling|\Z)",
    re.DOTALL,
)


def _without_values(logger: WrappedLogger, name: str, event: EventDict) -> EventDict:
    for key in ("event", "exception"):
        told = event.get(key)
        if isinstance(told, str):
            event[key] = _VALUES.sub(r"\1 (left out)", told)
    return event


def configure_logs() -> None:
    """Times in UTC; readable on a terminal, JSON anywhere else."""
    readable = sys.stderr.isatty()
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    last: list[structlog.typing.Processor] = (
        # A traceback that shows variables is slow, and may show secrets.
        [structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)]
        if readable
        else [structlog.processors.JSONRenderer()]
    )
    told: list[structlog.typing.Processor] = [structlog.processors.format_exc_info, _without_values]
    handler = logging.StreamHandler()
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *told, *last],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.INFO)
    for name in _TOO_TALKATIVE:
        logging.getLogger(name).setLevel(logging.ERROR)
