"""What is said about parts: at the desk that has one, at the desk it came from, to one person."""

import uuid
from datetime import timedelta
from typing import Any

from core.notices import Place, Topic
from core.outbox import Row


def card(place: Place) -> Row:
    return Row(Topic.PART_CARD, place.lane, place.payload())


def refresh(place: Place, fold: timedelta) -> Row:
    """In a lane of its own, as the refreshes of a ticket's cards are."""
    key = f"{Topic.PART_CARD_CHANGED}:{place.part_id}"
    return Row(Topic.PART_CARD_CHANGED, key, place.payload(), fold_key=key, delay=fold)


def happened(
    part_id: int, audit_id: int, *places: Place, reader_id: uuid.UUID | None = None
) -> list[Row]:
    """`about` is the part it is about, wherever that is said; the reader is called by name."""
    more: dict[str, Any] = {"reader_id": str(reader_id)} if reader_id else {}
    more |= {"about": part_id, "audit_id": audit_id}
    return [Row(Topic.PART_HAPPENED, each.lane, each.payload(**more)) for each in places]


def said(part_id: int, message_id: int, *places: Place) -> list[Row]:
    more = {"about": part_id, "message_id": message_id}
    return [Row(Topic.PART_SAID, each.lane, each.payload(**more)) for each in places]


def parts_done(desk: Place) -> Row:
    return Row(Topic.PARTS_DONE, desk.lane, desk.payload())
