"""A ticket's timeline as a file, for whoever asked for it."""

from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime
from functools import partial
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from bot.conversations import has_file
from bot.gateway import Post, Undeliverable
from bot.slack_files import TRANSFER_MOST
from bot.views import transcript
from core import notices, outbox
from core.communication.transcripts import Transcript, read_transcript
from core.db import unit_of_work
from core.errors import NotFound
from core.notices import Topic
from workers.deliveries.calls import Composed, Composer, Errand, Skip, Write
from workers.deliveries.scene import Scene
from workers.runtime import Runtime

log = structlog.get_logger(__name__)


def _asked(payload: dict[str, Any], scene: Scene) -> Composed:
    return Errand(partial(_send, payload), takes=2 * TRANSFER_MOST)


async def _send(payload: dict[str, Any], runtime: Runtime) -> Write:
    ticket_id, reader_id = UUID(payload["ticket_id"]), UUID(payload["reader_id"])
    refuse = partial(_refuse, notices.transcript_refused(ticket_id, reader_id))
    try:
        async with unit_of_work(runtime.sessions) as session:
            found = await read_transcript(session, reader_id, ticket_id)
        await _upload(runtime, found, datetime.fromtimestamp(payload["asked_at"], UTC))
    except NotFound:
        return refuse
    except Undeliverable as failure:
        log.warning("transcript_undeliverable", error=failure.code)
        return refuse
    return _nothing


async def _upload(runtime: Runtime, found: Transcript, asked_at: datetime) -> None:
    key, files = found.ticket.key, runtime.files
    name = transcript.file_name(key, asked_at)
    channel = await files.direct_messages(found.slack_user_id)
    # An earlier attempt may have got that far.
    if await has_file(runtime.gateway, channel, name, asked_at):
        return
    content = transcript.render(found).encode()
    slack_file_id = await files.upload_bytes(name, len(content), _in_one(content))
    await files.share(slack_file_id, name, channel, None, transcript.comment(key))


async def _in_one(content: bytes) -> AsyncIterator[bytes]:
    yield content


async def _refuse(row: outbox.Row, session: AsyncSession) -> None:
    await outbox.add(session, row)


async def _nothing(session: AsyncSession) -> None:
    """The file is all there is to it."""


def _refused(payload: dict[str, Any], scene: Scene) -> Composed:
    reader, ticket = scene.reader(payload), scene.ticket(payload)
    if reader is None:
        return Skip("the person was deleted")
    return Post(reader, **transcript.refused(ticket.key if ticket else None))


COMPOSERS: Mapping[str, Composer] = {
    Topic.TRANSCRIPT: _asked,
    Topic.TRANSCRIPT_REFUSED: _refused,
}
