"""A small company at its desks: the real bot, workers and database around a local Slack."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from sqlalchemy import text

from bot.sandbox.slack.client import SlackClient
from bot.sandbox.slack.seen import Message, Outcome
from bot.sandbox.slack.server import Furnish, running_slack
from bot.server import PATH, make_web_app
from core.config import Settings
from core.configuration.file import Configuration
from core.configuration.seed import apply
from core.db import unit_of_work
from core.engine import Sessions
from tests.soon import PATIENCE, soon
from workers.outbox import drain
from workers.runtime import Runtime, make_runtime

MANIFEST = Path("manifest.yml")
TOKEN = "xoxb-journeys"
SECRET = "journeys-signing-secret"
IT_DESK = "C0ITDESK"
HR_DESK = "C0HRDESK"
GENERAL = "C0GENERAL"
#: How long a part of the bot waits for another, so that Slack gets its answer in time.
LIMITS = (
    "core.engine.CONNECT_WITHIN",
    "core.engine.FREE_WITHIN",
    "core.direct.CONNECT_WITHIN",
    "core.direct.FREE_WITHIN",
    "bot.server.COMMAND_TIMEOUT",
    "bot.interaction.ANSWER_WITHIN",
)

CONFIGURATION: dict[str, Any] = {
    "team_id": "T0ACME",
    "admin": "U0ADA",
    "departments": [
        {"name": "IT", "desk_channel": IT_DESK, "head": "U0HUGO", "time_zone": "Europe/Berlin"},
        {"name": "HR", "desk_channel": HR_DESK, "open_threads": True},
    ],
    "people": [
        {
            "slack_user_id": "U0HUGO",
            "name": "Hugo Kern",
            "role": "department_head",
            "department": "IT",
        },
        {"slack_user_id": "U0ANN", "name": "Ann Visser", "role": "agent", "department": "IT"},
        {"slack_user_id": "U0CARL", "name": "Carl Otto", "role": "agent", "department": "IT"},
        {"slack_user_id": "U0HANA", "name": "Hana Ito", "role": "agent", "department": "HR"},
    ],
    "sla_templates": [
        {
            "name": "urgent",
            "priority": "urgent",
            "first_response": "30m",
            "resolution": "4h",
            "calendar": "always",
        },
        {"name": "rest", "first_response": "4h", "resolution": "3d", "calendar": "office"},
    ],
    # Journeys are made at any hour, and everybody is at work then.
    "calendars": [{"name": "office", "hours": {"mon-sun": ["00:00-24:00"]}}],
    "settings": {"card_fold": "0s", "home_fold": "0s", "reply_hold": "0s"},
}

PEOPLE = {
    "U0ADA": "Ada Admin",
    "U0HUGO": "Hugo Kern",
    "U0ANN": "Ann Visser",
    "U0CARL": "Carl Otto",
    "U0HANA": "Hana Ito",
    "U0BEA": "Bea Okafor",
    "U0FINN": "Finn Berg",
}


@dataclass
class Company:
    slack: SlackClient
    sessions: Sessions
    runtime: Runtime
    bot_url: str
    slack_url: str

    def __post_init__(self) -> None:
        acting = self.slack.acting
        self.ada, self.hugo, self.ann = acting("U0ADA"), acting("U0HUGO"), acting("U0ANN")
        self.carl, self.hana = acting("U0CARL"), acting("U0HANA")
        self.bea, self.finn = acting("U0BEA"), acting("U0FINN")

    async def deliver(self) -> None:
        """Let events arrive and workers send until nothing is left to say."""
        await self.slack.settle()
        await drain(self.runtime)
        await self.slack.settle()
        await drain(self.runtime)

    async def file(self, person: Any, summary: str, **answers: Any) -> Outcome:
        await person.command("/ticket", summary, channel=GENERAL)
        return await person.fill({"Department": "IT"} | answers, submit=True)

    async def filed(self, summary: str = "Printer is on fire", **answers: Any) -> Message:
        """A ticket of Bea's; its card in the desk channel."""
        outcome = await self.file(self.bea, summary, **answers)
        assert outcome.ok, outcome
        await self.deliver()
        return await self.card()

    async def card(self, channel: str = IT_DESK) -> Message:
        """The newest card, as it is now."""
        posted = await self.slack.all_messages(channel)
        return [each for each in posted if each.thread_ts in (None, each.ts)][-1]

    async def receipt(self) -> Message:
        return (await self.bea.dms())[-1]

    async def thread(self, root: Message, person: Any | None = None) -> list[Message]:
        """The replies below a root, as the person sees them."""
        seen = await (person or self.ann).messages(root.channel, thread_ts=root.ts)
        return [each for each in seen if each.ts != root.ts]

    async def reply(self, person: Any, card: Message, words: str) -> Outcome:
        """With the form of the card, looked at once before it is sent."""
        assert (await person.click(card, "Reply to requester")).ok
        assert (await person.fill({"Reply": words}, submit=True)).ok
        sent: Outcome = await person.submit()
        return sent

    async def deliver_late(self) -> None:
        """As if the waiting times of what failed were over."""
        async with unit_of_work(self.sessions) as session:
            await session.execute(
                text("UPDATE outbox_messages SET available_at = now() WHERE settled_at IS NULL")
            )
        await self.deliver()

    async def rows(self, sql: str, **values: Any) -> list[Any]:
        async with self.sessions() as session:
            return list(await session.execute(text(sql), values))

    async def change(self, sql: str, **values: Any) -> None:
        """Something happens to the rows that is not this journey's story."""
        async with unit_of_work(self.sessions) as session:
            await session.execute(text(sql), values)

    async def value(self, sql: str, **values: Any) -> Any:
        rows = await self.rows(sql, **values)
        return rows[0][0]


