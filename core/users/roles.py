"""The roles people have; one each."""

from enum import StrEnum


class Role(StrEnum):
    EMPLOYEE = "employee"
    AGENT = "agent"
    DEPARTMENT_HEAD = "department_head"
    FINANCE = "finance"
    CEO = "ceo"
    ADMIN = "admin"
    OBSERVER = "observer"


#: Roles that work on the tickets of their own department.
DESK_ROLES = frozenset({Role.AGENT, Role.DEPARTMENT_HEAD, Role.FINANCE})
#: Roles that see them: an observer does nothing else.
SEEING_ROLES = DESK_ROLES | {Role.OBSERVER}
