"""The forms that the desk writes with, and the message that somebody sends on."""

import json
from dataclasses import dataclass
from hashlib import sha256
from typing import Any
from uuid import UUID

from bot.ids import Field
from bot.payloads import TicketRef
from bot.payloads.part_forms import Answers
from core.errors import Refused

NOT_AT_A_DESK = "Use this on a message in the thread below a ticket's card."
_OF_AN_APP = "This was written by an app. You can send on what a person wrote here."


@dataclass(frozen=True, slots=True)
class PreviewRef:
    """Which ticket, and which words its reader was shown to get."""

    ticket: TicketRef
    shown: str
    #: The canned reply that was chosen for it.
    canned_id: int | None = None

    def dump(self) -> str:
        more = {"s": self.shown} | ({"c": self.canned_id} if self.canned_id else {})
        return json.dumps(json.loads(self.ticket.dump()) | more)

    @classmethod
    def of(
        cls, ticket_id: UUID, version: int, words: str, canned_id: int | None = None
    ) -> "PreviewRef":
        return cls(TicketRef(ticket_id, version), _fingerprint(words), canned_id)

    @classmethod
    def load(cls, raw: Any) -> "PreviewRef":
        """Raises Refused for anything that `dump` did not write."""
        ticket, hidden = TicketRef.load(raw), json.loads(raw)
        return cls(ticket, str(hidden.get("s") or ""), _id(hidden.get("c")))

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


@dataclass(frozen=True, slots=True)
class ReplyDraft:
    """The form "Reply to requester" while it is written; nothing of it is checked."""

    ticket: TicketRef
    words: str
    canned_id: int | None
    #: How often its input was made anew.
    turn: int


def read_draft(view: Any) -> ReplyDraft:
    """Raises Refused for what is no form of ours."""
    blocks = [str(each.get("block_id")) for each in view.get("blocks") or []]
    is_reply = (each for each in blocks if each.partition("@")[0] == Field.REPLY)
    block = next(is_reply, Field.REPLY.value)
    turn = block.partition("@")[2]
    return ReplyDraft(
        TicketRef.load(view.get("private_metadata")),
        Answers(view).text(Field.REPLY, block),
        canned_of(view),
        int(turn) if turn.isdecimal() and len(turn) < 4 else 0,
    )


def canned_of(view: Any) -> int | None:
    """The canned reply that is chosen in the form."""
    chosen = Answers(view).option(Field.CANNED)
    return _id(chosen[0] if chosen else None)


def _id(raw: Any) -> int | None:
    digits = str(raw)
    return int(digits) if digits.isascii() and digits.isdecimal() and len(digits) < 19 else None


def _fingerprint(words: str) -> str:
    return sha256(words.encode()).hexdigest()[:32]