def settings_for(database_url: str, redis_url: str, slack_url: str, **more: Any) -> Settings:
    return Settings.model_validate(
        {
            "database_url": database_url,
            "redis_url": redis_url,
            "slack_bot_token": TOKEN,
            "slack_signing_secret": SECRET,
            "slack_api_url": f"{slack_url}/api/",
            **more,
        }
    )


@contextmanager
def unhurried() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as change:
        for limit in LIMITS:
            change.setattr(limit, PATIENCE)
        yield


@asynccontextmanager
async def open_company(
    database_url: str,
    redis_url: str,
    sessions: Sessions,
    *,
    preferences: dict[str, str] | None = None,
    furnish: Furnish | None = None,
    in_a_hurry: bool = False,
    **more: Any,
) -> AsyncIterator[Company]:
    """`database_url` is the bot's and the workers'; `sessions` look at the rows. `preferences`
    stand in the configuration file instead of the usual ones; `furnish` adds to the local
    Slack. `in_a_hurry` keeps to the three seconds of Slack and to the shares of them that parts
    of the bot have: elsewhere who does what is tried, not how fast a busy machine is."""
    chosen = CONFIGURATION["settings"] | (preferences or {})
    configuration = Configuration.model_validate(CONFIGURATION | {"settings": chosen})
    async with unit_of_work(sessions) as session:
        await apply(session, configuration)
        # What Slack would be asked about the people and channels of the file is another story.
        await session.execute(text("TRUNCATE outbox_messages RESTART IDENTITY"))
    with nullcontext() if in_a_hurry else unhurried():
        async with (
            running_slack(
                MANIFEST, bot_token=TOKEN, signing_secret=SECRET, furnish=furnish
            ) as slack_url,
            SlackClient(slack_url) as slack,
        ):
            await move_in(slack)
            if not in_a_hurry:
                await slack.settings(answer_seconds=PATIENCE, trigger_seconds=PATIENCE)
            settings = settings_for(database_url, redis_url, slack_url, **more)
            if app_token := settings.slack_app_token.get_secret_value():
                await slack.app(app_token=app_token, socket_mode=True)
            async with serving_bot(settings) as bot_url:
                await slack.app(request_url=bot_url + PATH)
                if settings.slack_app_token:
                    await soon(slack.sockets)
                runtime = await make_runtime(settings)
                try:
                    yield Company(slack, sessions, runtime, bot_url, slack_url)
                finally:
                    await runtime.close()


async def move_in(slack: SlackClient) -> None:
    await slack.rate_limits(enabled=False)
    for person_id, name in PEOPLE.items():
        await slack.person(person_id, name, email=f"{person_id.lower()}@example.com")
    await slack.channel(GENERAL, "general", members=list(PEOPLE))
    desk = ["U0HUGO", "U0ANN", "U0CARL"]
    await slack.channel(IT_DESK, "it-desk", private=True, members=desk, bot=True)
    await slack.channel(HR_DESK, "hr-desk", private=True, members=["U0HANA"], bot=True)


@asynccontextmanager
async def serving_bot(settings: Settings) -> AsyncIterator[str]:
    runner = web.AppRunner(make_web_app(settings), access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


async def said_in_window(person: Any) -> str:
    """What the window that opened for them says; it is closed then."""
    view = await person.view()
    assert view is not None
    await person.close_view()
    return str(view.text)
