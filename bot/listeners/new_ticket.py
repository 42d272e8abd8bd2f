"""Filing a ticket: the form, its list of departments, and its submission."""

from bot import payloads
from bot.interaction import Interaction
from bot.listeners import linked_ticket, sources
from bot.payloads import shared_files
from bot.payloads.follow_ups import FollowUpRef
from bot.payloads.sources import SourceRef
from bot.people import check_team, introduce
from bot.views import ticket_form
from core.errors import InvalidField, NotAllowed
from core.tickets import service as tickets
from core.tickets.models import Source
from core.users.permissions import Actor
from core.users.queries import Identity


async def open_blank(interaction: Interaction) -> None:
    await open_form(interaction, "")
    await interaction.ack()


async def open_form(interaction: Interaction, words: str) -> None:
    # No query before it: the trigger lives three seconds, whatever the database does.
    await interaction.open_view(ticket_form.new_ticket(words))


async def departments(interaction: Interaction) -> None:
    """The departments whose name holds what was typed. Everyone here may know their names."""
    check_team(interaction.deps, interaction.who)
    typed = str(interaction.body.get("value") or "").casefold()
    policy = await interaction.deps.policies.read(interaction.deps.sessions)
    found = [
        (desk.id, desk.name)
        for desk in sorted(policy.desks.values(), key=lambda desk: desk.name)
        if typed in desk.name.casefold()
    ]
    await interaction.ack(options=ticket_form.department_options(found)["options"])


async def submit(interaction: Interaction) -> None:
    form = payloads.read_new_ticket(interaction.view)
    author = await introduce(interaction.deps, interaction.who)
    requester = await _requester(interaction, author, form.on_behalf_of)
    wanted = tickets.NewTicket(
        summary=form.summary,
        description=form.description,
        department_id=form.department_id,
        priority=form.priority,
        is_private=form.is_private,
        source=Source.FORM,
        source_key=f"view:{form.view_id}",
        files=shared_files.of_form(interaction.view),
    )
    earlier = FollowUpRef.find(interaction.view.get("private_metadata"))
    if earlier is not None:
        await linked_ticket.file(interaction, earlier.ticket_id, wanted, requester)
    elif (ref := SourceRef.find(interaction.view.get("private_metadata"))) is not None:
        await sources.file(interaction, ref, wanted, author, requester)
    else:
        deps = interaction.deps
        await tickets.open_ticket_alone(
            deps.direct,
            deps.sessions,
            wanted,
            author=author,
            requester=requester,
            policy=await deps.policies.read(deps.sessions),
        )
    await interaction.done()


async def _requester(interaction: Interaction, author: Actor, named: str | None) -> Actor:
    if named is None or named == author.slack_user_id:
        return author
    try:
        return await introduce(interaction.deps, Identity(author.team_id, named))
    except NotAllowed as refusal:
        raise InvalidField("on_behalf_of", refusal.text) from refusal
