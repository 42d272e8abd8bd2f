"""Checks of whole payloads: the blocks of a message, a view, the options of a menu."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from bot.sandbox.slack.blockkit.blocks import check_blocks, markdown_length
from bot.sandbox.slack.blockkit.problems import Problems
from bot.sandbox.slack.blockkit.texts import (
    check_groups,
    check_optional_text,
    check_options,
    check_text,
)
from bot.sandbox.slack.errors import SlackRefusal

Json = dict[str, Any]
LARGEST_VIEW = 250_000
MOST_ATTACHMENTS = 100


@contextmanager
def _misshapen_is(name: str) -> Iterator[None]:
    """Values of a wrong type deep inside are one more reason to refuse."""
    try:
        yield
    except (TypeError, AttributeError, ValueError) as error:
        raise SlackRefusal(name, [f"[ERROR] malformed: {error} [json-pointer:]"]) from error


def check_message(blocks: Any, attachments: Any) -> None:
    """Refuse what chat.postMessage and chat.update refuse."""
    if blocks is not None:
        if not isinstance(blocks, list):
            raise SlackRefusal("invalid_blocks_format")
        problems = Problems()
        with _misshapen_is("invalid_blocks"):
            check_blocks(problems, "/blocks", blocks, "message")
        if problems:
            raise SlackRefusal("invalid_blocks", problems.found)
        if markdown_length(blocks) > 12_000:
            raise SlackRefusal("msg_blocks_too_long")
    if attachments is not None:
        _check_attachments(attachments)


def _check_attachments(attachments: Any) -> None:
    if not isinstance(attachments, list):
        raise SlackRefusal("invalid_attachments")
    if len(attachments) > MOST_ATTACHMENTS:
        raise SlackRefusal("too_many_attachments")
    problems = Problems()
    for index, attachment in enumerate(attachments):
        if isinstance(attachment, dict) and attachment.get("blocks"):
            path = f"/attachments/{index}/blocks"
            with _misshapen_is("invalid_attachments"):
                check_blocks(problems, path, attachment["blocks"], "message")
    if problems:
        raise SlackRefusal("invalid_attachments", problems.found)


def check_view(view: Any, surfaces: tuple[str, ...]) -> None:
    """Refuse what the views.* methods refuse (rules 1.45 and 1.47)."""
    if not isinstance(view, dict):
        raise SlackRefusal("invalid_arguments", ["[ERROR] must be an object [json-pointer:/view]"])
    if len(json.dumps(view, ensure_ascii=False).encode()) > LARGEST_VIEW:
        raise SlackRefusal("view_too_large")
    problems = Problems()
    surface = view.get("type")
    if surface not in surfaces:
        problems.add("/view/type", f"must be one of {', '.join(surfaces)}")
    else:
        with _misshapen_is("invalid_arguments"):
            check_blocks(problems, "/view/blocks", view.get("blocks"), str(surface))
    if surface == "modal":
        _check_modal(problems, view)
    for key, most in (("private_metadata", 3000), ("callback_id", 255), ("external_id", 255)):
        problems.optional_string(f"/view/{key}", view.get(key), most)
    if problems:
        raise SlackRefusal("invalid_arguments", problems.found)


def _check_modal(problems: Problems, view: Json) -> None:
    check_text(problems, "/view/title", view.get("title"), 24)
    check_optional_text(problems, "/view/submit", view.get("submit"), 24)
    check_optional_text(problems, "/view/close", view.get("close"), 24)
    blocks = view.get("blocks")
    has_input = isinstance(blocks, list) and any(
        isinstance(block, dict) and block.get("type") == "input" for block in blocks
    )
    if has_input and not view.get("submit"):
        problems.add("/view/submit", "is required when blocks contain an input")


def check_suggestions(answer: Any, kind: str) -> list[str]:
    """What is wrong with an app's answer to a block_suggestion (rules 1.51 and 1.52)."""
    problems = Problems()
    if not isinstance(answer, dict) or ("options" in answer) == ("option_groups" in answer):
        problems.add("", "exactly one of options and option_groups is required")
    elif answer.get("options"):
        check_options(problems, "/options", answer["options"], kind, 100)
    elif answer.get("option_groups"):
        check_groups(problems, "/option_groups", answer["option_groups"], kind)
    return problems.found
