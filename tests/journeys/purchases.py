"""A company that buys things: a finance desk, a CEO, and what people do to get money."""

from dataclasses import dataclass
from typing import Any

from bot.sandbox.slack.seen import Message, Outcome
from core.configuration.file import Configuration
from core.configuration.seed import apply
from core.db import unit_of_work
from core.tickets.approvals.sweep import tick
from core.tickets.policy import read_policy
from tests.journeys.company import Company

FINANCE_DESK = "C0FINANCE"
BUYERS = {"U0FAY": "Fay Lund", "U0CLEO": "Cleo Lang", "U0IDA": "Ida Roth"}
CONFIGURATION: dict[str, Any] = {
    "team_id": "T0ACME",
    "departments": [{"name": "Finance", "desk_channel": FINANCE_DESK}],
    "people": [
        {
            "slack_user_id": "U0FINN",
            "name": "Finn Berg",
            "role": "finance",
            "department": "Finance",
        },
        {"slack_user_id": "U0FAY", "name": "Fay Lund", "role": "finance", "department": "Finance"},
        {"slack_user_id": "U0CLEO", "name": "Cleo Lang", "role": "ceo"},
    ],
}


@dataclass
class Purchases:
    """Finn asks, Fay decides for finance, Cleo is the CEO. Ida reads
    along at the finance desk, and has no say."""

    company: Company

    def __post_init__(self) -> None:
        acting = self.company.slack.acting
        self.finn, self.bea = self.company.finn, self.company.bea
        self.fay, self.cleo, self.ida = acting("U0FAY"), acting("U0CLEO"), acting("U0IDA")

    async def filed(self, summary: str = "We need chairs") -> Message:
        """A ticket of Bea's with finance, which Finn has taken; its card."""
        assert (await self.company.file(self.bea, summary, Department="Finance")).ok
        await self.company.deliver()
        assert (await self.finn.click(await self.card(), "Assign to me")).ok
        await self.company.deliver()
        return await self.card()

    async def hire_ida(self) -> Any:
        """From now on she works for finance, too."""
        await self.ida.command("/ticket", "mine", channel="C0GENERAL")
        await self.company.change(
            "UPDATE users SET role = 'finance', department_id ="
            " (SELECT id FROM departments WHERE name = 'Finance') WHERE slack_user_id = 'U0IDA'"
        )
        return self.ida

    async def card(self) -> Message:
        """The newest at the finance desk, as it is now."""
        return await self.company.card(FINANCE_DESK)

    async def ask(self, amount: str, **answers: Any) -> Outcome:
        """Finn does, and sends what the preview shows."""
        assert (await self.finn.click(await self.card(), "Request approval…")).ok
        form = {"Amount": amount, "Payee": "Office Depot", "Purpose": "Chairs for the third floor"}
        previewed = await self.finn.fill(form | answers, submit=True)
        assert previewed.ok, previewed
        return await self.finn.submit()

    async def asked(self, amount: str = "1,200.00", **answers: Any) -> Message:
        """The same, on a new ticket; its card at the desk."""
        await self.filed()
        assert (await self.ask(amount, **answers)).ok
        await self.company.deliver()
        return await self.card()

    async def said(self, audience: str = "desk") -> list[str]:
        """The lines below the newest card, or in Bea's thread."""
        if audience == "desk":
            return [each.plain for each in await self.company.thread(await self.card(), self.finn)]
        root = next(each for each in await self.bea.dms() if each.plain.startswith("HD-"))
        return [each.plain for each in await self.company.thread(root, self.bea)]

    async def sweep(self) -> None:
        """What beat calls for, at once."""
        is_due = True
        while is_due:
            async with unit_of_work(self.company.sessions) as session:
                is_due = await tick(session, await read_policy(session))
        await self.company.deliver()

    async def decisions(self) -> list[Any]:
        rows = await self.company.rows(
            "SELECT u.name, s.state FROM approval_seats s JOIN users u ON u.id = s.user_id"
            " WHERE s.decided_at IS NOT NULL ORDER BY s.decided_at, s.id"
        )
        return [tuple(row) for row in rows]


async def found_finance(company: Company) -> Purchases:
    slack = company.slack
    # Before anybody joins: the bot looks at the departments then, and for a while not again.
    async with unit_of_work(company.sessions) as session:
        await apply(session, Configuration.model_validate(CONFIGURATION))
    # What Slack would be asked about them is another story.
    await company.change("DELETE FROM outbox_messages")
    for person_id, name in BUYERS.items():
        await slack.person(person_id, name, email=f"{person_id.lower()}@example.com")
        await slack.join("C0GENERAL", person_id)
    members = ["U0FINN", "U0FAY", "U0IDA"]
    await slack.channel(FINANCE_DESK, "finance-desk", private=True, members=members, bot=True)
    return Purchases(company)


async def dm(person: Any) -> Message:
    """The newest direct message from the help desk, as it is now."""
    newest: Message = (await person.dms())[-1]
    return newest
