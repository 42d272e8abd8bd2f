"""Blocks and views, written by hand so that no other builder's mistakes hide in them."""

from typing import Any

Json = dict[str, Any]


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def mrkdwn(text: str, **more: Any) -> Json:
    return {"type": "mrkdwn", "text": text, **more}


def section(text: str, **more: Any) -> Json:
    return {"type": "section", "text": mrkdwn(text), **more}


def option(text: str, value: str | None = None) -> Json:
    return {"text": plain(text), "value": value or text.lower()}


def options(count: int) -> list[Json]:
    return [option(f"Option {number}") for number in range(count)]


def button(text: str, action_id: str = "press", **more: Any) -> Json:
    return {"type": "button", "text": plain(text), "action_id": action_id, **more}


def actions(*elements: Json, **more: Any) -> Json:
    return {"type": "actions", "elements": list(elements), **more}


def select(*texts: str, **more: Any) -> Json:
    offered = [option(text) for text in texts]
    return {"type": "static_select", "action_id": "menu", "options": offered, **more}


def text_input(label: str, block_id: str, **more: Any) -> Json:
    element = {"type": "plain_text_input", "action_id": "value", **more}
    return input_of(label, block_id, element)


def input_of(label: str, block_id: str, element: Json, **more: Any) -> Json:
    shown = {"type": "input", "block_id": block_id, "label": plain(label)}
    return shown | {"element": {"action_id": "value", **element}} | more


def modal(*blocks: Json, **more: Any) -> Json:
    return {
        "type": "modal",
        "callback_id": "form",
        "title": plain("A form"),
        "submit": plain("Send"),
        "blocks": list(blocks) or [section("Hello")],
        **more,
    }


def home(*blocks: Json) -> Json:
    return {"type": "home", "callback_id": "home", "blocks": list(blocks)}
