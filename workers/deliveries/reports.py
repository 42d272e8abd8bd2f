"""Reports with their picture, and exports: made when they are asked for, with the rights that
whoever asked has then."""

import asyncio
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import structlog
from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncSession

from bot.conversations import has_file
from bot.gateway import Post, Undeliverable
from bot.slack_files import TRANSFER_MOST
from bot.views import csv_files
from bot.views import reports as views
from core import outbox
from core.communication.models import Notification
from core.communication.ways import REPORT_MADE, REPORT_REFUSED
from core.db import unit_of_work
from core.errors import HelpDeskError
from core.notices import Topic
from core.outbox import Row
from core.reports.asking import Export
from core.reports.exports import Span, Table, read_table
from core.reports.figures import Figures, desk_of, read_figures
from core.tickets.policy import Desk, read_policy
from core.users.permissions import Actor
from core.users.queries import get_actor
from workers import charts
from workers.deliveries.calls import Composed, Composer, Errand, Write
from workers.deliveries.scene import Scene
from workers.runtime import Runtime

log = structlog.get_logger(__name__)

#: A moment is kept in whole seconds; what happened in the last one counts as well.
_ROUNDED = timedelta(seconds=1)


def _errand(run: Callable[[dict[str, Any], Runtime], Awaitable[Write]]) -> Composer:
    def composer(payload: dict[str, Any], scene: Scene) -> Composed:
        return Errand(partial(run, payload), takes=2 * TRANSFER_MOST)

    return composer


async def _report(payload: dict[str, Any], runtime: Runtime) -> Write:
    asked_at = _moment(payload["asked_at"])
    try:
        async with unit_of_work(runtime.sessions) as session:
            actor, desk = await _allowed(session, payload)
            figures = await read_figures(session, desk, payload["days"], asked_at + _ROUNDED)
        channel = await runtime.files.direct_messages(actor.slack_user_id)
        await _draw(runtime, figures, channel, asked_at)
    except (HelpDeskError, Undeliverable) as failure:
        log.warning("report_not_made", error=str(failure))
        return partial(_tell, payload, REPORT_REFUSED, {})
    return partial(_tell, payload, REPORT_MADE, figures.model_dump(mode="json"))


async def _allowed(session: AsyncSession, payload: dict[str, Any]) -> tuple[Actor, Desk]:
    """Raises what somebody is told who asks for it without the right to it."""
    actor = await get_actor(session, uuid.UUID(payload["reader_id"]))
    policy = await read_policy(session)
    return actor, desk_of(policy, actor, uuid.UUID(payload["department_id"]))


async def _draw(runtime: Runtime, figures: Figures, channel: str, asked_at: datetime) -> None:
    picture = await asyncio.to_thread(charts.draw, figures)
    name = views.picture_name(figures, asked_at)
    await _upload(runtime, channel, name, (picture, views.picture_comment(figures)), asked_at)


async def _upload(
    runtime: Runtime, channel: str, name: str, what: tuple[bytes, str], asked_at: datetime
) -> None:
    # An earlier attempt may have got that far.
    if await has_file(runtime.gateway, channel, name, asked_at):
        return
    content, comment = what
    slack_file_id = await runtime.files.upload_bytes(name, len(content), _in_one(content))
    await runtime.files.share(slack_file_id, name, channel, None, comment)


async def _in_one(content: bytes) -> AsyncIterator[bytes]:
    yield content


async def _tell(
    payload: dict[str, Any], topic: str, details: dict[str, Any], session: AsyncSession
) -> None:
    """Below the picture."""
    reader_id = uuid.UUID(payload["reader_id"])
    key = await session.scalar(
        insert(Notification)
        .values(user_id=reader_id, topic=topic, details=details)
        .returning(Notification.id)
    )
    row = Row(Topic.PERSON_TOLD, f"{Topic.REPORT}:{reader_id}", {"notification_id": key})
    await outbox.add(session, row)


async def _desk_report(payload: dict[str, Any], runtime: Runtime) -> Write:
    asked_at = _moment(payload["asked_at"])
    async with unit_of_work(runtime.sessions) as session:
        desk = (await read_policy(session)).desks.get(uuid.UUID(payload["department_id"]))
        if desk is None or desk.channel_id is None or not desk.report_at_desk:
            return _nothing
        figures = await read_figures(session, desk, payload["days"], asked_at + _ROUNDED)
    await _draw(runtime, figures, desk.channel_id, asked_at)
    # Rows of the outbox are marked with numbers above zero.
    post, mark = Post(desk.channel_id, **views.report(figures)), -payload["asked_at"]
    if await runtime.gateway.find_posted(post, mark, asked_at) is None:
        await runtime.gateway.post(post, mark)
    return _nothing


async def _export(payload: dict[str, Any], runtime: Runtime) -> Write:
    asked_at, until = _moment(payload["asked_at"]), _moment(payload["until"])
    kind, days = Export(payload["kind"]), payload["days"]
    span = Span(until - timedelta(days=days), until)
    try:
        async with unit_of_work(runtime.sessions) as session:
            actor, desk = await _allowed(session, payload)
            table = await read_table(session, actor, desk, kind, span)
        channel = await runtime.files.direct_messages(actor.slack_user_id)
        content = await asyncio.to_thread(_encoded, table)
        name = views.export_name(desk.name, kind, days, asked_at)
        await _upload(runtime, channel, name, (content, views.export_comment(kind)), asked_at)
    except (HelpDeskError, Undeliverable) as failure:
        log.warning("export_not_made", error=str(failure))
        return partial(_tell, payload, REPORT_REFUSED, {})
    return _nothing


def _encoded(table: Table) -> bytes:
    return csv_files.render(table).encode()


def _moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


async def _nothing(session: AsyncSession) -> None:
    """What was sent is all there is to it."""


COMPOSERS: Mapping[str, Composer] = {
    Topic.REPORT: _errand(_report),
    Topic.DESK_REPORT: _errand(_desk_report),
    Topic.EXPORT: _errand(_export),
}
