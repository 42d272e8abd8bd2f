"""Writing down who was refused what. Whoever was refused is answered whatever becomes of it."""

import asyncio
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID

import structlog

from bot.deps import Deps
from bot.interaction import identity_of
from bot.payloads import storable
from bot.payloads.wishes import Show, ShowPart, parse_command
from core.db import unit_of_work
from core.errors import HelpDeskError, NotAllowed, NotFound
from core.tickets.models import Source
from core.tickets.refusals import Mentioned, Tried, write_refusal

log = structlog.get_logger(__name__)

#: Seconds; nobody waits longer for their answer because of it.
WITHIN = 1.0
_NAME_MAX = 100
_JSON = re.compile(r"\{[^{}]{1,300}\}")
_SOURCES: Mapping[str, Source] = {
    "block_actions": Source.BUTTON,
    "block_suggestion": Source.FORM,
    "view_submission": Source.FORM,
    "shortcut": Source.SHORTCUT,
    "message_action": Source.SHORTCUT,
}


async def note_refusal(deps: Deps, error: Exception, body: dict[str, Any]) -> None:
    """In a unit of work of its own: that of the action is rolled back."""
    if not isinstance(error, NotAllowed | NotFound):
        return
    try:
        tried = _tried(error, body)
        async with asyncio.timeout(WITHIN), unit_of_work(deps.sessions) as session:
            await write_refusal(session, tried)
    except (HelpDeskError, TimeoutError) as failure:
        log.warning("refusal_not_written", refusal=error.text, error=str(failure))
    except Exception:
        # A fault of ours here is no reason to leave the person without an answer.
        log.exception("refusal_not_written", refusal=error.text)


def _tried(error: NotAllowed | NotFound, body: dict[str, Any]) -> Tried:
    """Raises Malformed when nobody is named."""
    source, action = _what(body)
    return Tried(
        who=identity_of(body),
        source=source,
        action=storable(action)[:_NAME_MAX],
        reason=error.text,
        about=_unseen(error) or _about(body),
        is_hidden=isinstance(error, NotFound),
    )


def _what(body: dict[str, Any]) -> tuple[Source, str]:
    if "command" in body:
        return Source.COMMAND, str(body["command"])
    kind = str(body.get("type"))
    if kind == "event_callback":
        event = str(body["event"].get("type"))
        return (Source.REACTION if event.startswith("reaction") else Source.MESSAGE), event
    if kind == "block_actions":
        return Source.BUTTON, _of_action(body["actions"][0])
    view = body.get("view")
    named = body.get("action_id") or body.get("callback_id")
    if kind == "view_submission" and isinstance(view, dict):
        named = view.get("callback_id")
    return _SOURCES.get(kind, Source.FORM), str(named)


def _of_action(action: dict[str, Any]) -> str:
    """A menu's entry says more than its menu."""
    chosen = action.get("selected_option")
    value = chosen.get("value") if isinstance(chosen, dict) else None
    entry = str(value).partition(" ")[0] if isinstance(value, str) and " " in value else ""
    return f"{action['action_id']} {entry}".strip()


def _unseen(error: HelpDeskError) -> Mentioned | None:
    """What we refused to show is told by us, not by a payload that may not name it."""
    if error.unseen is None:
        return None
    return Mentioned(number=int(error.unseen.removeprefix("HD-").partition("/")[0]))


def _about(body: dict[str, Any]) -> Mentioned:
    if "command" in body:
        match parse_command(body.get("text")):
            case Show(number) | ShowPart(number, _):
                return Mentioned(number=number)
            case _:
                return Mentioned()
    for raw in _carried(body):
        for found in _JSON.findall(raw) if isinstance(raw, str) else ():
            about = _mentioned(found)
            if about != Mentioned():
                return about
    return Mentioned()


def _carried(body: dict[str, Any]) -> Iterator[Any]:
    """Where we hide what a button or form is about."""
    actions, view = body.get("actions"), body.get("view")
    for action in actions if isinstance(actions, list) else ():
        chosen = action.get("selected_option")
        yield chosen.get("value") if isinstance(chosen, dict) else action.get("value")
    if isinstance(view, dict):
        yield view.get("private_metadata")


def _mentioned(raw: str) -> Mentioned:
    try:
        found = json.loads(raw)
        ticket_id = UUID(found["t"]) if isinstance(found.get("t"), str) else None
    except ValueError:
        return Mentioned()
    part = found.get("p")
    return Mentioned(ticket_id=ticket_id, part_id=part if type(part) is int else None)
