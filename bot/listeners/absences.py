"""Being away: naming a stand-in who decides meanwhile, and coming back."""

from decimal import Decimal

from bot.interaction import Interaction
from bot.payloads import approval_forms
from bot.payloads.approval_refs import AbsenceRef
from bot.people import introduce
from bot.views import absence_form, approvals_home, verdict_forms
from core.db import utc_now
from core.home import service as home
from core.tickets.approvals import service as approvals
from core.tickets.approvals.desks import read_desk
from core.tickets.approvals.forms import NewAbsence
from core.tickets.approvals.rulebooks import read_rules
from core.tickets.models import Source
from core.users.permissions import Permission, check_member, may
from core.users.queries import Identity


async def open_form(interaction: Interaction) -> None:
    async with interaction.acting(Source.BUTTON) as (session, turn):
        check_member(turn.actor)
        currency = (await read_rules(session)).book.currency
        for_others = may(turn.actor, Permission.SET_ABSENCES)
    await interaction.open_view(absence_form.away(currency, utc_now(), for_others=for_others))
    await interaction.ack()


async def save(interaction: Interaction) -> None:
    currency = str(interaction.view.get("private_metadata") or "")
    form = approval_forms.read_absence(interaction.view, currency)
    team_id = interaction.who.team_id
    named = Identity(team_id, form.person) if form.person else None
    async with interaction.acting(Source.FORM) as (session, turn):
        await approvals.check_may_set(session, turn.actor, named)
    stand_in = await introduce(interaction.deps, Identity(team_id, form.stand_in))
    who = await introduce(interaction.deps, named) if named else None
    async with interaction.acting(Source.FORM) as (session, turn):
        absence = NewAbsence(
            user_id=who.id if who else turn.actor.id,
            stand_in_id=stand_in.id,
            starts_at=form.starts,
            ends_at=form.ends,
            amount_limit=_written(form.limit),
        )
        await approvals.set_absence(session, turn, absence)
        await home.show_now(session, [turn.actor.id])
    interaction.deps.waker.wake()
    words = f"{stand_in.name} decides while {who.name if who else 'you'} "
    words += "is away." if who else "are away."
    await interaction.ack(response_action="update", view=verdict_forms.said("Saved", words))


def _written(limit: Decimal | None) -> str:
    return f"{limit:f}" if limit is not None else ""


async def end(interaction: Interaction) -> None:
    ref, shown = AbsenceRef.load(interaction.action.get("value")), interaction.view
    async with interaction.acting(Source.BUTTON) as (session, turn):
        await approvals.end_absence(session, turn, ref.absence_id)
        await home.show_now(session, [turn.actor.id])
        desk = await read_desk(session, turn.actor)
    interaction.deps.waker.wake()
    if shown.get("type") == "home":
        await interaction.open_view(approvals_home.window(desk))
    else:
        await interaction.update_view(approvals_home.window(desk))
    await interaction.ack()
