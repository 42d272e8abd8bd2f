"""What people do in an open view: fill in, choose, press, submit, close."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from bot.sandbox.slack import acting, answers, choices, form_state, interactions, menus
from bot.sandbox.slack.answers import Outcome
from bot.sandbox.slack.errors import ImpossibleAct
from bot.sandbox.slack.form_values import entered
from bot.sandbox.slack.sandbox import Sandbox
from bot.sandbox.slack.screen import label_of

Json = dict[str, Any]
REQUIRED = "Please complete this required field."


def _open_view(sandbox: Sandbox, person_id: str) -> Json:
    view = sandbox.views.top(person_id)
    if view is None:
        raise ImpossibleAct(f"{sandbox.workspace.name_of(person_id)} has no view open")
    return view


def _field(view: Json, wanted: str) -> menus.Place:
    """The input called so: by label, then by placeholder or id."""
    places = list(form_state.stateful(view["blocks"]))
    for block, element in places:
        if block["type"] == "input" and label_of(block) == wanted:
            return block, element
    for block, element in places:
        placeholder = (element.get("placeholder") or {}).get("text")
        if wanted in (element["action_id"], block["block_id"], placeholder):
            return block, element
    labels = [label_of(block) for block, _ in places]
    raise ImpossibleAct(f"there is no input {wanted!r} among {labels}")


async def fill(sandbox: Sandbox, person_id: str, given: Json) -> Outcome:
    """Fill inputs one after the other; one that reports to the app does so at once (rule 1.44)."""
    interactions.actor(sandbox, person_id)
    outcome = Outcome()
    for label, value in given["values"].items():
        view = _open_view(sandbox, person_id)
        block, element = _field(view, label)
        held = await entered(sandbox, person_id, (block, element), value, {"view": view})
        state = view["state"]["values"][block["block_id"]][element["action_id"]]
        state[form_state.VALUE_KEYS[element["type"]][0]] = held
        if block["type"] != "input" or block.get("dispatch_action"):
            action = menus.chosen(sandbox.workspace.clock, block, element, held)
            outcome = await _press(sandbox, person_id, view, action)
            if outcome.notices:
                return outcome
    return await submit(sandbox, person_id, given) if given.get("submit") else outcome


async def enter(sandbox: Sandbox, person_id: str, given: Json) -> Outcome:
    """What stands in the inputs, as (block_id, action_id, value); the app hears nothing of it."""
    view = _open_view(sandbox, person_id)
    if given.get("view_id") not in (None, view["id"]):
        raise ImpossibleAct("the window is gone")
    for block_id, action_id, value in given["entries"]:
        ids = {"block_id": block_id, "action_id": action_id}
        place = menus.find_exactly(view["blocks"], ids)
        if place is None:
            raise ImpossibleAct(f"there is no input {action_id}")
        held = await entered(sandbox, person_id, place, value, {"view": view})
        kind = place[1]["type"]
        view["state"]["values"][block_id][action_id][form_state.VALUE_KEYS[kind][0]] = held
    return Outcome()


async def submit(sandbox: Sandbox, person_id: str, given: Json) -> Outcome:
    """Slack's client holds back what lacks a required value."""
    person = interactions.actor(sandbox, person_id)
    view = _open_view(sandbox, person_id)
    if not view["submit"] or view["submit_disabled"]:
        raise ImpossibleAct("the open view cannot be submitted")
    missing = _incomplete(view)
    sandbox.views.errors.pop(view["id"], None)
    if missing:
        sandbox.views.errors[view["id"]] = missing
        return Outcome(problems=sorted(missing))
    payload = interactions.submission(sandbox, person, view)
    delivery = await interactions.send_payload(sandbox, payload)
    return answers.of_submission(sandbox, person_id, view, delivery)


def _incomplete(view: Json) -> dict[str, str]:
    complaints: dict[str, str] = {}
    for block, element in form_state.stateful(view["blocks"]):
        if block["type"] != "input":
            continue
        state = view["state"]["values"][block["block_id"]][element["action_id"]]
        least = element.get("min_length") or 0
        if form_state.is_empty(state):
            if not block.get("optional"):
                complaints[block["block_id"]] = REQUIRED
        elif isinstance(state.get("value"), str) and len(state["value"]) < least:
            complaints[block["block_id"]] = f"Please enter at least {least} characters."
    return complaints


async def close_view(sandbox: Sandbox, person_id: str, given: Json) -> Outcome:
    """Rule 1.48: Cancel closes one view, the x (or clear_on_close) all of them."""
    person = interactions.actor(sandbox, person_id)
    view = _open_view(sandbox, person_id)
    everything = bool(given.get("everything")) or view["clear_on_close"]
    if everything:
        view = sandbox.views.clear(person_id)[-1]
    else:
        sandbox.views.pop(person_id)
    if not view["notify_on_close"]:
        return Outcome()
    payload = interactions.closing(sandbox, person, view, is_cleared=everything)
    delivery = await interactions.send_payload(sandbox, payload)
    return answers.of_press(sandbox, person_id, delivery)


def _surface(sandbox: Sandbox, person_id: str, given: Json) -> Json:
    if given.get("surface") != "home":
        return _open_view(sandbox, person_id)
    home = sandbox.views.home(person_id)
    if home is None:
        raise ImpossibleAct("the app has published no Home tab for this person")
    return home


async def click_view(sandbox: Sandbox, person_id: str, given: Json) -> Outcome:
    view = _surface(sandbox, person_id, given)
    for blocks in _states(sandbox, view, given):
        place = menus.find_pressed(blocks, given)
        if place is not None:
            action = menus.pressed(sandbox.workspace.clock, *place)
            return await _press(sandbox, person_id, view, action)
    raise ImpossibleAct(f"the view has no button {given.get('button') or 'there'!r}")


def _states(sandbox: Sandbox, view: Json, given: Json) -> Iterator[list[Json]]:
    """As the view stands; an exact place may also be of a screen that is a moment behind."""
    return sandbox.views.states(view) if given.get("place") else iter((view["blocks"],))


async def choose_view(sandbox: Sandbox, person_id: str, given: Json) -> Outcome:
    """Choose an offered option of a menu in the open view or on the Home tab."""
    view = _surface(sandbox, person_id, given)
    blocks = view["blocks"]
    for state in _states(sandbox, view, given):
        if given.get("place") and menus.find_exactly(state, given["place"]):
            blocks = state
            break
    action = await choices.made(sandbox, person_id, blocks, given, {"view": view})
    held = view["state"]["values"].get(action["block_id"], {}).get(action["action_id"])
    if action["type"] in form_state.VALUE_KEYS and held is not None:
        key = form_state.VALUE_KEYS[action["type"]][0]
        held[key] = action[key]
    return await _press(sandbox, person_id, view, action)


async def _press(sandbox: Sandbox, person_id: str, view: Json, action: Json) -> Outcome:
    if not sandbox.manifest.interactive:
        return Outcome().tell(sandbox, person_id, answers.FAILED)
    person = interactions.actor(sandbox, person_id)
    payload = interactions.view_press(sandbox, person, view, action)
    delivery = await interactions.send_payload(sandbox, payload)
    return answers.of_press(sandbox, person_id, delivery)


VERBS = {
    "command": acting.command,
    "shortcut": acting.shortcut,
    "message_shortcut": acting.message_shortcut,
    "click": acting.click,
    "choose": acting.choose,
    "open_home": acting.open_home,
    "fill": fill,
    "enter": enter,
    "submit": submit,
    "close_view": close_view,
    "click_view": click_view,
    "choose_view": choose_view,
}
