"""The admin API: setting the stage, acting as people, looking at what they see, causing faults."""

from __future__ import annotations

import base64
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from bot.sandbox.slack import (
    acting_forms,
    acting_messages,
    membership,
    screen,
    stage,
    suggestions,
)
from bot.sandbox.slack.answers import Outcome
from bot.sandbox.slack.errors import ImpossibleAct, SlackRefusal
from bot.sandbox.slack.faults import Fault
from bot.sandbox.slack.sandbox import Sandbox
from bot.sandbox.slack.transport import Delivery
from bot.sandbox.slack.web_api import SANDBOX, json_response

Json = dict[str, Any]
LONGEST_WAIT = 5.0
Handler = Callable[[Sandbox, Json], Awaitable[Any]]


def endpoint(work: Handler, *, changes: bool = True) -> Callable[..., Awaitable[web.Response]]:
    """An HTTP handler around a function of the sandbox and the given values."""

    async def handle(request: web.Request) -> web.Response:
        sandbox = request.app[SANDBOX]
        given: Json = dict(request.query) | dict(request.match_info)
        if request.can_read_body:
            given |= await request.json()
        try:
            result = await work(sandbox, given)
        except ImpossibleAct as refusal:
            return json_response({"error": str(refusal)}, 409)
        except SlackRefusal as refusal:
            return json_response({"error": refusal.name}, 409)
        except (KeyError, ValueError, TypeError) as error:
            return json_response({"error": f"{type(error).__name__}: {error}"}, 400)
        if changes:
            sandbox.touch()
        return json_response(result)

    return handle


async def act(sandbox: Sandbox, given: Json) -> Json:
    """One act of a person; answers after the app did, with what the person then sees."""
    person, verb = given["person"], given["verb"]
    if verb == "options":
        return await suggestions.options(sandbox, person, given)
    if verb in acting_messages.VERBS:
        return await acting_messages.VERBS[verb](sandbox, person, given)
    if verb not in acting_forms.VERBS:
        raise ImpossibleAct(f"people cannot {verb}")
    outcome: Outcome = await acting_forms.VERBS[verb](sandbox, person, given)
    return outcome.shown() | {"view": screen.open_view_for(sandbox, person)}


async def see(sandbox: Sandbox, given: Json) -> Any:
    person, what = given["person"], given["what"]
    if person not in sandbox.workspace.people:
        raise ImpossibleAct(f"there is no person {person}")
    if what == "messages":
        return screen.messages_for(sandbox, person, given["channel"], given.get("thread_ts"))
    if what not in SIGHTS:
        raise ImpossibleAct(f"people do not see {what}")
    return SIGHTS[what](sandbox, person)


SIGHTS: dict[str, Callable[[Sandbox, str], Any]] = {
    "view": screen.open_view_for,
    "home": screen.home_for,
    "dms": screen.dms_for,
    "ephemerals": screen.ephemerals_for,
    "channels": screen.channels_for,
    "notices": lambda sandbox, person: sandbox.notices.get(person) or [],
}


async def all_messages(sandbox: Sandbox, given: Json) -> Any:
    return screen.all_messages(sandbox, given["channel"])


async def change_membership(sandbox: Sandbox, given: Json) -> Json:
    channel = sandbox.workspace.channels[given["channel"]]
    change = membership.join if given["change"] == "join" else membership.leave
    change(sandbox, channel, given["person"])
    return {}


async def add_fault(sandbox: Sandbox, given: Json) -> Json:
    sandbox.faults.add(Fault(**given))
    return {}


async def clear_faults(sandbox: Sandbox, given: Json) -> Json:
    sandbox.faults.clear(given.get("method"))
    return {}


async def set_limits(sandbox: Sandbox, given: Json) -> Json:
    limits = sandbox.limits
    if "method" in given:
        limits.override(given["method"], float(given["per_minute"]), int(given["burst"]))
    elif "burst" in given:
        limits.burst = given["burst"]
    if given.get("enabled") is not None:
        limits.enabled = bool(given["enabled"])
    return {}


