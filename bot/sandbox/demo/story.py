"""Bea's broken printer: one ticket from the first word to its resolution, as its people see it."""

import re
from dataclasses import dataclass

from bot.sandbox.demo import picture
from bot.sandbox.demo.company import ANN, BEA, FINN, HUGO, IT_DESK, PEOPLE, Somebody
from bot.sandbox.demo.telling import Teller
from bot.sandbox.demo.watching import Differs, Missing, Watcher
from bot.sandbox.slack import SlackClient
from bot.sandbox.slack.client import Impossible, Message, OpenView, Outcome, Person

SUMMARY = "my printer is broken"
DESCRIPTION = "It pulls three sheets at once and says “fuser error 50.2”."
NOTE = "internal: looks like the fuser"
REPLY = "Could you read me the serial number from the sticker inside the front door?"
ANSWER = "It says K7R-20931."
RESOLUTION = "Replaced the fuser; ten test pages came out clean."
KEY = re.compile(r"HD-(\d+) · ")


@dataclass
class Ticket:
    """The story's ticket: its number, and the two messages its threads hang on."""

    number: int
    receipt: Message
    card: Message

    @property
    def key(self) -> str:
        return f"HD-{self.number}"


class Story:
    def __init__(self, slack: SlackClient, teller: Teller, watcher: Watcher) -> None:
        self.slack = slack
        self.teller = teller
        self.watcher = watcher
        self.bea, self.ann = self._acting(BEA), self._acting(ANN)
        self.hugo, self.finn = self._acting(HUGO), self._acting(FINN)

    async def play(self) -> Ticket:
        """Raises Differs at the first thing that does not go as it should."""
        try:
            await self._clear_screens()
            ticket = await self._file()
            await self._take(ticket)
            await self._lose_the_race(ticket)
            await self._start(ticket)
            await self._note(ticket)
            await self._reply(ticket)
            await self._answer(ticket)
            await self._stay_out(ticket)
            await self._resolve(ticket)
            await self._look_back(ticket)
        except Impossible as impossible:
            raise Differs(f"The local Slack does not allow it: {impossible}.") from impossible
        return ticket

    async def _clear_screens(self) -> None:
        """Forms that an interrupted run left open."""
        for somebody in PEOPLE:
            if await self._acting(somebody).view():
                await self._acting(somebody).close_view(everything=True)

    async def _file(self) -> Ticket:
        before = {each.ts for each in await self.bea.dms()}
        self.teller.step(f"Bea types /ticket {SUMMARY}")
        form = _opened(await self.bea.command("/ticket", SUMMARY))
        _expect(form.values.get("Summary") == SUMMARY, "the summary filled in", form.text)
        self._sees_form(BEA, form)

        self.teller.step("Bea fills the form in and files it")
        values = {"Description": DESCRIPTION, "Department": "IT", "Priority": "High"}
        _ok(await self.bea.fill(values))
        filled = await self.bea.view()
        if filled:
            self._sees_form(BEA, filled)
        _closed(await self.bea.submit())
        receipt = await self.watcher.until(
            "a receipt in Bea's direct messages", lambda: self._new_receipt(before)
        )
        number = int(_match(receipt).group(1))
        self._sees(BEA, "direct message with HDMS", receipt)
        card = await self.watcher.until(
            f"the card of HD-{number} in #it-desk", lambda: self._new_card(number)
        )
        self._sees(ANN, "#it-desk", card)
        return Ticket(number, receipt, card)

    async def _take(self, ticket: Ticket) -> None:
        self.teller.step("Ann presses “Assign to me”")
        _ok(await self.ann.click(ticket.card, "Assign to me"))
        await self._see_card(ticket, "Assignee", "Ann Visser")

    async def _lose_the_race(self, ticket: Ticket) -> None:
        """Hugo's screen still shows the card as it came."""
        self.teller.step("Hugo presses “Assign to me” too: his screen is a moment behind")
        told = _opened(await self.hugo.click(ticket.card, "Assign to me"))
        _expect("Ann Visser has" in told.text, "that Ann has it", told.text)
        self._sees_form(HUGO, told)
        await self.hugo.close_view(everything=True)

    async def _start(self, ticket: Ticket) -> None:
        self.teller.step("Ann presses “Start”")
        _ok(await self.ann.click(await self._card_now(ticket), "Start"))
        await self._see_card(ticket, "Status", "In progress")

    async def _note(self, ticket: Ticket) -> None:
        self.teller.step(f"Ann writes in the desk thread: “{NOTE}”")
        written = await self.ann.post(IT_DESK.id, NOTE, thread_ts=ticket.card.ts)
        told = await self.watcher.until(
            "“Only the desk sees this” on Ann's screen", lambda: self._whisper_after(written)
        )
        self._sees(ANN, "only she, in the thread", told)
        thread = await self._thread(self.bea, ticket)
        _expect(NOTE not in _words(thread), "nothing of it in Bea's thread", _words(thread))
        self._sees_thread(BEA, "her thread: nothing of the note", thread[1:])

    async def _reply(self, ticket: Ticket) -> None:
        self.teller.step("Ann presses “Reply to requester” and writes")
        _opened(await self.ann.click(await self._card_now(ticket), "Reply to requester"))
        _ok(await self.ann.fill({"Reply": REPLY}))
        self._sees_form(ANN, _opened(await self.ann.submit()))
        _closed(await self.ann.submit())
        thread = await self._until_said(self.bea, ticket, REPLY, ANN.name)
        self._sees_thread(BEA, "her thread", thread[-1:])
        await self._see_card(ticket, "Status", "Waiting for requester")

    async def _answer(self, ticket: Ticket) -> None:
        self.teller.step("Bea answers in her thread")
        await self.bea.dm(ANSWER, thread_ts=ticket.receipt.ts)
        thread = await self._until_said(self.ann, ticket, ANSWER, BEA.name)
        self._sees_thread(ANN, "the desk thread", thread[1:])
        await self._see_card(ticket, "Status", "In progress")

    async def _stay_out(self, ticket: Ticket) -> None:
        self.teller.step(f"Finn, who has nothing to do with it, types /ticket {ticket.key}")
        before = len(await self.finn.ephemerals())
        _ok(await self.finn.command("/ticket", ticket.key))
        told = (await self.finn.ephemerals())[before:]
        _expect(len(told) == 1, "one private answer", _words(told) or "nothing")
        _expect(SUMMARY not in _words(told), "nothing of the ticket", _words(told))
        self._sees(FINN, "only he", told[0])

    async def _resolve(self, ticket: Ticket) -> None:
        self.teller.step("Ann presses “Resolve…” and says how it was solved")
        _opened(await self.ann.click(await self._card_now(ticket), "Resolve…"))
        _ok(await self.ann.fill({"Resolution": RESOLUTION}))
        _closed(await self.ann.submit())
        thread = await self._until_said(self.bea, ticket, RESOLUTION)
        told = thread[-1]
        answers = ["Yes, close it", "Still broken"]
        _expect(told.buttons == answers, "“Yes, close it” and “Still broken”", str(told.buttons))
        self._sees(BEA, "her thread", told)
        await self._see_card(ticket, "Status", "Resolved")

    async def _look_back(self, ticket: Ticket) -> None:
        self.teller.step("Bea presses “History”")
        receipt = (await self._thread(self.bea, ticket))[0]
        history = _opened(await self.bea.click(receipt, "History"))
        _expect(RESOLUTION in history.text, "the resolution in the history", history.text)
        _expect(NOTE not in history.text, "nothing of the note in the history", history.text)
        self._sees_form(BEA, history)
        await self.bea.close_view(everything=True)

    # What is on the screens.

    async def _new_receipt(self, before: set[str]) -> Message:
        found = [each for each in await self.bea.dms() if each.ts not in before]
        for each in found:
            if KEY.search(each.plain):
                return each
        raise Missing(_words(found) or "no new message")

    async def _new_card(self, number: int) -> Message:
        found = await self.ann.messages(IT_DESK.id)
        for each in found:
            if f"HD-{number} · " in each.plain:
                return each
        raise Missing(_words(found[-1:]) or "an empty channel")

    async def _whisper_after(self, written: Message) -> Message:
        found = await self.ann.ephemerals()
        for each in found:
            if each.thread_ts == written.thread_ts and each.ts > written.ts:
                _expect("Only the desk sees this." in each.plain, "the hint", each.plain)
                return each
        raise Missing(_words(found[-1:]) or "nothing private")

    async def _card_now(self, ticket: Ticket) -> Message:
        return (await self._thread(self.ann, ticket))[0]

    async def _see_card(self, ticket: Ticket, label: str, value: str) -> None:
        """Until the card shows this fact; then shows the card."""

        async def look() -> Message:
            card = await self._card_now(ticket)
            if f"*{label}*\n{value}\n" in f"{card.plain}\n":
                return card
            raise Missing(_words([card]))

        card = await self.watcher.until(f"{label} “{value}” on the card of {ticket.key}", look)
        self._sees(ANN, "#it-desk", card)

    async def _until_said(
        self, person: Person, ticket: Ticket, words: str, under: str | None = None
    ) -> list[Message]:
        """The thread up to the message with these words, under the name of who said them."""

        async def look() -> list[Message]:
            thread = await self._thread(person, ticket)
            for place, each in enumerate(thread):
                if words in each.plain and under in (None, each.username):
                    return thread[: place + 1]
            raise Missing(_words(thread))

        name = f" under the name of {under}" if under else ""
        return await self.watcher.until(f"“{words}”{name}", look)

    async def _thread(self, person: Person, ticket: Ticket) -> list[Message]:
        """The requester's for Bea, the desk's for everybody else."""
        root = ticket.receipt if person is self.bea else ticket.card
        return await person.messages(root.channel, root.ts)

    def _acting(self, somebody: Somebody) -> Person:
        return self.slack.acting(somebody.id)

    def _sees(self, who: Somebody, where: str, what: Message) -> None:
        self.teller.sees(who, where, picture.message(what, who.reader()))

    def _sees_form(self, who: Somebody, what: OpenView) -> None:
        self.teller.sees(who, "a window", picture.view(what, who.reader()))

    def _sees_thread(self, who: Somebody, where: str, what: list[Message]) -> None:
        self.teller.sees(who, where, picture.said(what, who.reader()))


def _expect(is_so: bool, expected: str, seen: str) -> None:
    if not is_so:
        raise Differs(f"Expected {expected}. Seen instead: {seen}")


def _ok(outcome: Outcome) -> None:
    complaints = "; ".join([*outcome.notices, *outcome.problems])
    _expect(outcome.ok, "Slack to be content", complaints or f"status {outcome.status}")


def _opened(outcome: Outcome) -> OpenView:
    _ok(outcome)
    if outcome.view is None:
        raise Differs("Expected a window to open. Seen instead: none.")
    return outcome.view


def _closed(outcome: Outcome) -> None:
    _ok(outcome)
    if outcome.view:
        complaint = outcome.view.errors or outcome.view.text
        raise Differs(f"Expected the window to close. Seen instead: {complaint}")


def _match(receipt: Message) -> re.Match[str]:
    found = KEY.search(receipt.plain)
    if not found:
        raise Differs(f"Expected the ticket's number. Seen instead: {receipt.plain}")
    return found


def _words(messages: list[Message]) -> str:
    return " / ".join(each.plain.replace("\n", " ") for each in messages)
