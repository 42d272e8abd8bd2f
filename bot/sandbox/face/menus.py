"""What menus that search offer: options of the app, people, conversations, several of a list."""

from __future__ import annotations

from typing import Any

from bot.sandbox.face.painter import label
from bot.sandbox.face.viewer import Viewer
from bot.sandbox.slack import menus, screen, suggestions
from bot.sandbox.slack.errors import ImpossibleAct
from bot.sandbox.slack.rendering import options_of
from bot.sandbox.slack.screen import can_see

Json = dict[str, Any]
MOST = 100


async def offered(viewer: Viewer, given: Json) -> Json:
    """Each with its label and the item that the app hears of when it is chosen."""
    sandbox, person_id = viewer.sandbox, viewer.person.id
    blocks, source = _surface(viewer, given)
    place = menus.find_exactly(blocks, given["place"])
    if place is None:
        raise ImpossibleAct("this menu is gone")
    query, kind = str(given.get("query") or ""), place[1]["type"]
    if kind.endswith("external_select"):
        found, outcome = await suggestions.ask(sandbox, person_id, place, query, source)
        return {"options": [_shown(viewer, each) for each in found], "notices": outcome.notices}
    listed = [_shown(viewer, each) for each in _items(viewer, place[1])]
    fitting = [each for each in listed if query.lower() in each["label"].lower()]
    return {"options": fitting[:MOST], "notices": []}


def _shown(viewer: Viewer, item: Any) -> Json:
    more = item.get("description") if isinstance(item, dict) else None
    return {"label": label(viewer, item), "item": item, "more": more["text"] if more else ""}


def _items(viewer: Viewer, element: Json) -> list[Any]:
    kind, workspace = element["type"], viewer.workspace
    if "users" in kind:
        return [each.id for each in viewer.colleagues]
    if "static" in kind:
        return options_of(element)
    channels = (each for each in workspace.channels.values() if each.kind != "im")
    visible = [each for each in channels if can_see(each, viewer.person.id)]
    only_public = "channels" in kind
    return [each.id for each in visible if not (only_public and each.is_private)]


def _surface(viewer: Viewer, given: Json) -> tuple[list[Json], Json]:
    """The blocks that hold the menu, and what the app is told about where it is."""
    sandbox, person_id = viewer.sandbox, viewer.person.id
    if given.get("message"):
        channel, message = screen.locate(sandbox, person_id, given["message"])
        return menus.all_blocks(message), {"message": message, "channel": channel.id}
    is_home = given.get("surface") == "home"
    view = sandbox.views.home(person_id) if is_home else sandbox.views.top(person_id)
    if view is None:
        raise ImpossibleAct("this window is gone")
    return view["blocks"], {"view": view}
