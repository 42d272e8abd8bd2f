"""Who may do what: one table, one question. Pure; asked by every service after loading."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from core.errors import NotAllowed
from core.users.roles import DESK_ROLES, SEEING_ROLES, Role


class Permission(StrEnum):
    FILE = "file"
    READ = "read"
    REPLY = "reply"
    ADD_FOLLOWER = "add_follower"
    ADD_TO_PRIVATE = "add_to_private"
    NOTE = "note"
    READ_NOTES = "read_notes"
    CLAIM = "claim"
    ASSIGN = "assign"
    WORK = "work"
    EDIT = "edit"
    REOPEN = "reopen"
    CLOSE = "close"
    CANCEL = "cancel"
    DELETE = "delete"
    SEE_DELETED = "see_deleted"
    RESTORE = "restore"
    SEE_QUEUE = "see_queue"
    CONFIGURE = "configure"
    SPLIT = "split"
    READ_PART = "read_part"
    WORK_PART = "work_part"
    ASSIGN_PART = "assign_part"
    STEER_PART = "steer_part"
    RELEASE = "release"
    TRANSFER = "transfer"
    REQUEST_APPROVAL = "request_approval"
    SET_ABSENCES = "set_absences"
    RATE = "rate"
    SEE_REPORT = "see_report"
    SET_DUE = "set_due"


class Relation(StrEnum):
    """What somebody is to a ticket. ANYONE holds for every ticket, and for none."""

    ANYONE = "anyone"
    REQUESTER = "requester"
    AUTHOR = "author"
    ASSIGNEE = "assignee"
    FOLLOWER = "follower"
    #: The ticket lies with the department whose desk the person works at, or observes.
    DESK = "desk"
    #: A part of it lies with that department, or with that person.
    RECEIVER = "receiver"
    PART_ASSIGNEE = "part_assignee"
    #: They are, or were, asked to decide about money on it.
    APPROVER = "approver"


@dataclass(frozen=True, slots=True)
class Actor:
    """Whoever performs the present action."""

    id: uuid.UUID
    team_id: str
    slack_user_id: str
    name: str
    role: Role
    department_id: uuid.UUID | None
    is_active: bool = True
    is_guest: bool = False

    @property
    def desk_id(self) -> uuid.UUID | None:
        """The department whose tickets this person sees."""
        return self.department_id if self.role in SEEING_ROLES else None

    @property
    def has_desk(self) -> bool:
        """Whether they work on those."""
        return self.department_id is not None and self.role in DESK_ROLES


@dataclass(frozen=True, slots=True)
class Standing:
    """What `authorize` needs to know of a ticket. Authors, followers and approvers may leave
    out everyone but the actor. With a receiver it is about one part of the ticket, and `key` is
    the part's."""

    key: str
    department_id: uuid.UUID
    requester_id: uuid.UUID
    assignee_id: uuid.UUID | None = None
    author_ids: frozenset[uuid.UUID] = frozenset()
    follower_ids: frozenset[uuid.UUID] = frozenset()
    receiver_id: uuid.UUID | None = None
    part_assignee_id: uuid.UUID | None = None
    approver_ids: frozenset[uuid.UUID] = frozenset()


_EVERYONE = frozenset(Role)
_HEAD = frozenset({Role.DEPARTMENT_HEAD})
_ADMIN = frozenset({Role.ADMIN})
_ON_IT = frozenset({Relation.REQUESTER, Relation.AUTHOR, Relation.ASSIGNEE, Relation.FOLLOWER})
_ITS_OWNER = frozenset({Relation.REQUESTER})
_FOR_ME = frozenset({Relation.REQUESTER, Relation.AUTHOR})
_AT_DESK = frozenset({Relation.DESK})
_WORKING = frozenset({Relation.DESK, Relation.ASSIGNEE})
_ANY = frozenset({Relation.ANYONE})
_RECEIVING = frozenset({Relation.RECEIVER, Relation.PART_ASSIGNEE})


@dataclass(frozen=True, slots=True)
class Grant:
    roles: frozenset[Role]
    relations: frozenset[Relation]


