"""The roles people have; one each."""

from enum import StrEnum


class Role(StrEnum):
    EMPLOYEE = "employee"
    AGENT = "agent"
    DEPARTMENT_HEAD = "department_head"
    FINANCE = "finance"
    CEO = "ceo"
    ADMIN = "admin"


#: Roles that work on the tickets of their own department.
DESK_ROLES = frozenset({Role.AGENT, Role.DEPARTMENT_HEAD, Role.FINANCE})
