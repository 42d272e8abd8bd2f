"""Channels in which every new message becomes a ticket of a department."""

from typing import Any

from bot.interaction import Interaction
from bot.payloads import sources
from bot.people import read_words
from core.communication import sources as conversations
from core.errors import AlreadyDone, InvalidField, NotAllowed
from core.tickets.models import Source
from core.tickets.opening import SUMMARY_MAX
from core.tickets.policy import Desk
from core.tickets.service import NewTicket
from core.tickets.states import Priority

#: What begins so is said to the others there, and is no request. As Slack writes 📣 and 📢.
NO_TICKET = (":mega:", ":loudspeaker:", "📣", "📢")


async def desk_of(interaction: Interaction) -> Desk | None:
    """Whose ticket the message becomes; None for one that becomes none."""
    event = interaction.event
    if not _begins_something(event) or interaction.deps.workspace.is_own(event):
        return None
    policy = await interaction.deps.policies.read(interaction.deps.sessions)
    return policy.desk_taking_in(event["channel"])


def _begins_something(event: dict[str, Any]) -> bool:
    is_top = event.get("thread_ts") in (None, event.get("ts"))
    words = str(event.get("text") or "").lstrip()
    return (
        is_top
        and isinstance(event.get("channel"), str)
        and sources.is_said_by_a_person(event)
        and sources.has_content(event)
        and not words.startswith(NO_TICKET)
    )


async def take_in(interaction: Interaction, desk: Desk) -> None:
    """An event that comes again makes no second ticket. Whoever may not file is asked as if they
    had reacted with the ticket, and reads why in the form."""
    event, team_id = interaction.event, interaction.deps.workspace.team_id
    ref = sources.refer_to(event, event["channel"], team_id, Source.MESSAGE)
    if ref is None:
        return
    words = (await read_words(interaction.deps, event.get("text"))).strip()
    wanted = NewTicket(
        summary=_summary(words),
        description=words,
        department_id=desk.id,
        priority=Priority.MEDIUM,
        is_private=False,
        source=Source.MESSAGE,
        source_key=ref.message.key,
    )
    try:
        async with interaction.acting(Source.MESSAGE) as (session, turn):
            actor, policy = turn.actor, turn.policy
            await conversations.open_from(
                session, wanted, ref.message, author=actor, requester=actor, policy=policy
            )
    except AlreadyDone:
        await interaction.ack()
        return
    except (NotAllowed, InvalidField):
        async with interaction.acting(Source.MESSAGE) as (session, turn):
            place = (ref.channel_id, ref.message_ts)
            await conversations.offer_for_reaction(session, turn.actor, *place)
    await interaction.done()


def _summary(words: str) -> str:
    first = next((" ".join(line.split()) for line in words.splitlines() if line.strip()), "")
    if len(first) > SUMMARY_MAX:
        return first[: SUMMARY_MAX - 1].rstrip() + "…"
    return first or "A shared file"
