"""Rating how one was helped: a click, and a comment for who wants to say more."""

from bot.interaction import Interaction
from bot.payloads import ratings as payloads
from bot.payloads.ratings import RatingRef
from bot.views import ratings as views
from core.tickets import ratings
from core.tickets.models import Source


async def rate(interaction: Interaction) -> None:
    ref = RatingRef.of(interaction.body, interaction.ticket_ref)
    score = views.SCORE_OF[interaction.action["action_id"]]
    async with interaction.acting(Source.BUTTON) as (session, turn):
        await ratings.rate(session, turn, ref.ticket_id, score, ref.shown)
    await interaction.done()


async def open_comment(interaction: Interaction) -> None:
    ref = RatingRef.of(interaction.body, interaction.ticket_ref)
    async with interaction.acting(Source.BUTTON) as (session, turn):
        rating = await ratings.find_rating(session, turn, ref.ticket_id)
    await interaction.open_view(views.comment(ref, rating))
    await interaction.ack()


async def comment(interaction: Interaction) -> None:
    form = payloads.read_comment(interaction.view)
    async with interaction.acting(Source.FORM) as (session, turn):
        await ratings.comment(session, turn, form.ref.ticket_id, form.comment, form.ref.shown)
    await interaction.done()
