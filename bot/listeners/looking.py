"""Looking at tickets: one by one, and in lists that have pages."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from bot.ids import Action
from bot.interaction import Interaction
from bot.payloads.lists import ListRef, SearchRef
from bot.views import part_card, parts_home, ticket_card, ticket_list
from bot.views.approval_badges import Approvals
from bot.views.parts import Message
from bot.views.ticket_list import Hits
from core.communication.inbox import mark_read
from core.tickets import followers, queries
from core.tickets.approvals import badges
from core.tickets.changes import Turn
from core.tickets.lists import PAGE, ListName, read_list
from core.tickets.models import Source
from core.tickets.parts import queries as sub_queries
from core.tickets.queries import TicketView
from core.tickets.search import read_found, search
from core.tickets.search_words import understand
from core.tickets.standing import load
from core.tickets.states import FINAL
from core.users.permissions import Actor, Permission, Relation, Standing, may, relations


async def show_number(session: AsyncSession, actor: Actor, number: int, public_url: str) -> Message:
    found = await queries.get_view_by_number(session, actor, number)
    return await _shown(session, actor, found, public_url)


async def show_part(session: AsyncSession, actor: Actor, number: int, position: int) -> Message:
    part = await sub_queries.get_part_by_key(session, actor, number, position)
    asked = await badges.list_part_badges(session, [part.id])
    return part_card.show(part, actor, Approvals(asked.get(part.id, ())))


async def show(interaction: Interaction) -> None:
    """A ticket of a list, in a window."""
    ref = interaction.ticket_ref
    async with interaction.acting(Source.BUTTON) as (session, turn):
        ticket = await queries.get_view(session, turn.actor, ref.ticket_id)
        shown = await _shown(session, turn.actor, ticket, interaction.deps.public_url)
    await interaction.open_view(ticket_card.in_a_window(ticket, shown))
    await interaction.ack()


async def _shown(
    session: AsyncSession, actor: Actor, ticket: TicketView, public_url: str
) -> Message:
    await mark_read(session, actor, ticket_id=ticket.id)
    _, standing = await load(session, actor, ticket.id)
    people = await followers.list_followers(session, ticket.id)
    asked = await badges.list_badges(session, [ticket.id])
    is_theirs = relations(actor, standing) & {Relation.REQUESTER, Relation.AUTHOR}
    is_following = actor.slack_user_id in {each.slack_user_id for each in people}
    return ticket_card.show(
        ticket,
        allowed=_allowed(actor, ticket, standing),
        followers=people,
        is_following=None if is_theirs else is_following,
        approvals=Approvals(asked.get(ticket.id, ())),
        link=f"{public_url.rstrip('/')}/t/{ticket.key}" if public_url else None,
    )


async def first_page(session: AsyncSession, actor: Actor, name: ListName) -> Message:
    return ticket_list.listed(name, await read_list(session, actor, name))


async def first_with_parts(session: AsyncSession, actor: Actor, name: ListName) -> Message:
    """And below it the parts of other desks' tickets: what waits, or what the actor has."""
    shown = await first_page(session, actor, name)
    waits = name is ListName.UNASSIGNED
    free = await sub_queries.list_free(session, actor, most=PAGE) if waits else []
    held = [] if waits else await sub_queries.list_held(session, actor, most=PAGE)
    return {**shown, "blocks": [*shown["blocks"], *parts_home.section_of(free, held)]}


async def turn_page(interaction: Interaction) -> None:
    """In place of the page that was shown."""
    ref = ListRef.load(interaction.action.get("value"))
    async with interaction.acting(Source.BUTTON) as (session, turn):
        page = await read_list(session, turn.actor, ref.name, edge=ref.edge)
    await interaction.replace(ticket_list.listed(ref.name, page))
    await interaction.ack()


async def turn_found(interaction: Interaction) -> None:
    ref = SearchRef.load(interaction.action.get("value"))
    async with interaction.acting(Source.BUTTON) as (session, turn):
        answer = await find(session, turn, ref.typed, ref)
    await interaction.replace(answer)
    await interaction.ack()


async def find(
    session: AsyncSession, turn: Turn, typed: str, place: SearchRef | None = None
) -> Message:
    query = await understand(session, turn.actor, turn.policy, typed)
    result = await search(session, turn.actor, query)
    start = _start(result.ids, place)
    shown = result.ids[start : start + PAGE]
    hits = Hits(
        typed,
        await read_found(session, turn.actor, shown),
        len(result.ids),
        back=shown[0] if start else None,
        on=shown[-1] if start + PAGE < len(result.ids) else None,
        are_alike=result.are_alike,
    )
    return ticket_list.found(hits)


def _start(ids: Sequence[UUID], place: SearchRef | None) -> int:
    """Where the page begins; what is not found any more leads to the first one."""
    if place is None or place.edge_id not in ids:
        return 0
    at = ids.index(place.edge_id)
    return max(0, at - PAGE) if place.is_back else at + 1


def _allowed(actor: Actor, ticket: TicketView, standing: Standing) -> set[Action]:
    can_edit = may(actor, Permission.EDIT, standing) and ticket.status not in FINAL
    can_delete = may(actor, Permission.DELETE, standing)
    return {each for each, is_so in ((Action.EDIT, can_edit), (Action.DELETE, can_delete)) if is_so}
