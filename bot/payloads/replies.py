"""The forms that the desk writes with, and the message that somebody sends on."""

import json
from dataclasses import dataclass
from hashlib import sha256
from typing import Any
from uuid import UUID

from bot.payloads import TicketRef
from core.errors import Refused

NOT_AT_A_DESK = "Use this on a message in the thread below a ticket's card."
_OF_AN_APP = "This was written by an app. You can send on what a person wrote here."


@dataclass(frozen=True, slots=True)
class PreviewRef:
    """Which ticket, and which words its reader was shown to get."""

    ticket: TicketRef
    shown: str

    def dump(self) -> str:
        return json.dumps(json.loads(self.ticket.dump()) | {"s": self.shown})

    @classmethod
    def of(cls, ticket_id: UUID, version: int, words: str) -> "PreviewRef":
        return cls(TicketRef(ticket_id, version), _fingerprint(words))

    @classmethod
    def load(cls, raw: Any) -> "PreviewRef":
        """Raises Refused for anything that `dump` did not write."""
        ticket = TicketRef.load(raw)
        return cls(ticket, str(json.loads(raw).get("s") or ""))

    def shows(self, words: str) -> bool:
        return self.shown == _fingerprint(words)


@dataclass(frozen=True, slots=True)
class Chosen:
    """A message in a thread."""

    channel_id: str
    root_ts: str
    message_ts: str


def read_chosen(body: dict[str, Any]) -> Chosen:
    """The message a shortcut was used on. Raises Refused for what no person wrote in a thread."""
    chosen, message = read_any_chosen(body), body["message"]
    if message.get("bot_id") or not message.get("user"):
        raise Refused(_OF_AN_APP)
    return chosen


def read_any_chosen(body: dict[str, Any]) -> Chosen:
    """The same, where words that we repeated count for who said them."""
    message, channel = body.get("message"), body.get("channel")
    if not isinstance(message, dict) or not isinstance(channel, dict):
        raise Refused(NOT_AT_A_DESK)
    found = (channel.get("id"), message.get("thread_ts"), message.get("ts"))
    if not all(isinstance(each, str) and each for each in found) or found[1] == found[2]:
        raise Refused(NOT_AT_A_DESK)
    return Chosen(*map(str, found))


def _fingerprint(words: str) -> str:
    return sha256(words.encode()).hexdigest()[:32]
