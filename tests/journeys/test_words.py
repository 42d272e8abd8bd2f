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


TEXTS = {
    "emoji": "🔥👩‍👩‍👧 👍🏽 :tada: ¯\\_(ツ)_/¯",
    "right to left": "שלום, המדפסת לא עובדת (HD-1) مرحبا \u202eabc\u202c",
    "code": 'see:\n```\nfor (;;) {\n    if (a < b && c > d) print("*");\n}\n```\nand `x`',
    "a list": "1. first\n2. second\n    • nested\n- dash\n\n> a quote",
    "markup": "*not* _at_ ~all~ [a](https://b.example) <b>bold</b> &amp; &lt;i&gt;",
    "odd characters": "tab\tnbsp\u00a0zero\u200bwidth e\u0301 \u2028 end",
}


@pytest.mark.parametrize("kind", TEXTS)
async def test_words_reach_the_other_side_as_they_were_written(company: Company, kind: str) -> None:
    card, receipt = await company.filed(), await company.receipt()
    words = TEXTS[kind]
    await company.bea.dm(words, thread_ts=receipt.ts)
    await company.deliver()
    assert await company.value("SELECT body FROM chat_messages") == words
    copies = await company.thread(card)
    assert block_text(copies[-1].blocks) == words
    await company.bea.click(receipt, "History")
    view = await company.bea.view()
    assert view is not None
    assert words in view.text
    await assert_inert(company)


async def test_forty_thousand_characters_arrive_whole_both_ways(company: Company) -> None:
    card, receipt = await company.filed(), await company.receipt()
    words = "".join(f"{number:05} 🔥<&>\n" for number in range(3_333))[:39_999] + "!"
    await company.bea.dm(words, thread_ts=receipt.ts)
    await company.deliver()
    assert await company.value("SELECT body FROM chat_messages") == words
    copies = [each for each in await company.thread(card) if each.username == "Bea Okafor"]
    assert "".join(block_text(each.blocks) for each in copies) == words
    assert all(each.pings == [] for each in copies)
    await company.bea.click(receipt, "History")
    view = await company.bea.view()
    assert view is not None
    assert words[:200] in view.text


async def test_whom_and_which_channel_a_message_names_can_be_read(company: Company) -> None:
    card, receipt = await company.filed(), await company.receipt()
    words = "ask <@U0ANN>, <@U0NOBODY> and <@U0ADA|ada> in <#C0GENERAL|general> or <#C0XX|>"
    await company.bea.dm(words, thread_ts=receipt.ts, raw=True)
    await company.deliver()
    read = "ask @Ann Visser, @U0NOBODY and @ada in #general or #C0XX"
    [copy] = [each for each in await company.thread(card) if each.username == "Bea Okafor"]
    assert (copy.plain, copy.pings) == (read, [])
    await company.bea.click(receipt, "History")
    view = await company.bea.view()
    assert view is not None
    assert read in view.text


async def test_a_name_that_looks_like_a_command_stays_a_name(company: Company) -> None:
    card, receipt = await company.filed(), await company.receipt()
    await company.change("UPDATE users SET name = '<!channel> &lt;' WHERE slack_user_id = 'U0ANN'")
    await company.bea.dm("hello <@U0ANN>", thread_ts=receipt.ts, raw=True)
    await company.deliver()
    [copy] = [each for each in await company.thread(card) if each.username == "Bea Okafor"]
    assert (copy.plain, copy.pings) == ("hello @<!channel> &lt;", [])
    await company.bea.click(receipt, "History")
    await assert_inert(company)


async def test_an_edit_names_people_as_the_message_did(company: Company) -> None:
    card, receipt = await company.filed(), await company.receipt()
    said = await company.bea.dm("ask @Ann Visser", thread_ts=receipt.ts)
    await company.deliver()
    await company.bea.edit(said, "better ask @Hugo Kern")
    await company.deliver()
    assert await company.value("SELECT body FROM chat_messages") == "better ask @Hugo Kern"
    await company.bea.click(receipt, "History")
    view = await company.bea.view()
    assert view is not None
    assert "Bea Okafor wrote a reply (edited):" in view.text
    await company.bea.delete(said)
    await company.deliver()
    await company.bea.close_view()
    await company.bea.click(receipt, "History")
    view = await company.bea.view()
    assert view is not None
    assert "Bea Okafor wrote a reply, which was deleted." in view.text
    assert "Hugo" not in view.text
    assert card.pings == []
