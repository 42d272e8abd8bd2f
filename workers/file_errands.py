"""Errands with files. Each may run again after any of its steps, and nothing happens twice."""

from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Iterator
from contextlib import aclosing, contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from bot.gateway import Undeliverable, Unreachable
from bot.slack_files import State
from bot.views import files as files_view
from core.communication import sharing
from core.communication.queries import Told
from core.db import unit_of_work
from core.errors import NotFound, Unavailable
from core.files import queries, service
from core.files.kinds import HEAD, kind_of
from core.files.offers import Offered
from core.files.queries import FileView
from core.files.rules import FileRefused, FileRules, refused
from core.files.service import NewFile
from core.files.storage import TooMuch, key_of
from core.tickets.changes import Turn
from core.tickets.models import Source
from core.tickets.policy import read_policy
from core.users import queries as users
from workers.deliveries.calls import Write
from workers.runtime import Runtime

log = structlog.get_logger(__name__)

_NOT_HERE = {
    State.GONE: "it was deleted before we could fetch it",
    State.EXTERNAL: "it lies outside Slack. Write its link instead",
    State.HIDDEN: "Slack does not show it any more in this workspace",
}

Remember = Callable[[AsyncSession, str], Awaitable[None]]


@contextmanager
def _patiently() -> Iterator[None]:
    """The database or the store is away: the row waits for it."""
    try:
        yield
    except Unavailable as away:
        raise Unreachable(away.text) from away


async def take_in(payload: dict[str, Any], runtime: Runtime) -> Write:
    offered = Offered.of(payload)
    ticket_id = offered.place.ticket_id
    with _patiently():
        try:
            async with unit_of_work(runtime.sessions) as session:
                rules = await queries.get_rules(session, ticket_id, offered.message_id)
                known = await queries.find_attached(session, ticket_id, offered.slack_file_id)
            if known is not None:
                return partial(_attach_again, offered)
            return partial(_attach, await _fetch(runtime, offered, rules))
        except FileRefused as refusal:
            return partial(_refuse, offered, refusal.text)
        except NotFound as gone:
            return partial(_skip, gone)


async def _fetch(runtime: Runtime, offered: Offered, rules: FileRules) -> NewFile:
    info = await runtime.files.info(offered.slack_file_id)
    name = files_view.short_name(info.name)
    if info.state is not State.HERE:
        raise refused(name, _NOT_HERE[info.state])
    rules.check_name(name)
    if info.size is not None:
        rules.check_size(name, info.size)
    key = key_of(offered.place.ticket_id, offered.slack_file_id)
    try:
        async with runtime.files.download(info) as chunks:
            checked = _Checked(rules, name, chunks)
            async with aclosing(checked.flow()) as flow:
                stored = await runtime.storage.put(key, flow, most=rules.most_bytes)
    except Undeliverable as failure:
        raise refused(name, _NOT_HERE[State.GONE]) from failure
    except TooMuch as failure:
        raise rules.too_large(name) from failure
    return NewFile(offered, name, checked.kind.media_type, stored)


class _Checked:
    """What flows through is looked at before the first byte of it is kept."""

    def __init__(self, rules: FileRules, name: str, chunks: AsyncIterator[bytes]) -> None:
        self._rules = rules
        self._name = name
        self._chunks = chunks
        self.kind = kind_of(name, b"")

    async def flow(self) -> AsyncGenerator[bytes, None]:
        head = b""
        async for chunk in self._chunks:
            head += chunk
            if len(head) >= HEAD:
                break
        self.kind = kind_of(self._name, head[:HEAD])
        self._rules.check_kind(self._name, self.kind)
        yield head
        async for chunk in self._chunks:
            yield chunk


