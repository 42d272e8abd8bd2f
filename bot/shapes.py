"""Is it a payload Slack could send? Bolt and the listeners rely on these parts being there."""

from collections.abc import Callable, Mapping
from typing import Any

from slack_bolt.response import BoltResponse


def check_shape(body: dict[str, Any]) -> BoltResponse | None:
    """The answer for what needs no listener or is no payload; None for what may go on."""
    if body.get("type") == "app_rate_limited" or body.get("ssl_check") == "1":
        return BoltResponse(status=200, body="")
    if "command" in body:
        is_well = isinstance(body["command"], str)
    else:
        is_well = _SHAPES.get(str(body.get("type")), _unknown)(body)
    if is_well:
        return None
    return BoltResponse(status=400, body={"error": "not a payload the help desk understands"})


def _unknown(body: dict[str, Any]) -> bool:
    return False


def _is_action(body: dict[str, Any]) -> bool:
    actions = body.get("actions")
    return (
        isinstance(actions, list)
        and bool(actions)
        and all(isinstance(each, dict) for each in actions)
        and isinstance(actions[0].get("action_id"), str)
        and _is_window(body.get("view"))
    )


def _is_window(view: Any) -> bool:
    """What a button stands in, if it stands in one; listeners miss what is missing."""
    return view is None or (isinstance(view, dict) and _are_blocks(view.get("blocks", [])))


def _is_view(body: dict[str, Any]) -> bool:
    view = body.get("view")
    return (
        isinstance(view, dict)
        and isinstance(view.get("callback_id"), str)
        and _are_blocks(view.get("blocks"))
    )


def _are_blocks(blocks: Any) -> bool:
    return isinstance(blocks, list) and all(
        isinstance(block, dict) and isinstance(block.get("block_id"), str) for block in blocks
    )


def _is_event(body: dict[str, Any]) -> bool:
    event = body.get("event")
    return isinstance(event, dict) and isinstance(event.get("type"), str)


def _names(key: str) -> Callable[[dict[str, Any]], bool]:
    return lambda body: isinstance(body.get(key), str)


_SHAPES: Mapping[str, Callable[[dict[str, Any]], bool]] = {
    "block_actions": _is_action,
    "view_submission": _is_view,
    "view_closed": _is_view,
    "event_callback": _is_event,
    "block_suggestion": _names("action_id"),
    "shortcut": _names("callback_id"),
    "message_action": _names("callback_id"),
    "url_verification": _names("challenge"),
}
