"""Whether the story ended as it should, from the database and from the local Slack."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.sandbox.demo.company import ANN, BEA, IT_DESK
from bot.sandbox.demo.records import Records
from bot.sandbox.demo.story import ANSWER, NOTE, REPLY, RESOLUTION, Ticket
from bot.sandbox.slack import SlackClient
from bot.sandbox.slack.client import Delivery, Message

SETTLED_WELL = frozenset({"sent", "skipped"})
#: Rows that become a message of their own; the others change a card, or whisper.
POSTS = frozenset(
    {"ticket.receipt", "ticket.card", "ticket.happened", "message.copied", "person.told"}
)
#: How often each thing is said: in the desk's thread, and in the requester's.
SAID = {NOTE: (1, 0), REPLY: (1, 1), ANSWER: (1, 1), RESOLUTION: (1, 1)}

#: What Ann is told in private, once each.
WHISPERED = ("Only the desk sees this", "Goes to Bea Okafor")


@dataclass(frozen=True)
class Finding:
    is_well: bool
    sentence: str


@dataclass(frozen=True)
class Slack:
    """What the local Slack keeps of the ticket."""

    desk: Sequence[Message]
    requester: Sequence[Message]
    everything: Sequence[Message]
    """All messages of both channels, other tickets' included."""
    seen_by_requester: str
    """Every word that Bea can find on her screen, private ones included."""
    whispers: Sequence[Message]
    """What Ann alone was told in the desk's thread."""
    requests: Sequence[Delivery]
    """What the local Slack asked of the bot since it started."""


async def read_slack(slack: SlackClient, ticket: Ticket) -> Slack:
    desk = await slack.all_messages(ticket.card.channel)
    requester = await slack.all_messages(ticket.receipt.channel)
    bea, ann = slack.acting(BEA.id), slack.acting(ANN.id)
    private = [*await bea.ephemerals(), *requester]
    whispers = [each for each in await ann.ephemerals() if each.thread_ts == ticket.card.ts]
    return Slack(
        desk=_thread(desk, ticket.card),
        requester=_thread(requester, ticket.receipt),
        everything=[*desk, *requester],
        seen_by_requester="\n".join(f"{each.text}\n{each.plain}" for each in private),
        whispers=whispers,
        requests=await slack.deliveries(),
    )


def judge(records: Records, slack: Slack) -> Iterator[Finding]:
    yield _status(records, slack)
    yield _outbox(records)
    yield _posted_once(records, slack)
    yield _said_once(slack)
    yield _kept_internal(slack)
    yield _answered(slack)


def _thread(messages: Sequence[Message], root: Message) -> list[Message]:
    return [each for each in messages if root.ts in (each.ts, each.thread_ts)]


def _status(records: Records, slack: Slack) -> Finding:
    key, status = f"HD-{records.ticket['number']}", records.ticket["status"]
    shown = [
        name
        for name, thread in (("card", slack.desk), ("receipt", slack.requester))
        if "Resolved" in thread[0].plain
    ]
    is_well = status == "resolved" and len(shown) == 2
    where = f"Resolved on: {', '.join(shown) or 'nothing'}"
    return Finding(is_well, f"{key} is {status} in the database. {where}.")


def _outbox(records: Records) -> Finding:
    outcomes = Counter(each["outcome"] or "waiting" for each in records.outbox)
    counted = ", ".join(f"{count} {name}" for name, count in outcomes.items())
    is_well = bool(outcomes) and set(outcomes) <= SETTLED_WELL
    return Finding(is_well, f"{len(records.outbox)} messages in the outbox: {counted}.")


def _posted_once(records: Records, slack: Slack) -> Finding:
    """Every message of ours carries the number of its outbox row."""
    rows = {
        each["id"]
        for each in records.outbox
        if each["topic"] in POSTS and each["outcome"] == "sent"
    }
    marks = Counter(mark for each in slack.everything if (mark := _mark(each)) in rows)
    wrong = [f"row {row} {marks[row]} times" for row in sorted(rows) if marks[row] != 1]
    if wrong:
        return Finding(False, f"Not exactly once in #{IT_DESK.name} and Bea's DM: {wrong}.")
    return Finding(True, f"Each of the {len(rows)} posted messages stands in Slack exactly once.")


def _mark(message: Message) -> int | None:
    payload = (message.metadata or {}).get("event_payload") or {}
    mark = payload.get("id")
    return mark if isinstance(mark, int) else None


def _said_once(slack: Slack) -> Finding:
    wrong = []
    for words, expected in SAID.items():
        found = (_count(words, slack.desk), _count(words, slack.requester))
        if found != expected:
            wrong.append(f"“{words}” {found} times instead of {expected}")
    for words in WHISPERED:
        found_once = _count(words, slack.whispers)
        if found_once != 1:
            wrong.append(f"“{words}” {found_once} times instead of once")
    if wrong:
        return Finding(False, f"In the desk's and the requester's thread: {'; '.join(wrong)}.")
    return Finding(True, "What people wrote stands once in each thread it belongs to.")


def _count(words: str, thread: Sequence[Message]) -> int:
    return sum(words in each.plain for each in thread)


def _kept_internal(slack: Slack) -> Finding:
    if NOTE in slack.seen_by_requester:
        return Finding(False, "The internal note is on Bea's screen.")
    return Finding(True, "The internal note is nowhere on Bea's screen.")


def _answered(slack: Slack) -> Finding:
    wrong = [f"{each.name} with {each.failure}" for each in slack.requests if not each.ok]
    if wrong:
        return Finding(False, f"The bot did not answer as Slack wants it: {', '.join(wrong)}.")
    slowest = max(each.elapsed_ms for each in slack.requests)
    count = len(slack.requests)
    return Finding(
        True, f"The bot answered {count} signed requests, the slowest in {slowest:.0f} ms."
    )
