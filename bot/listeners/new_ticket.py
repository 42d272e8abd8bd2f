"""Filing a ticket: the form, its list of departments, and its submission."""

from uuid import UUID

from bot import payloads
from bot.interaction import Interaction
from bot.listeners import linked_ticket, sources
from bot.listeners.asking import asked_at
from bot.payloads import shared_files
from bot.payloads.follow_ups import FollowUpRef
from bot.payloads.form_answers import people_in, read_answers
from bot.payloads.sources import SourceRef
from bot.people import check_team, introduce
from bot.views import ticket_form
from bot.views import ticket_form_fields as form_fields
from core.errors import InvalidField, NotAllowed
from core.tickets import service as tickets
from core.tickets.forms import Answered
from core.tickets.models import Source
from core.tickets.policy import Desk
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


async def choose_department(interaction: Interaction) -> None:
    """What that one asks besides appears below its name."""
    check_team(interaction.deps, interaction.who)
    check_team(interaction.deps, interaction.who)
    desk = await _desk(interaction, payloads.chosen_department(interaction.view))
    if desk is not None:
        asked = await asked_at(interaction, desk)
        if asked or form_fields.has_fields(interaction.view):
            await interaction.update_view(form_fields.with_fields(interaction.view, asked))
    await interaction.ack()


async def _desk(interaction: Interaction, department_id: UUID) -> Desk | None:
    policy = await interaction.deps.policies.read(interaction.deps.sessions)
    return policy.desks.get(department_id)


async def submit(interaction: Interaction) -> None:
    form = payloads.read_new_ticket(interaction.view)
    author = await introduce(interaction.deps, interaction.who)
    desk = await _desk(interaction, form.department_id)
    if desk is not None and form_fields.lacks(interaction.view, desk.id, desk.form_fields):
        notice = f"{desk.name} needs to know a little more."
        view = form_fields.with_fields(interaction.view, await asked_at(interaction, desk), notice)
        await interaction.ack(response_action="update", view=view)
        return
    await _check_may_file(interaction, author, form.on_behalf_of)
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
        answered=await _answered(interaction),
        template=form.template,
    )
    earlier = FollowUpRef.find(interaction.view.get("private_metadata"))
    if earlier is not None:
        await linked_ticket.file(interaction, earlier.ticket_id, wanted, requester)
    elif (ref := SourceRef.find(interaction.view.get("private_metadata"))) is not None:
        await sources.file(interaction, ref, wanted, author, requester)
    elif wanted.template:
        async with interaction.acting(Source.FORM) as (session, turn):
            await tickets.file_ticket(
                session, wanted, author=turn.actor, requester=requester, policy=turn.policy
            )
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


async def _check_may_file(interaction: Interaction, author: Actor, named: str | None) -> None:
    """Before anybody is looked up at Slack for them."""
    policy = await interaction.deps.policies.read(interaction.deps.sessions)
    tickets.check_may_file(
        author,
        guests_may_file=policy.preferences.guests_may_file,
        is_for_other=named not in (None, author.slack_user_id),
    )


async def _answered(interaction: Interaction) -> Answered:
    names = {}
    for slack_user_id in people_in(interaction.view):
        try:
            who = Identity(interaction.who.team_id, slack_user_id)
            names[slack_user_id] = (await introduce(interaction.deps, who)).name
        except NotAllowed:
            # An app or a guest of another company: they are named by their id.
            names[slack_user_id] = slack_user_id
    return Answered(read_answers(interaction.view), names)


async def _requester(interaction: Interaction, author: Actor, named: str | None) -> Actor:
    if named is None or named == author.slack_user_id:
        return author
    try:
        return await introduce(interaction.deps, Identity(author.team_id, named))
    except NotAllowed as refusal:
        raise InvalidField("on_behalf_of", refusal.text) from refusal
