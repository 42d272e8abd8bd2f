"""The one error the embedded servers raise; its text is for the person at the keyboard."""

from pathlib import Path

LOG_TAIL_LINES = 15


class ServiceError(RuntimeError):
    """A server could not be found, started or asked."""


def with_log(sentence: str, log: Path) -> str:
    """The sentence, followed by what the server itself said last."""
    lines = log.read_text(errors="replace").splitlines() if log.exists() else []
    tail = "\n".join(f"  {line}" for line in lines[-LOG_TAIL_LINES:])
    return f"{sentence} Its log, {log}, ends:\n{tail or '  (empty)'}"
