"""Meeting people and keeping what we know of them true."""

from dataclasses import dataclass

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from core import outbox
from core.db import new_id
from core.notices import Topic
from core.outbox import Row
from core.tickets.models import AuditLog, Source
from core.users.models import User
from core.users.permissions import Actor
from core.users.queries import Identity, actor_of, is_code_taken, lock_user
from core.users.roles import Role


@dataclass(frozen=True, slots=True)
class Profile:
    """What Slack tells of a person."""

    name: str
    email: str | None = None
    image_url: str | None = None
    time_zone: str = "UTC"
    employee_code: str | None = None
    is_active: bool = True
    is_guest: bool = False


async def meet(
    session: AsyncSession, who: Identity, profile: Profile, role: Role = Role.EMPLOYEE
) -> Actor:
    """The person with this identity, who gets `role` on first contact.

    Two first contacts at once make one row.
    """
    # Without naming a constraint: whoever comes second may meet any of them first.
    await session.execute(
        insert(User)
        .values(
            id=new_id(),
            team_id=who.team_id,
            slack_user_id=who.slack_user_id,
            employee_code=who.slack_user_id,
            role=role,
            name=profile.name,
        )
        .on_conflict_do_nothing()
    )
    actor = await refresh(session, who, profile)
    assert actor is not None, "the row was just written"
    return actor


async def refresh(session: AsyncSession, who: Identity, profile: Profile) -> Actor | None:
    """Take over what Slack tells of a known person; None when we never met them."""
    user = await lock_user(session, who)
    if user is None:
        return None
    user.name, user.email, user.image_url = profile.name, profile.email, profile.image_url
    user.time_zone = profile.time_zone
    user.is_active, user.is_guest = profile.is_active, profile.is_guest
    # A profile is typed by hand. A code of somebody else's in it keeps nobody from the desk.
    code = profile.employee_code
    if code and not await is_code_taken(session, code, user):
        user.employee_code = code
    await session.flush()
    return actor_of(user)


#: What decides about rights; a change of it is written down.
_TELLING = ("is_active", "is_guest", "employee_code")


async def sync_person(session: AsyncSession, who: Identity, profile: Profile) -> Actor | None:
    """Take over what Slack tells, and see to what follows from it: whoever is deactivated leaves
    work behind, of which its heads hear once. None when we never met them."""
    user = await lock_user(session, who)
    if user is None:
        return None
    before = {name: getattr(user, name) for name in _TELLING}
    actor = await refresh(session, who, profile)
    after = {name: getattr(user, name) for name in _TELLING}
    changes = {name: [before[name], after[name]] for name in before if before[name] != after[name]}
    if changes:
        session.add(
            AuditLog(
                action="person.sync",
                source=Source.JOB,
                changes=changes,
                details={"person": who.slack_user_id},
            )
        )
    if before["is_active"] and not after["is_active"]:
        await outbox.add(session, _left(user))
    return actor


def named(who: Identity) -> Row:
    """Slack is to be asked about somebody who was named before they came."""
    key = f"{Topic.PERSON_NAMED}:{who.team_id}:{who.slack_user_id}"
    payload = {"team_id": who.team_id, "slack_user_id": who.slack_user_id}
    return Row(Topic.PERSON_NAMED, key, payload, fold_key=key)


def _left(user: User) -> Row:
    return Row(Topic.PERSON_LEFT, f"left:{user.id}", {"person_id": str(user.id)})
