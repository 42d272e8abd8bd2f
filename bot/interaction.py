"""One thing a person does in Slack, as listeners see it."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import aiohttp
import structlog
from slack_bolt.context.ack.async_ack import AsyncAck
from sqlalchemy.ext.asyncio import AsyncSession
from yarl import URL

from bot.deps import Deps
from bot.gateway import SlackFailure, Undeliverable
from bot.payloads import MenuRef, TicketRef, storable
from bot.people import introduce
from bot.slack_codes import TRIGGER_GONE
from core.db import unit_of_work
from core.errors import HelpDeskError, NotAllowed, Refused, Unavailable
from core.tickets.changes import Turn
from core.tickets.models import Source
from core.users.permissions import check_active
from core.users.queries import Identity, find_actor

log = structlog.get_logger(__name__)

#: Seconds; Slack waits three for the whole of an interaction.
ANSWER_WITHIN = 1.0


class Malformed(HelpDeskError):
    """A payload that Slack would not send: answered with a 400."""


@dataclass(frozen=True, slots=True)
class Interaction:
    deps: Deps
    body: dict[str, Any]
    ack: AsyncAck

    @property
    def who(self) -> Identity:
        return identity_of(self.body)

    @property
    def action(self) -> dict[str, Any]:
        action: dict[str, Any] = self.body["actions"][0]
        return action

    @property
    def ticket_ref(self) -> TicketRef:
        """Of the button that was pressed, or the entry chosen from a menu. Raises Refused."""
        chosen = self.action.get("selected_option")
        if isinstance(chosen, dict):
            return MenuRef.load(chosen.get("value")).ticket
        return TicketRef.load(self.action.get("value"))

    @property
    def view(self) -> dict[str, Any]:
        """The form that was sent, or that the button stands in. Raises Refused without one."""
        view = self.body.get("view")
        if not isinstance(view, dict):
            raise Refused("This is no longer valid. Please open it again.")
        return view

    @property
    def is_on_home(self) -> bool:
        """Whether the button stands on the Home tab."""
        view = self.body.get("view")
        return isinstance(view, dict) and view.get("type") == "home"

    @property
    def event(self) -> dict[str, Any]:
        event: dict[str, Any] = self.body["event"]
        return event

    @asynccontextmanager
    async def acting(self, source: Source) -> AsyncIterator[tuple[AsyncSession, Turn]]:
        """A unit of work for the person, whose rights are read from their row now."""
        who = self.who
        await introduce(self.deps, who)
        async with unit_of_work(self.deps.sessions) as session:
            actor = await find_actor(session, who)
            if actor is None:
                raise NotAllowed("You are not known to the help desk any more.")
            check_active(actor)
            yield session, Turn(actor, source, await self.deps.policies.current(session))

    async def open_view(self, view: dict[str, Any]) -> None:
        await open_view(self.deps, self.body, view)

    async def update_view(self, view: dict[str, Any]) -> None:
        """In place of the one whose button was pressed, unless that was replaced meanwhile."""
        await update_view(self.deps, self.view, view)

    async def replace(self, message: Mapping[str, Any] | None) -> None:
        """Put a message in the place of the private question that was answered, or nothing."""
        answer = {"delete_original": True}
        if message is not None:
            answer = {"replace_original": True, **message}
        await answer_url(self.deps, self.body, answer)

    async def done(self) -> None:
        """Acknowledge a change that is committed, and let the workers send what it says."""
        await self.ack()
        self.deps.waker.wake()


async def open_view(deps: Deps, body: dict[str, Any], view: dict[str, Any]) -> None:
    """On top of the form the person is in, if they are in one. Raises Refused when the trigger
    has run out, and Unavailable when Slack does not open it."""
    trigger_id, shown = str(body.get("trigger_id") or ""), body.get("view")
    # The Home tab is a view as well, and nothing can lie on top of it.
    on_top = isinstance(shown, dict) and shown.get("type") != "home"
    try:
        await deps.gateway.open_view(trigger_id, view, on_top=on_top)
    except SlackFailure as failure:
        if failure.code in TRIGGER_GONE:
            raise Refused("That took too long for Slack. Please try again.") from failure
        if isinstance(failure, Undeliverable):
            raise
        raise Unavailable("Slack did not open the window. Please try again.") from failure


async def answer_url(deps: Deps, body: dict[str, Any], answer: dict[str, Any]) -> None:
    """Through the address that came with a button. It may be used up, and whatever was done
    stays done: hence a failure is only noted."""
    url, session = _url(body.get("response_url")), deps.client.session
    if url is None or session is None:
        return
    if not deps.hosts.allow(url):
        log.warning("answer_not_shown", error="its address is none of Slack's", host=url.host)
        return
    try:
        sending = session.post(url, json=answer, allow_redirects=False)
        async with asyncio.timeout(ANSWER_WITHIN), sending:
            return
    except (aiohttp.ClientError, OSError, TimeoutError) as error:
        log.warning("answer_not_shown", error=type(error).__name__)


def _url(given: Any) -> URL | None:
    try:
        return URL(given) if isinstance(given, str) else None
    except ValueError:
        return None


async def update_view(deps: Deps, shown: dict[str, Any], view: dict[str, Any]) -> None:
    """`shown` is the view as Slack sent it. Raises Unavailable when Slack does not take it."""
    view_id, its_hash = str(shown.get("id") or ""), shown.get("hash")
    try:
        await deps.gateway.update_view(view_id, view, its_hash)
    except SlackFailure as failure:
        if failure.code == "hash_conflict":
            return
        if isinstance(failure, Undeliverable):
            raise
        raise Unavailable("Slack did not show the next page. Please try again.") from failure


def identity_of(body: dict[str, Any]) -> Identity:
    """Whoever acted. In a channel shared with another company, a person whose team Slack does not
    tell counts as a stranger. Raises Malformed."""
    if "command" in body:
        return _identity(body.get("team_id"), body.get("user_id"))
    if body.get("type") == "event_callback":
        event = body["event"]
        team = event.get("user_team") or event.get("team")
        if team is None and not body.get("is_ext_shared_channel"):
            team = body.get("team_id")
        return _identity(team or "unknown", event.get("user"))
    user, team = body.get("user"), body.get("team")
    if not isinstance(user, dict):
        raise Malformed("the payload names no user")
    team_id = user.get("team_id") or (team.get("id") if isinstance(team, dict) else None)
    return _identity(team_id, user.get("id"))


def _identity(team_id: Any, user_id: Any) -> Identity:
    named = (team_id, user_id)
    if not all(isinstance(each, str) and each and storable(each) == each for each in named):
        raise Malformed("the payload names no user")
    return Identity(team_id, user_id)
