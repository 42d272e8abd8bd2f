"""What people change afterwards about what they wrote: edits and deletions in Slack."""

from dataclasses import replace
from typing import Any

from bot.interaction import Interaction
from bot.listeners import threads
from bot.payloads import revisions as changes
from bot.payloads.revisions import Deleted, Edited
from bot.people import read_words
from core.communication import revisions
from core.communication.service import BODY_MAX
from core.db import unit_of_work
from core.tickets.models import Source


async def on_changed(interaction: Interaction) -> None:
    match changes.read(interaction.event):
        case Edited() as edited:
            await _edit(interaction, edited)
        case Deleted() as deleted:
            await _delete(interaction, deleted)


async def _edit(interaction: Interaction, edited: Edited) -> None:
    """When its original has not come yet, it is heard as it is now; and edited once more, should
    the original have come just in between."""
    if not await _apply(interaction, edited):
        await threads.on_message(_as_event(interaction, edited.event))
        await _apply(interaction, edited)
    await interaction.done()


async def _apply(interaction: Interaction, edited: Edited) -> bool:
    deps = interaction.deps
    body = (await read_words(deps, edited.text))[:BODY_MAX]
    async with unit_of_work(deps.sessions) as session:
        policy = await deps.policies.current(session)
        return await revisions.edit(session, policy, edited.original, body, edited.edited_ts)


async def _delete(interaction: Interaction, deleted: Deleted) -> None:
    if not await _take_away(interaction, deleted):
        await _bury(_as_event(interaction, deleted.event), deleted)
        await _take_away(interaction, deleted)
    await interaction.done()


async def _take_away(interaction: Interaction, deleted: Deleted) -> bool:
    deps = interaction.deps
    async with unit_of_work(deps.sessions) as session:
        policy = await deps.policies.current(session)
        return await revisions.delete(session, policy, deleted.original)


async def _bury(interaction: Interaction, deleted: Deleted) -> None:
    thread = await threads.thread_of(interaction, deleted.event)
    if thread is None:
        return
    async with interaction.acting(Source.MESSAGE) as (session, turn):
        await revisions.bury(session, turn, thread, deleted.original)


def _as_event(interaction: Interaction, event: dict[str, Any]) -> Interaction:
    return replace(interaction, body=interaction.body | {"event": event})
