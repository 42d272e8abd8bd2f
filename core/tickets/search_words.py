"""What somebody typed to search for, read into a query: words, and filters like status:open."""

import re
import uuid
from collections.abc import Mapping
from dataclasses import replace

from sqlalchemy.ext.asyncio import AsyncSession

from core.errors import Refused
from core.tickets.policy import Policy
from core.tickets.search import Query
from core.tickets.states import IS_OPEN, IS_OVER, Priority, Status
from core.users.permissions import Actor
from core.users.queries import Identity, find_actor

#: Longer than anybody types; a button has to hold it.
TYPED_MAX = 300
_TOKEN = re.compile(r'([A-Za-z]+):("[^"]*"|[^\s"]+)|"([^"]*)"|(\S+)')
_PERSON = re.compile(r"@([UW][A-Z0-9]+)")
_GROUPS: Mapping[str, frozenset[Status]] = {"open": IS_OPEN, "over": IS_OVER}
_FILTERS = (
    "Filters are status:open, dept:it, priority:high, from:@somebody, assignee:@somebody and "
    "is:mine. Put words with a colon in quotes."
)


async def understand(session: AsyncSession, actor: Actor, policy: Policy, typed: str) -> Query:
    """Raises Refused with a sentence that names what is valid."""
    words: list[str] = []
    query = Query()
    for key, value, quoted, word in _TOKEN.findall(typed[:TYPED_MAX]):
        # An address is no filter.
        if not key or value.startswith(("//", "\\")):
            words.append(quoted or word or f"{key}:{value}")
        else:
            query = await _filtered(session, (actor, policy), query, (key, value.strip('"')))
    query = replace(query, words=" ".join(" ".join(words).split()))
    if query == Query():
        raise Refused(f"Write what to look for, like: /ticket search printer. {_FILTERS}")
    return query


async def _filtered(
    session: AsyncSession, who: tuple[Actor, Policy], query: Query, named: tuple[str, str]
) -> Query:
    key, value = named[0].lower(), named[1]
    actor, policy = who
    match key:
        case "status":
            return replace(query, statuses=_statuses(value))
        case "priority":
            return replace(query, priority=_priority(value))
        case "dept" | "department":
            return replace(query, department_id=_department(policy, value))
        case "from":
            return replace(query, requester_id=await _person(session, actor, named))
        case "assignee":
            return replace(query, assignee_id=await _person(session, actor, named))
        case "is" if value.lower() == "mine":
            return replace(query, involved_id=actor.id)
    raise Refused(f"“{named[0]}:{value}” is no filter. {_FILTERS}")


def _statuses(value: str) -> frozenset[Status]:
    name = value.lower().replace("-", "_").replace(" ", "_")
    if name in _GROUPS:
        return _GROUPS[name]
    if name in set(Status):
        return frozenset({Status(name)})
    names = ", ".join([*_GROUPS, *Status])
    raise Refused(f"There is no status “{value}”. There are: {names}.")


def _priority(value: str) -> Priority:
    if value.lower() in set(Priority):
        return Priority(value.lower())
    raise Refused(f"There is no priority “{value}”. There are: {', '.join(Priority)}.")


def _department(policy: Policy, value: str) -> uuid.UUID:
    """By its name, or the one whose name begins so."""
    wanted = _plain(value)
    names = {_plain(desk.name): desk.id for desk in policy.desks.values()}
    if wanted in names:
        return names[wanted]
    like = [each for name, each in names.items() if wanted and name.startswith(wanted)]
    if len(like) == 1:
        return like[0]
    known = ", ".join(sorted(desk.name for desk in policy.desks.values()))
    raise Refused(f"There is no department “{value}”. There are: {known}.")


def _plain(name: str) -> str:
    return re.sub(r"[\s_-]+", "", name).casefold()


async def _person(session: AsyncSession, actor: Actor, named: tuple[str, str]) -> uuid.UUID:
    key, value = named
    if value.lower() in ("me", "@me"):
        return actor.id
    slack_user_id = _PERSON.fullmatch(value)
    if slack_user_id is None:
        raise Refused(f"Write {key}:me, or {key}: and then mention somebody with @.")
    found = await find_actor(session, Identity(actor.team_id, slack_user_id[1]))
    # Nobody learns who is known here: a stranger filed nothing.
    return found.id if found else uuid.UUID(int=0)
