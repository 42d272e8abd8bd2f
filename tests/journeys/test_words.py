"""What people write reaches others as they wrote it: it pings nobody and disguises no link."""

import pytest

from tests.journeys.company import GENERAL, Company

NASTY = [
    "<!channel> <!here> <@U0ANN> @channel @here",
    "<https://evil.example|https://bank.example> & <b>",
    "*bold* _it_ ~no~ `code` ```block``` > quote",
    "שלום עולם مرحبا 🔥👩‍👩‍👧 \u202edesrever",
    "&lt;!channel&gt; &amp;amp;",
]


async def assert_inert(company: Company) -> None:
    for channel in ("C0ITDESK", (await company.receipt()).channel):
        for message in await company.slack.all_messages(channel):
            if message.user != "U0BEA":
                assert message.pings == [], message.plain


@pytest.mark.parametrize("words", NASTY)
async def test_nothing_a_person_files_pings_or_disguises(company: Company, words: str) -> None:
    await company.bea.command("/ticket", "", channel=GENERAL)
    answers = {"Summary": words, "Description": words, "Department": "IT"}
    assert (await company.bea.fill(answers, submit=True)).ok
    await company.deliver()
    card = await company.card()
    assert f"HD-1 · {words}" in card.plain
    await company.ann.click(card, "Resolve…")
    assert (await company.ann.fill({"Resolution": words}, submit=True)).ok
    await company.deliver()
    await company.ann.command("/ticket", "HD-1", channel=GENERAL)
    assert words in (await company.ann.ephemerals())[-1].plain
    await assert_inert(company)
    stored = await company.rows("SELECT summary, description, resolution FROM tickets")
    assert tuple(stored[0]) == (words, words, words)


async def test_what_is_pasted_into_a_thread_pings_nobody_on_the_other_side(
    company: Company,
) -> None:
    card, receipt = await company.filed(), await company.receipt()
    words = "hey <!channel> and <@U0ANN>, see <https://evil.example|https://bank.example> &amp; co"
    await company.bea.dm(words, thread_ts=receipt.ts, raw=True)
    await company.deliver()
    [copy] = await company.thread(card)
    assert copy.pings == []
    assert "@channel" in copy.plain
    assert "https://bank.example (https://evil.example) & co" in copy.plain


async def test_a_very_long_message_arrives_whole(company: Company) -> None:
    card, receipt = await company.filed(), await company.receipt()
    words = "\n".join(f"line {n}: the printer said no" for n in range(400))
    await company.bea.dm(words, thread_ts=receipt.ts)
    await company.deliver()
    copies = await company.thread(card)
    said = "".join(block_text(copy.blocks) for copy in copies)
    assert said.replace("\n", "") == words.replace("\n", "")


def block_text(blocks: list[dict]) -> str:  # type: ignore[type-arg]
    return "".join(
        element["text"]
        for block in blocks
        for section in block["elements"]
        for element in section["elements"]
    )


async def test_a_long_summary_typed_after_the_command_is_not_lost(company: Company) -> None:
    words = "my computer says something very long " * 8
    assert (await company.bea.command("/ticket", words, channel=GENERAL)).ok
    view = await company.bea.view()
    assert view is not None
    assert len(view.values["Summary"]) <= 150
    assert view.values["Description"] == words.strip()


async def test_history_tells_everyone_what_they_may_know(company: Company) -> None:
    card = await company.filed()
    await company.ann.click(card, "Assign to me")
    await company.ann.post(card.channel, "secret note", thread_ts=card.ts)
    await company.deliver()
    receipt = await company.receipt()
    assert (await company.bea.click(receipt, "History")).ok
    theirs = await company.bea.view()
    assert theirs is not None
    assert "Bea Okafor" in theirs.text
    assert "Ann Visser" in theirs.text
    assert "note" not in theirs.text
    assert (await company.ann.choose(await company.card(), "History")).ok
    desk = await company.ann.view()
    assert desk is not None
    assert "wrote a note" in desk.text
