"""A choice from a menu of a message or view: an offered option, a person, a date."""

from __future__ import annotations

from typing import Any

from bot.sandbox.slack import menus
from bot.sandbox.slack.errors import ImpossibleAct
from bot.sandbox.slack.form_state import stateful
from bot.sandbox.slack.form_values import entered
from bot.sandbox.slack.rendering import options_of
from bot.sandbox.slack.sandbox import Sandbox

Json = dict[str, Any]


async def made(
    sandbox: Sandbox, person_id: str, blocks: list[Json], given: Json, source: Json
) -> Json:
    """The action of choosing `item`, from the menu called `menu` if that is given."""
    item, menu = given["item"], given.get("menu")
    clock = sandbox.workspace.clock
    if given.get("place"):
        return await _exactly(sandbox, person_id, blocks, given, source)
    found = menus.find_option(blocks, item)
    if found and menu in (None, found[1]["action_id"]):
        block, element, option = found
        return menus.chosen(clock, block, element, menus.one_or_several(element, option))
    block, element = _open_ended(blocks, menu)
    several = element["type"].startswith("multi_")
    value = await entered(sandbox, person_id, (block, element), [item] if several else item, source)
    return menus.chosen(clock, block, element, value)


async def _exactly(
    sandbox: Sandbox, person_id: str, blocks: list[Json], given: Json, source: Json
) -> Json:
    """At a place given by its ids; `item` is what the menu then holds."""
    place = menus.find_exactly(blocks, given["place"])
    if place is None:
        raise ImpossibleAct("there is no such menu")
    block, element = place
    if element["type"] == "overflow":
        held = menus.option_called(options_of(element), given["item"], "value")
        if held is None:
            raise ImpossibleAct(f"the menu does not offer {given['item']!r}")
    else:
        held = await entered(sandbox, person_id, place, given["item"], source)
    return menus.chosen(sandbox.workspace.clock, block, element, held)


def _open_ended(blocks: list[Json], menu: str | None) -> menus.Place:
    """A menu whose items do not stand in the blocks."""
    for block, element in stateful(blocks):
        if element.get("options") or element.get("option_groups"):
            continue
        placeholder = (element.get("placeholder") or {}).get("text")
        if menu is None or menu in (element["action_id"], placeholder):
            return block, element
    raise ImpossibleAct(f"there is no menu {menu or ''} that could offer this")
