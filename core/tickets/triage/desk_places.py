"""Where the cards of a department are posted."""

from sqlalchemy import ColumnElement, and_, case, func, or_, select
from sqlalchemy.orm import aliased

from core.users.models import Department, User
from core.users.roles import Role


def is_read_by_all(department: type[Department]) -> ColumnElement[bool]:
    """Whether everybody can read where its cards are posted."""
    return and_(department.desk_is_public, department.desk_trouble.is_(None))


def desk_place(department: type[Department]) -> ColumnElement[str | None]:
    """Where its cards are posted: while nothing can be posted in its channel, its head's direct
    messages, if it has a head."""
    head = aliased(User)
    of_head = (
        select(head.slack_user_id)
        .where(
            head.department_id == department.id,
            head.role == Role.DEPARTMENT_HEAD,
            head.is_active.is_(True),
            head.is_deleted.is_(False),
        )
        .order_by(head.id)
        .limit(1)
        .scalar_subquery()
    )
    channel = department.desk_channel_id
    is_well = or_(department.desk_trouble.is_(None), channel.is_(None))
    return case((is_well, channel), else_=func.coalesce(of_head, channel))
