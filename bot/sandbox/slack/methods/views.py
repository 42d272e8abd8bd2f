"""views.*: modals and the Home tab."""

from __future__ import annotations

from typing import Any

from bot.sandbox.slack.errors import SlackRefusal
from bot.sandbox.slack.methods.call import Call, Method

Json = dict[str, Any]


def open_view(call: Call) -> Json:
    """The trigger is used up only by a call that succeeds."""
    view = call.parsed("view", "invalid_arguments")
    trigger = call.sandbox.keys.exchange(call.required("trigger_id"))
    opened = call.sandbox.views.open(trigger.person, view)
    trigger.used = True
    return {"view": opened}


def push(call: Call) -> Json:
    view = call.parsed("view", "invalid_arguments")
    trigger = call.sandbox.keys.exchange(call.required("trigger_id"))
    pushed = call.sandbox.views.push(trigger.person, view)
    trigger.used = True
    return {"view": pushed}


def update(call: Call) -> Json:
    view = call.parsed("view", "invalid_arguments")
    view_id = call.text("view_id")
    if not view_id:
        view_id = call.sandbox.views.id_for_external(call.required("external_id"))
    return {"view": call.sandbox.views.update(view_id, view, call.text("hash"))}


def publish(call: Call) -> Json:
    view = call.parsed("view", "invalid_arguments")
    person = call.required("user_id")
    if person not in call.workspace.people:
        raise SlackRefusal("user_not_found")
    if not call.sandbox.manifest.home_tab:
        raise SlackRefusal("not_enabled")
    return {"view": call.sandbox.views.publish(person, view, call.text("hash"))}


METHODS = {
    "views.open": Method(open_view, 4),
    "views.push": Method(push, 4),
    "views.update": Method(update, 4),
    "views.publish": Method(publish, 4),
}
