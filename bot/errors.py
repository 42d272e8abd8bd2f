"""What a person sees when something did not work, and where: one place for every failure."""

import secrets
from typing import Any

import structlog
from slack_bolt.response import BoltResponse

from bot.deps import Deps
from bot.gateway import SlackFailure
from bot.interaction import Malformed, answer_url, open_view
from bot.views import refusals
from core.errors import HelpDeskError, InvalidField, Unavailable

log = structlog.get_logger(__name__)


async def show_error(deps: Deps, error: Exception, body: dict[str, Any]) -> BoltResponse:
    """A refusal is said where the person is looking; a fault of ours gets a reference number,
    and makes Slack send an event again."""
    if isinstance(error, Malformed):
        return BoltResponse(status=400, body={"error": error.text})
    text = error.text if isinstance(error, HelpDeskError) else _unexpected(error, body)
    kind = body.get("type")
    if kind == "event_callback":
        return _for_slack(error)
    if kind == "view_submission":
        return _beside_field(error, text, body)
    if "command" in body:
        return BoltResponse(status=200, body=_command_answer(error, text, body))
    if kind == "block_suggestion":
        return BoltResponse(status=200, body={"options": []})
    return await _in_a_window(deps, text, body)


def _unexpected(error: Exception, body: dict[str, Any]) -> str:
    reference = secrets.token_hex(4)
    log.error("request_failed", reference=reference, kind=body.get("type"), exc_info=error)
    return refusals.unexpected(reference)


def _for_slack(error: Exception) -> BoltResponse:
    if isinstance(error, Unavailable):
        return BoltResponse(status=503, body={"error": "try again later"})
    if isinstance(error, HelpDeskError):
        log.info("event_refused", reason=error.text)
        return BoltResponse(status=200, body="")
    return BoltResponse(status=500, body={"error": "internal error"})


def _beside_field(error: Exception, text: str, body: dict[str, Any]) -> BoltResponse:
    # The form stays open with everything that was typed.
    blocks = [block["block_id"] for block in body["view"]["blocks"] if block.get("type") == "input"]
    field = error.field if isinstance(error, InvalidField) else None
    if not blocks:
        view = refusals.refusal_view(text)
        return BoltResponse(status=200, body={"response_action": "update", "view": view})
    # An input that a form got anew is called `field@…`.
    place = next((name for name in blocks if name.partition("@")[0] == field), blocks[0])
    return BoltResponse(status=200, body={"response_action": "errors", "errors": {place: text}})


def _command_answer(error: Exception, text: str, body: dict[str, Any]) -> dict[str, Any]:
    if isinstance(error, Unavailable):
        typed = f"{body['command']} {body.get('text') or ''}".strip()
        return {"response_type": "ephemeral", **refusals.records_away_keeping(typed)}
    return {"response_type": "ephemeral", **refusals.refusal(text)}


async def _in_a_window(deps: Deps, text: str, body: dict[str, Any]) -> BoltResponse:
    try:
        await open_view(deps, body, refusals.refusal_view(text))
    except (HelpDeskError, SlackFailure) as error:
        log.warning("refusal_not_shown", refusal=text, error=str(error))
        await _through_response_url(deps, text, body)
    return BoltResponse(status=200, body="")


async def _through_response_url(deps: Deps, text: str, body: dict[str, Any]) -> None:
    said = {"response_type": "ephemeral", "replace_original": False, **refusals.refusal(text)}
    await answer_url(deps, body, said)
