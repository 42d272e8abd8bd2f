"""Filing a ticket, split at once where a template says into which parts."""

from sqlalchemy.ext.asyncio import AsyncSession

from core.db import utc_now
from core.errors import InvalidField
from core.tickets.changes import Turn
from core.tickets.opening import NewTicket, Opened, open_ticket
from core.tickets.parts.splitting import split
from core.tickets.parts.templates import read_templates, to_parts
from core.tickets.policy import Policy
from core.tickets.standing import load
from core.users import queries as users
from core.users.permissions import Actor, Permission, may


async def file_ticket(
    session: AsyncSession,
    form: NewTicket,
    *,
    author: Actor,
    requester: Actor,
    policy: Policy,
) -> Opened:
    """The ticket and the parts of its template: all of them or nothing. Raises InvalidField about
    the template when the author may not split it, or a part has nowhere to go."""
    opened = await open_ticket(session, form, author=author, requester=requester, policy=policy)
    if form.template and opened.is_new:
        # As they are now: the author may come from a cache.
        turn = Turn(await users.get_actor(session, author.id), form.source, policy)
        await _split(session, turn, opened, form)
    return opened


async def _split(session: AsyncSession, turn: Turn, opened: Opened, form: NewTicket) -> None:
    ticket, standing = await load(session, turn.actor, opened.id)
    desk = turn.policy.desk(ticket.department_id)
    if desk.id != form.department_id:
        raise _wrong(f"A rule sends this to {desk.name}. File it without a template.")
    if not may(turn.actor, Permission.SPLIT, standing):
        raise _wrong(f"Only the head of {desk.name} can file with a template.")
    templates = await read_templates(session, desk.name)
    template = next((each for each in templates if each.name == form.template), None)
    if template is None:
        raise _wrong(f"{desk.name} has no template “{form.template}” any more. Choose another one.")
    try:
        parts = to_parts(template, turn.policy, utc_now())
        await split(session, turn, ticket.id, parts, source_key=form.source_key)
    except InvalidField as fault:
        # Of a part that the form does not show.
        raise _wrong(f"“{form.template}” does not fit any more: {fault.text}") from fault


def _wrong(text: str) -> InvalidField:
    return InvalidField("template", text)
