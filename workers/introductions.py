"""Meeting the people whose earlier messages come along with a ticket."""

import uuid
from collections.abc import Iterable

from bot.gateway import Undeliverable
from bot.people import read_profile
from core.db import unit_of_work
from core.users import service as users
from core.users.queries import Identity, find_actor
from core.users.service import Profile
from workers.runtime import Runtime

#: Somebody whom Slack does not know any more. Their words stay.
_GONE = Profile(name="Somebody who left", is_active=False)


async def meet_all(runtime: Runtime, people: Iterable[Identity]) -> dict[Identity, uuid.UUID]:
    """Their ids in our records, where they are from now on."""
    return {who: await _meet(runtime, who) for who in people}


async def _meet(runtime: Runtime, who: Identity) -> uuid.UUID:
    async with unit_of_work(runtime.sessions) as session:
        known = await find_actor(session, who)
    if known is not None:
        return known.id
    try:
        profile = read_profile(await runtime.gateway.user(who.slack_user_id))
    except Undeliverable:
        profile = _GONE
    async with unit_of_work(runtime.sessions) as session:
        return (await users.meet(session, who, profile)).id
