"""What has to be done about a file, as rows of the outbox."""

import uuid
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from core.notices import Place, Topic
from core.outbox import Row


@dataclass(frozen=True, slots=True)
class Offered:
    """A file somebody shared in a place of a ticket, or gave with its form; then there is no
    message. Whether they may was asked when the row was written."""

    place: Place
    slack_file_id: str
    uploader_id: uuid.UUID
    message_id: int | None = None

    def row(self) -> Row:
        """Files of one message are fetched one after another, and hold up no words."""
        payload = self.place.payload(
            slack_file_id=self.slack_file_id, uploader_id=str(self.uploader_id)
        )
        if self.message_id is not None:
            payload["message_id"] = self.message_id
        lane = f"files:{self.place.ticket_id}:{self.message_id or ''}"
        key = f"{Topic.FILE_OFFERED}:{self.slack_file_id}:{lane}"
        return Row(Topic.FILE_OFFERED, lane, payload, fold_key=key)

    @classmethod
    def of(cls, payload: dict[str, Any]) -> "Offered":
        return cls(
            Place.of(payload),
            payload["slack_file_id"],
            uuid.UUID(payload["uploader_id"]),
            payload.get("message_id"),
        )


def copied(attachment_id: int, place: Place, hold: timedelta = timedelta()) -> Row:
    payload = place.payload(attachment_id=attachment_id)
    return Row(Topic.FILE_COPIED, place.lane, payload, delay=hold)


def between_desks(attachment_id: int, desk: Place, part_id: int) -> Row:
    """What was shared in the thread of a part, at the desk that passed it on."""
    payload = desk.payload(attachment_id=attachment_id, about=part_id)
    return Row(Topic.FILE_COPIED, desk.lane, payload)


def refused(offered: Offered, audit_id: int) -> Row:
    place = offered.place
    payload = place.payload(audit_id=audit_id, reader_id=str(offered.uploader_id))
    return Row(Topic.FILE_REFUSED, place.lane, payload)


def sent(notification_id: int, reader_id: uuid.UUID) -> Row:
    payload = {"notification_id": notification_id}
    return Row(Topic.FILE_SENT, f"files:{reader_id}", payload)
