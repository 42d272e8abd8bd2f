"""Many rows for the outbox at once, in a statement that stays the same however many there are."""

import json
from collections.abc import Sequence

from sqlalchemy import Interval, bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession

from core.outbox import Row

_ADD = text(
    """
    INSERT INTO outbox_messages (topic, lane, payload, fold_key, available_at)
    SELECT topic, lane, CAST(payload AS jsonb), fold_key, now() + delay
      FROM unnest(CAST(:topics AS text[]), CAST(:lanes AS text[]), CAST(:payloads AS text[]),
                  CAST(:fold_keys AS text[]), :delays)
           WITH ORDINALITY AS message (topic, lane, payload, fold_key, delay, place)
     ORDER BY place
    ON CONFLICT (fold_key) WHERE settled_at IS NULL AND attempts = 0
    DO UPDATE SET updated_at = now()
    """
).bindparams(bindparam("delays", type_=ARRAY(Interval())))


async def add_many(session: AsyncSession, rows: Sequence[Row]) -> None:
    """As `outbox.add` does; no two of them may fold into each other."""
    if rows:
        values = {
            "topics": [str(each.topic) for each in rows],
            "lanes": [each.lane for each in rows],
            "payloads": [json.dumps(each.payload) for each in rows],
            "fold_keys": [each.fold_key for each in rows],
            "delays": [each.delay for each in rows],
        }
        await session.execute(_ADD, values)