GRANTS: Mapping[Permission, tuple[Grant, ...]] = {
    Permission.FILE: (Grant(_EVERYONE, _ANY),),
    Permission.READ: (
        Grant(_EVERYONE, _ON_IT | {Relation.APPROVER}),
        Grant(SEEING_ROLES, _AT_DESK),
    ),
    Permission.REPLY: (Grant(_EVERYONE, _ON_IT), Grant(DESK_ROLES, _AT_DESK)),
    Permission.ADD_FOLLOWER: (Grant(_EVERYONE, _ON_IT), Grant(DESK_ROLES, _AT_DESK)),
    Permission.ADD_TO_PRIVATE: (Grant(_EVERYONE, _ITS_OWNER), Grant(DESK_ROLES, _WORKING)),
    Permission.NOTE: (Grant(DESK_ROLES, _WORKING),),
    Permission.READ_NOTES: (Grant(SEEING_ROLES, _WORKING),),
    Permission.CLAIM: (Grant(DESK_ROLES, _AT_DESK),),
    Permission.ASSIGN: (Grant(_HEAD, _AT_DESK),),
    Permission.WORK: (Grant(DESK_ROLES, _WORKING),),
    Permission.EDIT: (Grant(_EVERYONE, _FOR_ME), Grant(DESK_ROLES, _WORKING)),
    Permission.REOPEN: (Grant(_EVERYONE, _FOR_ME), Grant(DESK_ROLES, _WORKING)),
    Permission.CLOSE: (Grant(_EVERYONE, _FOR_ME), Grant(DESK_ROLES, _WORKING)),
    Permission.CANCEL: (Grant(_EVERYONE, _FOR_ME), Grant(_HEAD, _AT_DESK)),
    Permission.DELETE: (Grant(_HEAD, _AT_DESK),),
    Permission.SEE_DELETED: (Grant(_ADMIN, _ANY),),
    Permission.RESTORE: (Grant(_ADMIN, _ANY),),
    Permission.SEE_QUEUE: (Grant(SEEING_ROLES, _ANY),),
    Permission.CONFIGURE: (Grant(_ADMIN, _ANY),),
    Permission.SPLIT: (Grant(_HEAD, _AT_DESK),),
    Permission.READ_PART: (Grant(SEEING_ROLES, _WORKING | _RECEIVING),),
    Permission.WORK_PART: (Grant(DESK_ROLES, _RECEIVING),),
    Permission.ASSIGN_PART: (Grant(_HEAD, frozenset({Relation.RECEIVER})),),
    Permission.STEER_PART: (
        Grant(_HEAD, _AT_DESK),
        Grant(DESK_ROLES, frozenset({Relation.ASSIGNEE})),
    ),
    Permission.RELEASE: (
        Grant(_HEAD, _AT_DESK),
        Grant(DESK_ROLES, frozenset({Relation.ASSIGNEE})),
    ),
    Permission.TRANSFER: (Grant(DESK_ROLES, _AT_DESK),),
    Permission.REQUEST_APPROVAL: (Grant(frozenset({Role.FINANCE}), _WORKING | _RECEIVING),),
    Permission.SET_ABSENCES: (Grant(_ADMIN | _HEAD, _ANY),),
    Permission.RATE: (Grant(_EVERYONE, _ITS_OWNER),),
    Permission.SEE_REPORT: (Grant(SEEING_ROLES, _ANY),),
    Permission.SET_DUE: (Grant(_HEAD, _AT_DESK),),
}

