"""A desk's channel takes nothing any more: the admin hears of it, and nothing is lost."""

import pytest
from sqlalchemy import text

from bot.sandbox.slack.seen import Message
from core.configuration.reading import read
from core.configuration.seed import apply
from tests.journeys.company import IT_DESK, Company
from workers.triage import check_desks

DESK = ["U0HUGO", "U0ANN", "U0CARL"]
TROUBLE = "SELECT desk_trouble FROM departments WHERE name = 'IT'"
UNSETTLED = "SELECT count(*) FROM outbox_messages WHERE settled_at IS NULL"


async def remove_app(company: Company) -> None:
    bot = await company.value(
        "SELECT value->>'bot_user_id' FROM preferences WHERE name='workspace'"
    )
    await company.slack.leave(IT_DESK, bot)


async def let_in(company: Company) -> None:
    bot = await company.value(
        "SELECT value->>'bot_user_id' FROM preferences WHERE name='workspace'"
    )
    await company.slack.join(IT_DESK, bot)


async def look(company: Company) -> None:
    await check_desks(company.runtime)
    await company.deliver()


async def thread_in_dm(company: Company, root: Message) -> list[str]:
    seen = await company.hugo.messages(root.channel, thread_ts=root.ts)
    return [each.plain for each in seen if each.ts != root.ts]


async def test_the_look_every_few_minutes_tells_the_admin_once_and_again_when_mended(
    company: Company,
) -> None:
    await remove_app(company)
    await look(company)
    await look(company)
    [told] = await company.ada.dms()
    assert told.plain.startswith("No cards can be posted in the desk channel of IT")
    assert "the app is not in it any more" in told.plain
    await company.file(company.bea, "Printer is on fire")
    await company.deliver()
    [card] = await company.hugo.dms()
    assert "HD-1 · Printer is on fire" in card.plain
    assert (await company.hugo.click(card, "Assign to me")).ok
    await company.deliver()
    assert "Hugo Kern" in (await company.hugo.dms())[-1].plain

    await let_in(company)
    await look(company)
    await look(company)
    told = (await company.ada.dms())[-1]
    assert told.plain == "Cards are posted in the desk channel of IT again."
    assert len(await company.ada.dms()) == 2
    card = await company.filed("Second")
    assert card.channel == IT_DESK
    assert "HD-2 · Second" in card.plain
    assert len(await company.hugo.dms()) == 1


async def test_a_refused_card_goes_to_the_head_and_says_so_at_once(company: Company) -> None:
    await remove_app(company)
    await company.file(company.bea, "Printer is on fire")
    await company.deliver()
    assert await company.value(TROUBLE) == "channel_not_found"
    [card] = await company.hugo.dms()
    assert "HD-1 · Printer is on fire" in card.plain
    assert len(await company.ada.dms()) == 1
    assert await company.value(UNSETTLED) == 0


async def test_words_for_an_old_card_follow_a_new_one_in_order(company: Company) -> None:
    await company.filed()
    receipt = await company.receipt()
    await remove_app(company)
    for words in ("first", "second", "third"):
        await company.bea.dm(words, thread_ts=receipt.ts)
        await company.slack.settle()
    await company.deliver()
    [card] = await company.hugo.dms()
    assert "HD-1 · Printer is on fire" in card.plain
    assert await thread_in_dm(company, card) == ["first", "second", "third"]
    assert await company.value(UNSETTLED) == 0
    # What the head writes there is the desk's.
    await company.hugo.dm("I am on it", thread_ts=card.ts)
    await company.deliver()
    notes = await company.rows("SELECT visibility, audience FROM chat_messages ORDER BY id")
    assert tuple(notes[-1]) == ("internal", "desk")


async def test_an_archived_channel_is_noticed_too(company: Company) -> None:
    await company.slack.channel(
        IT_DESK, "it-desk", private=True, members=DESK, bot=True, archived=True
    )
    await look(company)
    assert await company.value(TROUBLE) == "is_archived"
    [told] = await company.ada.dms()
    assert "it was archived" in told.plain


async def test_without_a_head_cards_wait_for_the_channel(company: Company) -> None:
    async with company.sessions.begin() as session:
        await session.execute(
            text("UPDATE users SET role = 'agent' WHERE slack_user_id = 'U0HUGO'")
        )
    await remove_app(company)
    await company.file(company.bea, "Patience")
    await company.deliver()
    assert len(await company.ada.dms()) == 1
    assert await company.value(UNSETTLED) > 0
    await let_in(company)
    await look(company)
    await company.deliver_late()
    cards = [each for each in await company.slack.all_messages(IT_DESK) if "Patience" in each.plain]
    assert len(cards) == 1
    assert await company.value(UNSETTLED) == 0


async def test_without_a_channel_there_is_no_trouble_with_it(company: Company) -> None:
    await remove_app(company)
    await look(company)
    assert await company.value(TROUBLE) is not None
    for text_of_file, trouble in (
        ("[{name: IT, time_zone: Europe/Berlin}]", "channel_not_found"),
        ("[{name: IT, desk_channel: null}]", None),
    ):
        async with company.sessions.begin() as session:
            await apply(session, read(f"team_id: T0ACME\ndepartments: {text_of_file}"))
        assert await company.value(TROUBLE) == trouble
    await look(company)
    await look(company)
    # Nobody hears that something was mended.
    assert len(await company.ada.dms()) == 1
    assert (await company.file(company.bea, "Printer is on fire")).ok
    await company.deliver()
    assert await company.hugo.dms() == []
    assert await company.value(UNSETTLED) == 0


@pytest.mark.parametrize(
    "fault", [{"kind": "http_500"}, {"kind": "error", "error": "missing_scope"}]
)
async def test_what_slack_does_not_tell_is_no_trouble(
    company: Company, fault: dict[str, str]
) -> None:
    await company.slack.fault("conversations.info", **fault)  # type: ignore[arg-type]
    await look(company)
    assert await company.value(TROUBLE) is None
    assert await company.ada.dms() == []
