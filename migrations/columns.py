"""Columns that most tables begin with. Migrations are history: these never change either."""

from typing import Any

import sqlalchemy as sa


def uuid_key() -> sa.Column[Any]:
    return sa.Column("id", sa.Uuid(), primary_key=True)


def number_key() -> sa.Column[Any]:
    return sa.Column("id", sa.BigInteger(), sa.Identity(), primary_key=True)


def moment(name: str, *, nullable: bool = True) -> sa.Column[Any]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def timestamps() -> list[sa.Column[Any]]:
    return [
        sa.Column(name, sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now())
        for name in ("created_at", "updated_at")
    ]


def soft_delete() -> list[sa.Column[Any]]:
    return [
        sa.Column("is_deleted", sa.Boolean(), nullable=False, server_default=sa.false()),
        moment("deleted_at"),
    ]


def version() -> sa.Column[Any]:
    return sa.Column("version", sa.Integer(), nullable=False, server_default=sa.text("1"))


def words(name: str, *, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.Text(), nullable=nullable)


def flag(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.Boolean(), nullable=False)


def choice(name: str, check: str, *values: str, nullable: bool = False) -> sa.Column[Any]:
    """Text with a check that lists the allowed values."""
    kind = sa.Enum(*values, name=check, native_enum=False, create_constraint=True, length=32)
    return sa.Column(name, kind, nullable=nullable)


def reference(name: str, target: str, *, on_delete: str, nullable: bool = False) -> sa.Column[Any]:
    """A foreign key of the type its target has."""
    kind = sa.Uuid() if target in ("users.id", "departments.id", "tickets.id") else sa.BigInteger()
    return sa.Column(name, kind, sa.ForeignKey(target, ondelete=on_delete), nullable=nullable)