async def pass_on(
    attachment_id: int, channel: str, thread_ts: str, runtime: Runtime, *, between_desks: bool
) -> Write:
    with _patiently():
        async with unit_of_work(runtime.sessions) as session:
            file = await queries.find_kept(session, attachment_id, between_desks=between_desks)
            known = await queries.find_copy(session, attachment_id, channel)
        if file is None:
            return partial(_skip, NotFound("The file, or its message, was deleted."))
        upload = Upload(file, channel, thread_ts, files_view.comment(file.uploader))
        try:
            await _once(runtime, upload, known, partial(_note_copy, attachment_id, channel))
        except NotFound as gone:
            log.error("file_not_in_storage", attachment=attachment_id)
            return partial(_skip, gone)
    return _nothing


async def send(told: Told, runtime: Runtime) -> Write:
    """To the person who asked for it, if they still may have it."""
    known = told.details.get("slack_file_id")
    attachment_id = int(str(told.details["attachment_id"]))
    with _patiently():
        try:
            async with unit_of_work(runtime.sessions) as session:
                actor = await queries.get_asker(session, told.id)
                file = await queries.get_file(session, actor, attachment_id)
            channel = await runtime.files.direct_messages(told.slack_user_id)
            upload = Upload(file, channel, None, files_view.comment(file.uploader))
            remember = partial(_note_sending, told.id)
            await _once(runtime, upload, str(known) if known else None, remember)
        except (NotFound, Undeliverable) as failure:
            log.warning("file_not_sent", notification=told.id, error=str(failure))
    return partial(_note_sent, told.id)


@dataclass(frozen=True, slots=True)
class Upload:
    file: FileView
    channel: str
    thread_ts: str | None
    comment: str


async def _once(runtime: Runtime, upload: Upload, known: str | None, remember: Remember) -> None:
    """`known`: what an earlier attempt was going to share. Its id is written down before that,
    since afterwards nobody could tell whether it was. Raises NotFound without the bytes."""
    file = upload.file
    if known and await runtime.files.is_shared(known, upload.channel, upload.thread_ts):
        return
    async with aclosing(runtime.storage.read(file.storage_key)) as chunks:
        all_of_it = _begun(await anext(chunks), chunks)
        slack_file_id = await runtime.files.upload_bytes(file.name, file.size_bytes, all_of_it)
    async with unit_of_work(runtime.sessions) as session:
        await remember(session, slack_file_id)
    await runtime.files.share(
        slack_file_id, file.name, upload.channel, upload.thread_ts, upload.comment
    )


async def _begun(first: bytes, chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """What is missing shows before Slack is asked for a place to put it."""
    yield first
    async for chunk in chunks:
        yield chunk


async def _turn(session: AsyncSession, offered: Offered) -> Turn:
    uploader = await users.get_actor(session, offered.uploader_id)
    source = Source.FORM if offered.message_id is None else Source.MESSAGE
    return Turn(uploader, source, await read_policy(session))


async def _attach(file: NewFile, session: AsyncSession) -> None:
    await sharing.take(session, await _turn(session, file.offered), file)


async def _attach_again(offered: Offered, session: AsyncSession) -> None:
    await sharing.take_again(session, await _turn(session, offered), offered)


async def _refuse(offered: Offered, reason: str, session: AsyncSession) -> None:
    await service.refuse(session, await _turn(session, offered), offered, reason)


async def _note_copy(
    attachment_id: int, channel: str, session: AsyncSession, slack_file_id: str
) -> None:
    await service.note_copy(session, attachment_id, channel, slack_file_id)


async def _note_sending(notification_id: int, session: AsyncSession, slack_file_id: str) -> None:
    await service.note_sending(session, notification_id, slack_file_id=slack_file_id, is_sent=False)


async def _note_sent(notification_id: int, session: AsyncSession) -> None:
    await service.note_sending(session, notification_id, slack_file_id=None, is_sent=True)


async def _skip(reason: NotFound, session: AsyncSession) -> None:
    raise reason


async def _nothing(session: AsyncSession) -> None:
    """All is written down already."""
