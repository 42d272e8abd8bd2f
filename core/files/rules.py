"""Which files a department takes, and the sentence for each it does not. Pure."""

from dataclasses import dataclass
from typing import Any

from core.errors import Refused
from core.files.kinds import PROGRAMS, Kind, extension_of

MEGABYTE = 1024**2
MOST_MB = 25


class FileRefused(Refused):
    """This file stays where it is; the text says which, and why."""


@dataclass(frozen=True, slots=True)
class FileRules:
    department: str
    most_mb: int = MOST_MB
    #: Extensions; none: everything but programs.
    types: frozenset[str] = frozenset()

    @classmethod
    def of(cls, department: str, stored: dict[str, Any]) -> "FileRules":
        types = frozenset(extension_of(f"x.{each}") for each in stored.get("types") or ())
        return cls(department, stored.get("most_mb") or MOST_MB, types)

    @property
    def most_bytes(self) -> int:
        return self.most_mb * MEGABYTE

    def check_size(self, name: str, size: int) -> None:
        """Raises FileRefused."""
        if size > self.most_bytes:
            raise self.too_large(name)
        if size == 0:
            raise refused(name, "it is empty")

    def too_large(self, name: str) -> FileRefused:
        return refused(name, f"{self.department} takes files up to {self.most_mb} MB")

    def check_name(self, name: str) -> None:
        """Raises FileRefused for what its name alone forbids."""
        if extension_of(name) in PROGRAMS:
            raise refused(name, f"{self.department} takes no programs")

    def check_kind(self, name: str, kind: Kind) -> None:
        """Raises FileRefused for what the file really is."""
        if kind.is_program:
            raise refused(name, f"{self.department} takes no programs")
        if self.types and kind.extension not in self.types:
            listed = ", ".join(sorted(self.types))
            raise refused(name, f"{self.department} takes only files of these types: {listed}")


def refused(name: str, reason: str) -> FileRefused:
    return FileRefused(f"{name} was not passed on: {reason}.")
