"""From the text of a configuration file to a checked configuration."""

from pathlib import Path

from pydantic import ValidationError

from core.configuration import yaml_lines
from core.configuration.checks import contradictions
from core.configuration.faults import sentence
from core.configuration.file import NO_TEAM, Configuration, known_keys
from core.configuration.yaml_lines import Document, WrongConfiguration

DEFAULT_FILE = Path(__file__).with_name("default.yml")


def read_file(path: Path, *, admin: str | None = None) -> Configuration:
    """Raises WrongConfiguration."""
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise WrongConfiguration(f"{path} cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise WrongConfiguration(f"{path} is not written in UTF-8.") from error
    return read(text, admin=admin, folder=path.parent)


def read(text: str, *, admin: str | None = None, folder: Path | None = None) -> Configuration:
    """`admin` is taken when the file names a workspace and no admin of its own.

    Raises WrongConfiguration with all faults of the file, each with its line.
    """
    document = yaml_lines.read(text)
    if admin and isinstance(document.data, dict) and document.data.get("team_id") != NO_TEAM:
        document.data["admin"] = document.data.get("admin") or admin
    return check(document, folder)


def check(document: Document, folder: Path | None = None) -> Configuration:
    """Raises WrongConfiguration with all faults, each with its line."""
    try:
        found = Configuration.of(document, folder)
    except ValidationError as error:
        faults = [(tuple(each["loc"]), sentence(each, known_keys)) for each in error.errors()]
    else:
        faults = list(contradictions(found))
        if not faults:
            return found
    lines = sorted((document.line(path), text) for path, text in faults)
    text = "\n".join(f"line {line}: {text}" for line, text in lines)
    raise WrongConfiguration(text, faults)
