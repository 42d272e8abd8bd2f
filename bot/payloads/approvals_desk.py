"""What an approver chooses and ticks on their desk, read into typed values."""

import re
from decimal import Decimal
from typing import Any

from bot.ids import Action
from bot.payloads.approval_refs import FactsRef
from core.errors import Refused
from core.tickets.approvals.views import Filters

ANY_AMOUNT = "all"
_SIZE = re.compile(r"([<>])([0-9]{1,12}(?:\.[0-9]{1,2})?)", re.ASCII)
_SELECTED_MOST = 10


def known_size(value: Any) -> str:
    """As we offered it; anything else leaves the amount open."""
    return value if isinstance(value, str) and _SIZE.fullmatch(value) else ANY_AMOUNT


def filters_of(size: str) -> Filters:
    found = _SIZE.fullmatch(size)
    if found is None:
        return Filters()
    bound = Decimal(found[2])
    return Filters(amount_below=bound) if found[1] == "<" else Filters(amount_from=bound)


def read_selected(view: Any) -> list[tuple[str, FactsRef]]:
    """What the person read beside each tick, and what it stands for. Raises Refused."""
    held: Any = view
    for key in ("state", "values", Action.APPROVALS_SELECT, Action.APPROVALS_SELECT):
        held = held.get(key) if isinstance(held, dict) else None
    options = held.get("selected_options") if isinstance(held, dict) else None
    if not isinstance(options, list):
        return []
    if len(options) > _SELECTED_MOST:
        raise Refused(f"Up to {_SELECTED_MOST} can be approved together.")
    return [_selected(each) for each in options]


def _selected(option: Any) -> tuple[str, FactsRef]:
    ref = FactsRef.load(option.get("value") if isinstance(option, dict) else None)
    text = option.get("text")
    label = text.get("text") if isinstance(text, dict) else None
    return (label if isinstance(label, str) else f"Request {ref.request_id}"), ref
