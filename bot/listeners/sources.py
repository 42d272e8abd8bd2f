"""Tickets made from messages: the shortcut, the offers, and what leads to an offer."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bot.interaction import Interaction
from bot.payloads import sources
from bot.payloads.sources import Draft, SourceRef
from bot.people import check_team
from bot.views import ticket_form
from core.communication import sources as conversations
from core.db import unit_of_work
from core.tickets.models import Source
from core.tickets.service import NewTicket
from core.users.permissions import Actor
from core.users.queries import Identity, list_names

_TICKET = "ticket"


async def create_ticket(interaction: Interaction) -> None:
    """The shortcut, on any message the person sees; the app may not even be there."""
    deps = interaction.deps
    ref, message = sources.read_shortcut(interaction.body, deps.workspace.team_id)
    check_team(deps, interaction.who)
    names: Mapping[str, str] = {}
    if named := sources.named_in(message):
        async with unit_of_work(deps.sessions) as session:
            names = await list_names(session, deps.workspace.team_id, named)
    await _open_form(interaction, Draft(ref, sources.words_of(message, names)))


async def accept_offer(interaction: Interaction) -> None:
    await _open_form(interaction, Draft.load(interaction.action.get("value")))


async def _open_form(interaction: Interaction, draft: Draft) -> None:
    who, ref = interaction.who, draft.ref
    check_team(interaction.deps, who)
    author = Identity(who.team_id, ref.author) if ref.author else None
    async with unit_of_work(interaction.deps.sessions) as session:
        found = await conversations.look_up(session, ref.message, author)
    if found.number is not None:
        raise conversations.already(found.number)
    is_for_author = found.is_author_welcome and ref.author != who.slack_user_id
    on_behalf_of = ref.author if is_for_author else None
    await interaction.open_view(ticket_form.from_message(draft.text, on_behalf_of, ref.dump()))
    await interaction.ack()


async def file(
    interaction: Interaction, ref: SourceRef, form: NewTicket, author: Actor, requester: Actor
) -> None:
    deps, message = interaction.deps, ref.message
    wanted = replace(form, source=ref.way, source_key=message.key)
    async with unit_of_work(deps.sessions) as session:
        policy = await deps.policies.current(session)
        await conversations.open_from(
            session, wanted, message, author=author, requester=requester, policy=policy
        )


async def on_reaction(interaction: Interaction) -> None:
    """Nothing is made without a click, so whoever reacts is asked."""
    event = interaction.event
    place = sources.place_of_reaction(event)
    # Slack writes a skin tone behind the name.
    name = str(event.get("reaction") or "").partition("::")[0]
    if place is None or name != _TICKET or interaction.deps.workspace.is_own(event):
        return
    async with interaction.acting(Source.REACTION) as (session, turn):
        await conversations.offer_for_reaction(session, turn.actor, *place)
    await interaction.done()


def is_for_the_app(event: dict[str, Any]) -> bool:
    """A direct message to us that stands in no thread."""
    ts, root = event.get("ts"), event.get("thread_ts")
    return (
        event.get("channel_type") == "im"
        and root in (None, ts)
        and sources.is_said_by_a_person(event)
    )


async def on_direct_message(interaction: Interaction) -> None:
    event = interaction.event
    team_id = interaction.deps.workspace.team_id
    ref = sources.refer_to(event, event.get("channel"), team_id, Source.MESSAGE)
    if ref is None or not sources.has_content(event):
        return
    async with interaction.acting(Source.MESSAGE) as (session, turn):
        await conversations.offer_for_direct_message(
            session, turn.actor, ref.channel_id, ref.message_ts
        )
    await interaction.done()
