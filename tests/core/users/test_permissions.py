"""The permission table, written out by hand, against what `may` and `authorize` answer."""

import re
import uuid
from collections.abc import Iterator
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import NotAllowed
from core.users.permissions import Actor, Permission, Relation, Standing, authorize, may, relations
from core.users.roles import Role

E, A, H, F, C, M, B = (
    Role.EMPLOYEE,
    Role.AGENT,
    Role.DEPARTMENT_HEAD,
    Role.FINANCE,
    Role.CEO,
    Role.ADMIN,
    Role.OBSERVER,
)
LETTERS = dict(zip("eahfcmb", (E, A, H, F, C, M, B), strict=True))

# Who may, by what they are to the ticket: employee, agent, head, finance, ceo, adMin, oBserver.
BY_HAND = """
                   anyone  requester author  assignee follower desk receiver part_assignee approver
  file             eahfcmb -         -       -        -        -    -        -             -
  read             -       eahfcmb   eahfcmb eahfcmb  eahfcmb  ahfb -        -             eahfcmb
  reply            -       eahfcmb   eahfcmb eahfcmb  eahfcmb  ahf  -        -             -
  add_follower     -       eahfcmb   eahfcmb eahfcmb  eahfcmb  ahf  -        -             -
  add_to_private   -       eahfcmb   -       ahf      -        ahf  -        -             -
  note             -       -         -       ahf      -        ahf  -        -             -
  read_notes       -       -         -       ahfb     -        ahfb -        -             -
  claim            -       -         -       -        -        ahf  -        -             -
  assign           -       -         -       -        -        h    -        -             -
  work             -       -         -       ahf      -        ahf  -        -             -
  edit             -       eahfcmb   eahfcmb ahf      -        ahf  -        -             -
  reopen           -       eahfcmb   eahfcmb ahf      -        ahf  -        -             -
  close            -       eahfcmb   eahfcmb ahf      -        ahf  -        -             -
  cancel           -       eahfcmb   eahfcmb -        -        h    -        -             -
  delete           -       -         -       -        -        h    -        -             -
  see_deleted      m       -         -       -        -        -    -        -             -
  restore          m       -         -       -        -        -    -        -             -
  see_queue        ahfb    -         -       -        -        -    -        -             -
  configure        m       -         -       -        -        -    -        -             -
  split            -       -         -       -        -        h    -        -             -
  read_part        -       -         -       ahfb     -        ahfb ahfb     ahfb          -
  work_part        -       -         -       -        -        -    ahf      ahf           -
  assign_part      -       -         -       -        -        -    h        -             -
  steer_part       -       -         -       ahf      -        h    -        -             -
  release          -       -         -       ahf      -        h    -        -             -
  transfer         -       -         -       -        -        ahf  -        -             -
  rate             -       eahfcmb   -       -        -        -    -        -             -
  see_report       ahfb    -         -       -        -        -    -        -             -
  set_due          -       -         -       -        -        h    -        -             -
  request_approval -       -         -       f        -        f    f        f             -
  set_absences     hm      -         -       -        -        -    -        -             -
"""

IT, HR = uuid.UUID(int=1), uuid.UUID(int=2)
SOMEBODY = uuid.UUID(int=3)


def _read(table: str) -> dict[tuple[Permission, Relation], frozenset[Role]]:
    header, *rows = [line.split() for line in table.strip().splitlines()]
    return {
        (Permission(name), Relation(relation)): frozenset(
            LETTERS[letter] for letter in cell if letter != "-"
        )
        for name, *cells in rows
        for relation, cell in zip(header, cells, strict=True)
    }


TABLE = _read(BY_HAND)


def granted(role: Role, permission: Permission, held: frozenset[Relation]) -> bool:
    return any(role in TABLE[permission, relation] for relation in held)


def person(role: Role, *, department: uuid.UUID | None = HR, **more: bool) -> Actor:
    return Actor(uuid.UUID(int=9), "T0ACME", "U0ANN", "Ann", role, department, **more)


