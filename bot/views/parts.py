"""What every view is made of. Slack's limits are kept here, so that no view has to count."""

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, TypedDict

from bot.ids import Action, View
from core.wording import in_one_line

Block = dict[str, Any]
Form = dict[str, Any]


class Message(TypedDict):
    """`text` is what notifications and screen readers say; `blocks` are what is shown."""

    text: str
    blocks: list[Block]


#: Slack splits a longer text into several messages, and refuses to update one.
FALLBACK_MAX = 3900
TEXT_MAX = 3000
FIELD_MAX = 2000
HEADER_MAX = 150
NAME_MAX = 80
BLOCKS_MAX = 50
MODAL_BLOCKS_MAX = 100
OPTIONS_MAX = 100
TITLE_MAX = 24
BUTTON_MAX = 75
OPTION_MAX = 75

#: Stands where there is nothing to say; Slack refuses an empty text.
NOTHING = "–"

_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
_USER_ID = re.compile(r"[UW][A-Z0-9]+")


def escape(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def clip(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def clip_escaped(text: str, most: int) -> str:
    """Escaped, and cut before that where it would be too long, so that no entity is cut."""
    if len(text) <= most:
        whole = escape(text)
        if len(whole) <= most:
            return whole
    end, room = 0, most - 1
    for sign in text:
        room -= len(_ENTITIES.get(sign, sign))
        if room < 0:
            break
        end += 1
    return escape(text[:end].rstrip()) + "…"


def one_line(text: str) -> str:
    return in_one_line(text)


def plain_text(text: str, most: int = TEXT_MAX) -> Block:
    """The carrier for foreign text: Slack reads nothing into it."""
    return {
        "type": "plain_text",
        "text": clip(text, most) if text.strip() else NOTHING,
        "emoji": False,
    }


def mrkdwn(markup: str) -> Block:
    """`markup` is ours: foreign text inside it comes through `clip_escaped`."""
    return {"type": "mrkdwn", "text": markup, "verbatim": True}


def date(moment: datetime) -> str:
    """Markup that everyone reads in their own time zone."""
    fallback = f"{moment.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
    return f"<!date^{int(moment.timestamp())}^{{date_short_pretty}} at {{time}}|{fallback}>"


def time_of_day(moment: datetime) -> str:
    """The same, of something that was a moment ago."""
    fallback = f"{moment.astimezone(UTC):%H:%M} UTC"
    return f"<!date^{int(moment.timestamp())}^{{time}}|{fallback}>"


def mention(slack_user_id: str) -> str:
    """Markup that notifies the person: only for whom the message addresses."""
    if _USER_ID.fullmatch(slack_user_id):
        return f"<@{slack_user_id}>"
    return clip_escaped(slack_user_id, NAME_MAX)


def header(text: str) -> Block:
    return {"type": "header", "text": plain_text(one_line(text), HEADER_MAX)}


def divider() -> Block:
    return {"type": "divider"}


def section(text: Block) -> Block:
    return {"type": "section", "text": text}


def fields(facts: Iterable[tuple[str, str]]) -> Block:
    """Of (label, markup)."""
    shown = [mrkdwn(f"*{label}*\n{markup}") for label, markup in facts]
    return {"type": "section", "fields": shown[:10]}


def context(*texts: Block) -> Block:
    return {"type": "context", "elements": list(texts[:10])}


def rich_text(text: str) -> list[Block]:
    """Foreign text at full length, with its line breaks; Slack reads nothing into it."""
    cut = [text[start : start + TEXT_MAX] for start in range(0, len(text), TEXT_MAX)]
    # Slack refuses a stretch of nothing but spaces.
    pieces = [piece if piece.strip() else NOTHING for piece in cut]
    return [
        {
            "type": "rich_text",
            "elements": [
                {"type": "rich_text_section", "elements": [{"type": "text", "text": piece}]}
            ],
        }
        for piece in [each for each in pieces if each.strip()] or [NOTHING]
    ]


def rich_words(text: str, *, italic: bool = False) -> Block:
    """A stretch of words within rich text."""
    found: Block = {"type": "text", "text": text}
    return found | {"style": {"italic": True}} if italic else found


def button(action: Action, label: str, value: str, style: str | None = None) -> Block:
    found = {
        "type": "button",
        "action_id": action.value,
        "text": plain_text(label, BUTTON_MAX),
        "value": value,
    }
    return found | {"style": style} if style else found


def menu(action: Action, offered: Iterable[tuple[str, str]]) -> Block:
    """The three dots; at most five options of (label, value)."""
    listed = [option(label, value) for label, value in offered]
    return {"type": "overflow", "action_id": action.value, "options": listed}


def select(action: Action, offered: list[Block], chosen: Block | None) -> Block:
    """A menu that reports what is chosen at once."""
    found: Block = {"type": "static_select", "action_id": action.value, **choices(offered)}
    return found | {"initial_option": chosen} if chosen else found


def actions(buttons: Iterable[Block]) -> Block:
    return {"type": "actions", "elements": list(buttons)}


def message(text: str, blocks: Sequence[Block]) -> Message:
    """`text` is plain words, not markup."""
    shown = text if text.strip() else NOTHING
    return {"text": clip_escaped(shown, FALLBACK_MAX), "blocks": list(blocks[:BLOCKS_MAX])}


def option(label: str, value: str) -> Block:
    return {"text": plain_text(one_line(label), OPTION_MAX), "value": value}


def options(offered: Iterable[tuple[str, str]]) -> dict[str, list[Block]]:
    """The answer to a menu that asks what it may offer, of (label, value)."""
    return {"options": [option(label, value) for label, value in offered][:OPTIONS_MAX]}


def choices(offered: Sequence[Block]) -> dict[str, list[Block]]:
    """What a menu offers: more than a hundred options go in groups, by where they begin."""
    if len(offered) <= OPTIONS_MAX:
        return {"options": list(offered)}
    groups = [offered[n : n + OPTIONS_MAX] for n in range(0, len(offered), OPTIONS_MAX)]
    return {"option_groups": [{"label": _from_to(each), "options": list(each)} for each in groups]}


def _from_to(group: Sequence[Block]) -> Block:
    first, last = (clip(each["text"]["text"], 30) for each in (group[0], group[-1]))
    return plain_text(f"{first} – {last}", OPTION_MAX)


def text_input(field: StrEnum, most: int, *, multiline: bool = False, initial: str = "") -> Block:
    found: Block = {
        "type": "plain_text_input",
        "action_id": field.value,
        "multiline": multiline,
        "max_length": most,
    }
    return found | {"initial_value": clip(initial, most)} if initial.strip() else found


def external_select(field: StrEnum, placeholder: str) -> Block:
    return {
        "type": "external_select",
        "action_id": field.value,
        "min_query_length": 0,
        "placeholder": plain_text(placeholder, 150),
    }


def input_block(
    field: StrEnum, label: str, element: Block, *, optional: bool = False, hint: str = ""
) -> Block:
    found: Block = {
        "type": "input",
        "block_id": field.value,
        "label": plain_text(label),
        "element": element,
        "optional": optional,
    }
    return found | {"hint": plain_text(hint, FIELD_MAX)} if hint else found


def form(view: View, title: str, blocks: Sequence[Block], *, submit: str, hidden: str = "") -> Form:
    """`hidden` comes back with the submission; the person does not see it."""
    return modal(title, blocks, close="Cancel") | {
        "callback_id": view.value,
        "submit": plain_text(submit, TITLE_MAX),
        "private_metadata": hidden,
    }


def modal(title: str, blocks: Sequence[Block], *, close: str) -> Form:
    return {
        "type": "modal",
        "title": plain_text(title, TITLE_MAX),
        "close": plain_text(close, TITLE_MAX),
        "blocks": list(blocks[:MODAL_BLOCKS_MAX]),
    }
