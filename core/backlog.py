"""How far behind the help desk is with what it has to say."""

from dataclasses import dataclass

from sqlalchemy import func, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from core.preferences import Preference

#: Rows that are counted, and the newest ones that are looked at: each look costs the same.
COUNTED_MOST, NEWEST = 10_000, 1000

_BACKLOG = text(
    """
    SELECT (SELECT count(*)
              FROM (SELECT FROM outbox_messages WHERE settled_at IS NULL LIMIT :most) AS waiting),
           (SELECT coalesce(extract(epoch FROM now() - min(available_at)), 0)
              FROM outbox_messages WHERE settled_at IS NULL),
           (SELECT count(*)
              FROM (SELECT outcome FROM outbox_messages ORDER BY id DESC LIMIT :newest) AS newest
             WHERE outcome = 'failed'),
           (SELECT coalesce(extract(epoch FROM now() - min(next_event_at)), 0)
              FROM sla_clocks WHERE state = 'running'),
           (SELECT extract(epoch FROM now() - updated_at) FROM preferences WHERE name = :beat)
    """
)
_BEAT = "beat"


@dataclass(frozen=True, slots=True)
class Backlog:
    """`late_by` and `clocks_late_by` in seconds, 0 when nothing is due."""

    #: COUNTED_MOST stands for more as well.
    waiting: int
    late_by: float
    #: Of the NEWEST messages, those that Slack will never take.
    failed: int
    clocks_late_by: float
    #: Since a worker last did what beat asks for every minute; None: it never did.
    beat_age: float | None


async def read_backlog(session: AsyncSession) -> Backlog:
    values = {"most": COUNTED_MOST, "newest": NEWEST, "beat": _BEAT}
    waiting, late_by, failed, clocks, beat = (await session.execute(_BACKLOG, values)).one()
    return Backlog(
        waiting=waiting,
        late_by=max(float(late_by), 0),
        failed=failed,
        clocks_late_by=max(float(clocks), 0),
        beat_age=None if beat is None else float(beat),
    )


async def note_beat(session: AsyncSession) -> None:
    """Beat and a worker are both there."""
    await session.execute(
        insert(Preference)
        .values(name=_BEAT, value=True)
        .on_conflict_do_update(index_elements=["name"], set_={"updated_at": func.now()})
    )