def on(actor: Actor, *held: Relation) -> Standing:
    """HD-7 of the IT department, to which the actor is just this."""
    own = frozenset({actor.id})
    return Standing(
        key="HD-7",
        department_id=IT,
        requester_id=actor.id if Relation.REQUESTER in held else SOMEBODY,
        assignee_id=actor.id if Relation.ASSIGNEE in held else SOMEBODY,
        author_ids=own if Relation.AUTHOR in held else frozenset(),
        follower_ids=own if Relation.FOLLOWER in held else frozenset(),
        receiver_id=HR if Relation.RECEIVER in held else None,
        part_assignee_id=actor.id if Relation.PART_ASSIGNEE in held else SOMEBODY,
        approver_ids=own if Relation.APPROVER in held else frozenset(),
    )


def cases() -> Iterator[tuple[Role, Permission, Relation]]:
    yield from product(Role, Permission, Relation)


def test_the_table_by_hand_names_every_permission_and_relation() -> None:
    assert set(TABLE) == set(product(Permission, Relation))


@pytest.mark.parametrize("permission", Permission)
def test_a_permission_is_given_to_exactly_whom_the_table_names(permission: Permission) -> None:
    for role, relation in product(Role, Relation):
        # Somebody without a desk role may belong to the department; its desk they are not at.
        actor = person(role, department=IT if relation is Relation.DESK else HR)
        is_at_desk = relation is Relation.DESK and role in {A, H, F, B}
        held = {Relation.ANYONE, relation} - ({Relation.DESK} if not is_at_desk else set())
        held -= {Relation.RECEIVER} if role not in {A, H, F, B} else set()
        expected = granted(role, permission, frozenset(held))
        assert may(actor, permission, on(actor, relation)) is expected, (role, relation)


@given(
    role=st.sampled_from(Role),
    permission=st.sampled_from(Permission),
    held=st.frozensets(st.sampled_from(Relation)),
    is_active=st.booleans(),
    is_guest=st.booleans(),
)
def test_authorize_passes_where_the_table_says_and_refuses_everywhere_else(
    role: Role, permission: Permission, held: frozenset[Relation], is_active: bool, is_guest: bool
) -> None:
    department = IT if Relation.DESK in held else HR
    actor = person(role, department=department, is_active=is_active, is_guest=is_guest)
    standing = on(actor, *held)
    answers = permission is Permission.REPLY and Relation.REQUESTER in held
    is_let_in = is_active and (not is_guest or permission is Permission.READ or answers)
    if is_let_in and granted(role, permission, relations(actor, standing)):
        authorize(actor, permission, standing)
        return
    with pytest.raises(NotAllowed) as refusal:
        authorize(actor, permission, standing)
    assert re.fullmatch(r"[A-Z][^{}]+\.", refusal.value.text)


@given(role=st.sampled_from(Role), permission=st.sampled_from(Permission))
def test_without_a_ticket_only_what_concerns_none_is_given(
    role: Role, permission: Permission
) -> None:
    expected = role in TABLE[permission, Relation.ANYONE]
    assert may(person(role, department=IT), permission) is expected


@given(
    role=st.sampled_from(Role),
    held=st.frozensets(st.sampled_from(Relation)),
    department=st.sampled_from([IT, HR, None]),
)
def test_what_somebody_is_to_a_ticket_is_read_off_its_row(
    role: Role, held: frozenset[Relation], department: uuid.UUID | None
) -> None:
    actor = person(role, department=department)
    told = held - {Relation.ANYONE, Relation.DESK, Relation.RECEIVER}
    at_desk = {Relation.DESK} if department == IT and role in {A, H, F, B} else set()
    if Relation.RECEIVER in held and department == HR and role in {A, H, F, B}:
        at_desk = {Relation.RECEIVER}
    assert relations(actor, on(actor, *held)) == told | at_desk | {Relation.ANYONE}


@pytest.mark.parametrize("role", Role)
def test_a_deactivated_person_may_nothing_and_is_told_why(role: Role) -> None:
    actor = person(role, department=IT, is_active=False)
    standing = on(actor, *Relation)
    assert not any(may(actor, permission, standing) for permission in Permission)
    with pytest.raises(NotAllowed, match="Your account is deactivated"):
        authorize(actor, Permission.READ, standing)


