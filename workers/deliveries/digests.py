"""The morning's digests."""

import uuid
from collections.abc import Mapping
from typing import Any

from bot.gateway import Post
from bot.views import digest
from core.notices import Topic
from workers.deliveries.calls import Composed, Composer, Skip
from workers.deliveries.scene import Scene

GONE = Skip("the person has left")
LATE = Skip("that day is over")
QUIET = Skip("there is nothing to say today")


def _morning(payload: dict[str, Any], scene: Scene) -> Composed:
    found = scene.mornings.get(uuid.UUID(payload["reader_id"]))
    if found is None:
        return GONE
    if found.day != payload["day"]:
        return LATE
    return QUIET if found.is_empty else Post(found.slack_user_id, **digest.morning(found))


COMPOSERS: Mapping[str, Composer] = {Topic.DIGEST: _morning}
