"""What a new configuration does to clocks that run, in lines for whoever looks on."""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from core.configuration.changes import Changes
from core.tickets.policy import Policy
from core.tickets.sla.rehours import Moved, adopt, rehour

#: Clocks that are named; of the others, how many.
NAMED_MOST = 20


async def clock_lines(
    session: AsyncSession, before: Policy, after: Policy, changes: Changes
) -> list[str]:
    changes.moved += await rehour(session, before, after)
    lines = list(_moved(changes.moved))
    if count := await adopt(session, after):
        lines.append(f"clocks: {count} open tickets that had none got theirs")
    return lines


def _moved(moved: list[Moved]) -> Iterator[str]:
    for each in moved[:NAMED_MOST]:
        what = each.kind.words.lower()
        yield f"{each.key}: {what} due {_moment(each.after)}, was {_moment(each.before)}"
    if len(moved) > NAMED_MOST:
        yield f"clocks: {len(moved) - NAMED_MOST} more are due at another time"


def _moment(moment: datetime | None) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC" if moment else "at no time yet"
