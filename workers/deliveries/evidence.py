"""Evidence about approvals as files, for whoever asked for it."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from functools import partial
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from bot.conversations import has_file
from bot.gateway import Post, Undeliverable
from bot.slack_files import TRANSFER_MOST
from bot.views import evidence as views
from core import outbox
from core.communication import evidence, exports
from core.db import unit_of_work
from core.errors import HelpDeskError
from core.notices import Topic
from core.tickets.approvals import ledger
from core.users.queries import get_actor
from workers.deliveries.calls import Composed, Composer, Errand, Skip, Write
from workers.deliveries.scene import Scene
from workers.runtime import Runtime

log = structlog.get_logger(__name__)

#: (name, content) of files, and what stands beside each.
Files = Sequence[tuple[str, str]]
Maker = Callable[[AsyncSession, dict[str, Any], datetime], Awaitable[Files]]


def _errand(make: Maker) -> Composer:
    def composer(payload: dict[str, Any], scene: Scene) -> Composed:
        reader = scene.reader(payload)
        if reader is None:
            return Skip("the person was deleted")
        return Errand(partial(_send, make, payload, reader), takes=4 * TRANSFER_MOST)

    return composer


async def _send(make: Maker, payload: dict[str, Any], reader: str, runtime: Runtime) -> Write:
    asked_at = datetime.fromtimestamp(payload["asked_at"], UTC)
    try:
        async with unit_of_work(runtime.sessions) as session:
            files = await make(session, payload, asked_at)
        for name, content in files:
            await _upload(runtime, reader, name, content.encode(), asked_at)
    except (HelpDeskError, Undeliverable) as failure:
        log.warning("evidence_not_sent", error=str(failure))
        return partial(_refuse, UUID(payload["reader_id"]))
    return _nothing


async def _of_ticket(session: AsyncSession, payload: dict[str, Any], asked_at: datetime) -> Files:
    """As the reader's rights are now."""
    actor = await get_actor(session, UUID(payload["reader_id"]))
    found = await evidence.collect(session, actor, UUID(payload["ticket_id"]))
    about = f"{found['ticket']['key']} evidence"
    return [
        (views.file_name(about, asked_at, "json"), evidence.as_json(found)),
        (views.file_name(about, asked_at, "txt"), evidence.as_text(found)),
    ]


async def _of_period(session: AsyncSession, payload: dict[str, Any], asked_at: datetime) -> Files:
    actor = await get_actor(session, UUID(payload["reader_id"]))
    exports.check_may_export(actor)
    first, last = (date.fromisoformat(payload[each]) for each in ("first", "last"))
    since, until = exports.bounds(first, last)
    rows = await ledger.list_csv(session, actor, since, until)
    return [(views.file_name(f"Approvals {first} to {last}", asked_at, "csv"), rows)]


async def _upload(
    runtime: Runtime, reader: str, name: str, content: bytes, asked_at: datetime
) -> None:
    channel = await runtime.files.direct_messages(reader)
    # An earlier attempt may have got that far.
    if await has_file(runtime.gateway, channel, name, asked_at):
        return
    slack_file_id = await runtime.files.upload_bytes(name, len(content), _in_one(content))
    await runtime.files.share(slack_file_id, name, channel, None, views.COMMENT)


async def _in_one(content: bytes) -> AsyncIterator[bytes]:
    yield content


async def _refuse(reader_id: UUID, session: AsyncSession) -> None:
    await outbox.add(session, exports.refused(reader_id))


async def _nothing(session: AsyncSession) -> None:
    """The files are all there is to it."""


def _refused(payload: dict[str, Any], scene: Scene) -> Composed:
    reader = scene.reader(payload)
    if reader is None:
        return Skip("the person was deleted")
    return Post(reader, **views.refused())


COMPOSERS: Mapping[str, Composer] = {
    Topic.APPROVAL_EVIDENCE: _errand(_of_ticket),
    Topic.APPROVALS_PERIOD: _errand(_of_period),
    Topic.EXPORT_REFUSED: _refused,
}
