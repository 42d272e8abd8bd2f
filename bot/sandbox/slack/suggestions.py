"""External menus: asking the app what they offer (rules 1.51 to 1.53)."""

from __future__ import annotations

from typing import Any

from bot.sandbox.slack import answers, interactions, menus, screen
from bot.sandbox.slack.answers import Outcome
from bot.sandbox.slack.errors import ImpossibleAct
from bot.sandbox.slack.sandbox import Sandbox

Json = dict[str, Any]
LEAST_QUERY = 3


async def ask(
    sandbox: Sandbox, person_id: str, place: menus.Place, query: str, source: Json
) -> tuple[list[Json], Outcome]:
    """The options for what was typed; too few characters ask nothing. The source is `view`, or
    `message` and `channel`."""
    block, element = place
    least = element.get("min_query_length")
    if not sandbox.manifest.loads_options or len(query) < (LEAST_QUERY if least is None else least):
        return [], Outcome()
    person = interactions.actor(sandbox, person_id)
    payload = interactions.suggestion(sandbox, person, block, element, query)
    if "view" in source:
        container = {"type": "view", "view_id": source["view"]["id"]}
        payload |= {"container": container, "view": source["view"]}
    else:
        payload |= _from_message(sandbox, source)
    delivery = await interactions.send_payload(sandbox, payload)
    return answers.of_suggestion(sandbox, person_id, element["type"], delivery)


def _from_message(sandbox: Sandbox, source: Json) -> Json:
    channel, message = sandbox.workspace.channels[source["channel"]], source["message"]
    return {
        "container": {
            "type": "message",
            "message_ts": message["ts"],
            "channel_id": channel.id,
            "is_ephemeral": bool(message.get("is_ephemeral")),
        },
        "channel": {"id": channel.id, "name": channel.name_for_payloads},
        "message": message,
    }


async def options(sandbox: Sandbox, person_id: str, given: Json) -> Json:
    """What an external menu of the open view, or of a message, shows for typed words."""
    query, menu = str(given.get("query") or ""), given.get("menu")
    if given.get("message"):
        channel, message = screen.locate(sandbox, person_id, given["message"])
        place = menus.find_external(menus.all_blocks(message), menu)
        source: Json = {"message": message, "channel": channel.id}
    else:
        view = sandbox.views.top(person_id)
        if view is None:
            raise ImpossibleAct("no view is open")
        place = menus.find_external(view["blocks"], menu)
        source = {"view": view}
    found, outcome = await ask(sandbox, person_id, place, query, source)
    return outcome.shown() | {"options": [option["text"]["text"] for option in found]}