_REFUSALS: Mapping[Permission, str] = {
    Permission.FILE: "You cannot file tickets.",
    Permission.CLAIM: "Only the people of its department can take {key}.",
    Permission.ASSIGN: "Only the head of its department can assign {key}.",
    Permission.WORK: "Only the people of its department and its assignee can work on {key}.",
    Permission.NOTE: "Only the people of its department and its assignee can write notes on {key}.",
    Permission.READ_NOTES: "Only the people of its department and its assignee see this of {key}.",
    Permission.ADD_TO_PRIVATE: "{key} is private: only its requester and its department can "
    "add people to it.",
    Permission.EDIT: "Only its requester and its department can edit {key}.",
    Permission.REOPEN: "Only its requester and its department can reopen {key}.",
    Permission.CLOSE: "Only its requester and its department can close {key}.",
    Permission.CANCEL: "Only its requester and the head of its department can cancel {key}.",
    Permission.DELETE: "Only the head of its department can delete {key}.",
    Permission.SEE_QUEUE: "Only the people of a department's desk have a queue.",
    Permission.SEE_DELETED: "Only an administrator can see deleted records.",
    Permission.RESTORE: "Only an administrator can restore {key}.",
    Permission.CONFIGURE: "Only an administrator can change the settings.",
    Permission.SPLIT: "Only the head of its department can split {key}.",
    Permission.READ_PART: "Only the desks that work on {key} can see it.",
    Permission.WORK_PART: "Only the department it was passed on to can work on {key}.",
    Permission.ASSIGN_PART: "Only the head of the department it was passed on to can assign {key}.",
    Permission.STEER_PART: "Only the head of the department that passed it on, and the assignee "
    "there, can decide about {key}.",
    Permission.RELEASE: "Only its assignee and the head of its department can put {key} back into "
    "the queue.",
    Permission.RATE: "Only its requester can rate {key}.",
    Permission.SEE_REPORT: "Only the people of a department see its report.",
    Permission.TRANSFER: "Only the people of its department can move {key} to another one.",
    Permission.REQUEST_APPROVAL: "Only people of finance who work on {key} can ask for approval.",
    Permission.SET_ABSENCES: "Only an administrator or the head of their department can say that "
    "somebody else is away.",
    Permission.SET_DUE: "Only the head of its department can change when {key} is due.",
}


def relations(actor: Actor, on: Standing | None) -> frozenset[Relation]:
    found = {Relation.ANYONE}
    if on is None:
        return frozenset(found)
    if actor.id == on.requester_id:
        found.add(Relation.REQUESTER)
    if actor.id in on.author_ids:
        found.add(Relation.AUTHOR)
    if actor.id == on.assignee_id:
        found.add(Relation.ASSIGNEE)
    if actor.id in on.follower_ids:
        found.add(Relation.FOLLOWER)
    if actor.desk_id == on.department_id:
        found.add(Relation.DESK)
    if actor.id in on.approver_ids:
        found.add(Relation.APPROVER)
    return frozenset(found) | _of_part(actor, on)


def _of_part(actor: Actor, on: Standing) -> frozenset[Relation]:
    found = set()
    if on.receiver_id is not None and actor.desk_id == on.receiver_id:
        found.add(Relation.RECEIVER)
    if actor.id == on.part_assignee_id:
        found.add(Relation.PART_ASSIGNEE)
    return frozenset(found)


def may(actor: Actor, permission: Permission, on: Standing | None = None) -> bool:
    held = relations(actor, on)
    if not actor.is_active or (actor.is_guest and not _may_guest(permission, held)):
        return False
    return any(actor.role in grant.roles and held & grant.relations for grant in GRANTS[permission])


def _may_guest(permission: Permission, held: frozenset[Relation]) -> bool:
    """They read what they are on, and answer in what they were allowed to file."""
    is_theirs = Relation.REQUESTER in held
    return permission is Permission.READ or (permission is Permission.REPLY and is_theirs)


def authorize(actor: Actor, permission: Permission, on: Standing | None = None) -> None:
    """Raises NotAllowed with the reason. Who may not read a ticket hears only that."""
    if may(actor, permission, on):
        return
    check_member(actor)
    if on is not None and not may(actor, _seeing(on), on):
        text = f"You are not on {on.key}, so you cannot see or change it."
        raise NotAllowed(text).about(on.key)
    refusal = _REFUSALS.get(permission, "You may not do that.")
    raise NotAllowed(refusal.format(key=on.key if on else "this ticket"))


def check_active(actor: Actor) -> None:
    if not actor.is_active:
        raise NotAllowed("Your account is deactivated, so you cannot use the help desk.")


def check_member(actor: Actor) -> None:
    check_active(actor)
    if actor.is_guest:
        raise NotAllowed("Guests cannot use the help desk. Ask a colleague to file it for you.")


def _seeing(on: Standing) -> Permission:
    return Permission.READ if on.receiver_id is None else Permission.READ_PART