@pytest.mark.parametrize("role", Role)
def test_a_guest_reads_what_they_are_on_and_answers_in_what_is_theirs(role: Role) -> None:
    actor = person(role, department=IT, is_guest=True)

    def allowed(*held: Relation) -> set[Permission]:
        standing = on(actor, *held)
        return {permission for permission in Permission if may(actor, permission, standing)}

    assert allowed(*set(Relation) - {Relation.REQUESTER}) == {Permission.READ}
    assert allowed(*Relation) == {Permission.READ, Permission.REPLY}
    with pytest.raises(NotAllowed, match="Guests cannot use the help desk"):
        authorize(actor, Permission.FILE)


@pytest.mark.parametrize("permission", sorted(set(Permission) - {Permission.FILE}))
def test_who_may_not_read_a_ticket_hears_only_that(permission: Permission) -> None:
    stranger = person(E)
    with pytest.raises(NotAllowed) as refusal:
        authorize(stranger, permission, on(stranger))
    assert refusal.value.text == "You are not on HD-7, so you cannot see or change it."


@pytest.mark.parametrize(
    "permission",
    [
        Permission.NOTE,
        Permission.CLAIM,
        Permission.ASSIGN,
        Permission.WORK,
        Permission.EDIT,
        Permission.REOPEN,
        Permission.CLOSE,
        Permission.CANCEL,
        Permission.DELETE,
        Permission.RESTORE,
    ],
)
def test_a_refusal_about_a_ticket_names_it_and_who_may(permission: Permission) -> None:
    follower = person(E)
    with pytest.raises(NotAllowed, match=r"^Only .* HD-7\.$"):
        authorize(follower, permission, on(follower, Relation.FOLLOWER))


def test_a_refusal_to_add_to_a_private_ticket_says_that_it_is_private() -> None:
    expected = "HD-7 is private: only its requester and its department can add people to it."
    for role, relation in product(Role, (Relation.FOLLOWER, Relation.AUTHOR)):
        actor = person(role)
        with pytest.raises(NotAllowed) as refusal:
            authorize(actor, Permission.ADD_TO_PRIVATE, on(actor, relation))
        assert refusal.value.text == expected


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("relation", Relation)
def test_whoever_may_add_to_a_private_ticket_may_add_to_any(role: Role, relation: Relation) -> None:
    actor = person(role, department=IT)
    standing = on(actor, relation)
    may_always = may(actor, Permission.ADD_TO_PRIVATE, standing)
    may_usually = may(actor, Permission.ADD_FOLLOWER, standing)
    assert may_usually >= may_always
    # Who only decides about its money, or looks on, reads it and adds nobody.
    taking_part = relations(actor, standing) - {Relation.ANYONE, Relation.APPROVER}
    if role is B:
        taking_part -= {Relation.DESK, Relation.RECEIVER, Relation.PART_ASSIGNEE}
    assert may_usually is (may(actor, Permission.READ, standing) and bool(taking_part))


def test_an_administrator_of_a_department_cannot_read_its_tickets() -> None:
    admin = person(M, department=IT)
    assert not may(admin, Permission.READ, on(admin))


def test_an_observer_sees_what_an_agent_sees_and_changes_nothing_of_it() -> None:
    observer, agent = person(B, department=IT), person(A, department=IT)
    told = {each for each in Permission if may(observer, each, on(observer))}
    reading = {"file", "read", "read_notes", "see_queue", "see_report", "read_part"}
    assert told == reading
    assert told < {each for each in Permission if may(agent, each, on(agent))}
    assert not may(person(B), Permission.READ, on(person(B)))


def test_the_ceo_sees_nothing_more_than_anybody() -> None:
    ceo = person(C, department=IT)
    assert not may(ceo, Permission.READ, on(ceo))
    assert may(ceo, Permission.READ, on(ceo, Relation.FOLLOWER))


def test_an_agent_who_moved_away_keeps_only_what_was_given_to_them() -> None:
    moved = person(A, department=HR)
    assert may(moved, Permission.WORK, on(moved, Relation.ASSIGNEE))
    assert not may(moved, Permission.CLAIM, on(moved, Relation.ASSIGNEE))
    assert not may(moved, Permission.WORK, on(moved, Relation.FOLLOWER))


def test_an_agent_without_a_department_is_at_nobodys_desk() -> None:
    assert person(A, department=None).desk_id is None
    assert not may(person(A, department=None), Permission.READ, on(person(A, department=None)))