async def calls(sandbox: Sandbox, given: Json) -> list[Json]:
    wanted = given.get("method")
    if wanted:
        return list(sandbox.calls.get(wanted) or [])
    found = [call for log in sandbox.calls.values() for call in log]
    return sorted(found, key=lambda call: float(call["at"]))


async def forget_calls(sandbox: Sandbox, given: Json) -> Json:
    sandbox.calls.clear()
    sandbox.transport.log.clear()
    return {}


async def deliveries(sandbox: Sandbox, given: Json) -> list[Json]:
    return [delivery.shown() for delivery in sandbox.transport.log]


async def send_event(sandbox: Sandbox, given: Json) -> list[Json]:
    """Any event, whatever the manifest says; quick retries are waited for."""
    sent: list[Delivery] = []
    event_id = given.get("event_id")
    shared = bool(given.get("shared"))
    envelope = sandbox.events.envelope(given["event"], event_id=event_id, shared=shared)
    envelope |= given.get("envelope") or {}
    retries_are_quick = sum(sandbox.events.retry_delays) < LONGEST_WAIT
    for _ in range(int(given.get("times") or 1)):
        if retries_are_quick:
            sent += await sandbox.events.deliver_fully(envelope)
        else:
            sent.append(await sandbox.events.deliver(envelope))
    return [delivery.shown() for delivery in sent]


async def send_raw(sandbox: Sandbox, given: Json) -> Json:
    """A request as given; a signature is added only when asked for."""
    body = base64.b64decode(given["body"])
    headers = dict(given.get("headers") or {})
    if given.get("sign", True):
        lower = {key.lower(): value for key, value in headers.items()}
        content_type = lower.get("content-type", "application/json")
        headers = sandbox.transport.signed(body, content_type) | headers
    delivery = await sandbox.transport.send(Delivery("raw", ""), body, headers)
    return delivery.shown()


async def settle(sandbox: Sandbox, given: Json) -> Json:
    return {"settled": await sandbox.events.settle(float(given.get("seconds") or 10))}


async def advance_clock(sandbox: Sandbox, given: Json) -> Json:
    sandbox.workspace.clock.shift += float(given["seconds"])
    return {"shift": sandbox.workspace.clock.shift}


ROUTES = [
    web.post("/admin/act/{person}/{verb}", endpoint(act)),
    web.get("/admin/see/{person}/{what}", endpoint(see, changes=False)),
    web.get("/admin/messages", endpoint(all_messages, changes=False)),
    web.post("/admin/people", endpoint(stage.put_person)),
    web.post("/admin/channels", endpoint(stage.put_channel)),
    web.get("/admin/channels", endpoint(stage.list_channels, changes=False)),
    web.get("/admin/people", endpoint(stage.list_people, changes=False)),
    web.get("/admin/files/{file}", endpoint(stage.file_content, changes=False)),
    web.post("/admin/channels/{channel}/{change:join|leave}", endpoint(change_membership)),
    web.post("/admin/app", endpoint(stage.set_app, changes=False)),
    web.post("/admin/sockets", endpoint(stage.tend_sockets, changes=False)),
    web.post("/admin/settings", endpoint(stage.set_settings, changes=False)),
    web.post("/admin/reset", endpoint(stage.reset)),
    web.post("/admin/faults", endpoint(add_fault, changes=False)),
    web.delete("/admin/faults", endpoint(clear_faults, changes=False)),
    web.post("/admin/rate-limits", endpoint(set_limits, changes=False)),
    web.get("/admin/calls", endpoint(calls, changes=False)),
    web.delete("/admin/calls", endpoint(forget_calls, changes=False)),
    web.get("/admin/deliveries", endpoint(deliveries, changes=False)),
    web.post("/admin/events", endpoint(send_event, changes=False)),
    web.post("/admin/raw", endpoint(send_raw, changes=False)),
    web.post("/admin/settle", endpoint(settle, changes=False)),
    web.post("/admin/clock", endpoint(advance_clock, changes=False)),
]
