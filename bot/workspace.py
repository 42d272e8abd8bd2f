"""Which workspace this is, and who we are in it."""

from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from bot.gateway import Gateway, SlackFailure
from core.db import unit_of_work
from core.engine import Sessions
from core.preferences import Preference

_NAME = "workspace"


@dataclass(frozen=True, slots=True)
class Workspace:
    team_id: str
    bot_user_id: str
    bot_id: str

    def is_own(self, event: dict[str, Any]) -> bool:
        """Something we did ourselves, come back as an event."""
        return event.get("bot_id") == self.bot_id or event.get("user") == self.bot_user_id


async def learn_workspace(gateway: Gateway, sessions: Sessions) -> Workspace:
    """From Slack; from our records while Slack does not answer. Raises SlackFailure when
    neither knows."""
    try:
        answer = await gateway.whoami()
    except SlackFailure as failure:
        async with unit_of_work(sessions) as session:
            remembered = await _recall(session)
        if remembered is None:
            raise failure
        return remembered
    workspace = Workspace(answer["team_id"], answer["user_id"], answer.get("bot_id", ""))
    async with unit_of_work(sessions) as session:
        await _remember(session, workspace)
    return workspace


async def _recall(session: AsyncSession) -> Workspace | None:
    value = await session.scalar(select(Preference.value).where(Preference.name == _NAME))
    return Workspace(**value) if value else None


async def _remember(session: AsyncSession, workspace: Workspace) -> None:
    value = asdict(workspace)
    await session.execute(
        insert(Preference)
        .values(name=_NAME, value=value)
        .on_conflict_do_update(index_elements=["name"], set_={"value": value})
    )
