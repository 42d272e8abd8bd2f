"""Actors kept for a moment, so that filing a ticket need not look its requester up each time."""

from datetime import timedelta
from time import monotonic

from sqlalchemy.ext.asyncio import AsyncSession

from core.users.permissions import Actor
from core.users.queries import Identity, find_actor


class Directory:
    """What it answers may be `max_age` old: a write based on it checks the person's row again."""

    def __init__(self, max_age: timedelta = timedelta(seconds=30), most: int = 20_000) -> None:
        self._max_age = max_age.total_seconds()
        self._most = most
        self._known: dict[Identity, tuple[float, Actor]] = {}

    def recall(self, who: Identity) -> Actor | None:
        known = self._known.get(who)
        if known is None or monotonic() - known[0] > self._max_age:
            return None
        return known[1]

    def remember(self, actor: Actor) -> None:
        if len(self._known) >= self._most:
            self._known.clear()
        self._known[Identity(actor.team_id, actor.slack_user_id)] = (monotonic(), actor)

    def forget(self, who: Identity) -> None:
        self._known.pop(who, None)

    def clear(self) -> None:
        self._known.clear()

    async def find(self, session: AsyncSession, who: Identity) -> Actor | None:
        """None when the person has never been met."""
        known = self.recall(who)
        if known is not None:
            return known
        actor = await find_actor(session, who)
        if actor is not None:
            self.remember(actor)
        return actor
