"""The Bolt application: one listener for each kind of payload, then one look-up."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient

from bot import bolt_fixes
from bot.deps import Deps
from bot.errors import show_error
from bot.interaction import Interaction, identity_of
from bot.people import check_team
from bot.refused import note_refusal
from bot.routes import ROUTES, Handler, Routes
from core.errors import Refused

_ANY = re.compile(".*")


def build_app(deps: Deps, signing_secret: str, routes: Routes = ROUTES) -> AsyncApp:
    """Listeners run to their end before Slack is answered, so a 200 means stored, and nothing
    runs on that a shutdown would lose.

    Bolt tries its listeners one after another and pays for each, hence one a kind. Own events
    are not left out by Bolt: it would leave out the deletion of our cards by others as well.
    """
    bolt_fixes.apply()
    with bolt_fixes.sealed_environment():
        app = AsyncApp(
            # Without a token: each request's client gets it from `authorize`.
            client=AsyncWebClient(base_url=deps.client.base_url, session=deps.client.session),
            signing_secret=signing_secret,
            authorize=_authorize(deps),
            process_before_response=True,
            ignoring_self_events_enabled=False,
            attaching_function_token_enabled=False,
            ssl_check_enabled=False,
            # Nothing comes here whose signature was not checked, or that came by Slack's socket.
            request_verification_enabled=False,
        )
    app.error(_on_error(deps))
    _listen(app, deps, routes)
    return app


def _authorize(deps: Deps) -> Any:
    result = AuthorizeResult(
        enterprise_id=None,
        team_id=deps.workspace.team_id,
        bot_token=deps.client.token,
        bot_id=deps.workspace.bot_id,
        bot_user_id=deps.workspace.bot_user_id,
    )

    async def authorize() -> AuthorizeResult:
        return result

    return authorize


def _on_error(deps: Deps) -> Any:
    async def on_error(error: Exception, body: dict[str, Any]) -> BoltResponse:
        answer = await show_error(deps, error, body)
        await note_refusal(deps, error, body)
        return answer

    return on_error


def _listen(app: AsyncApp, deps: Deps, routes: Routes) -> None:
    kinds = (
        (app.action, routes.actions, lambda body: body["actions"][0]["action_id"]),
        (app.view, routes.views, lambda body: body["view"]["callback_id"]),
        (app.command, routes.commands, lambda body: body["command"]),
        (app.options, routes.options, lambda body: body["action_id"]),
        (app.shortcut, routes.shortcuts, lambda body: body["callback_id"]),
    )
    for register, table, name_of in kinds:
        register(_ANY)(_look_up(deps, table, name_of))
    app.event(_ANY)(_look_up_event(deps, routes.events))
    app.view_closed(_ANY)(_acknowledge)


def _look_up(
    deps: Deps, table: Mapping[str, Handler], name_of: Callable[[dict[str, Any]], str]
) -> Any:
    async def listener(body: dict[str, Any], ack: AsyncAck) -> None:
        # People of other companies press our buttons in channels that are shared with them.
        check_team(deps, identity_of(body))
        handler = table.get(name_of(body))
        if handler is None:
            raise Refused("This is not in use any more. Look for a newer message from us.")
        await handler(Interaction(deps, body, ack))

    return listener


def _look_up_event(deps: Deps, table: Mapping[str, Handler]) -> Any:
    async def listener(body: dict[str, Any], ack: AsyncAck) -> None:
        # An event nobody here asked for is fine: a 404 would only make Slack send it again.
        handler = table.get(body["event"]["type"])
        if handler is not None:
            await handler(Interaction(deps, body, ack))

    return listener


async def _acknowledge(ack: AsyncAck) -> None:
    await ack()
