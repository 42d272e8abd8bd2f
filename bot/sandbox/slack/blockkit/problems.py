"""Complaints about a payload, each with its place, and the checks of single values."""

from __future__ import annotations

from typing import Any


class Problems:
    def __init__(self) -> None:
        self.found: list[str] = []

    def add(self, path: str, complaint: str) -> None:
        self.found.append(f"[ERROR] {complaint} [json-pointer:{path}]")

    def __bool__(self) -> bool:
        return bool(self.found)

    def string(self, path: str, value: Any, most: int, least: int = 0) -> None:
        if not isinstance(value, str):
            self.add(path, "must be a string")
        elif len(value) > most:
            self.add(path, f"must be less than {most + 1} characters")
        elif len(value) < least:
            self.add(path, f"must be more than {least - 1} characters")

    def optional_string(self, path: str, value: Any, most: int) -> None:
        if value is not None:
            self.string(path, value, most)

    def items(self, path: str, value: Any, most: int, least: int = 1) -> list[Any]:
        """The list if it is one of an allowed length, else nothing."""
        if not isinstance(value, list):
            self.add(path, "must be a list")
            return []
        if len(value) > most:
            self.add(path, f"no more than {most} items allowed")
        elif len(value) < least:
            self.add(path, f"no fewer than {least} items allowed")
        return value

    def unique(self, path: str, values: list[Any], name: str) -> None:
        if len(set(values)) != len(values):
            self.add(path, f"{name} must be unique")
