"""Reading conversations of Slack's, as far as the app may."""

from datetime import datetime
from typing import Any

from bot.gateway import CLOCKS_APART, Gateway

Json = dict[str, Any]
PAGE = 200


async def read_thread(
    gateway: Gateway, channel_id: str, root_ts: str, since: str, most: int
) -> tuple[list[Json], bool]:
    """The messages of a thread from `since` on, in order, and whether there are more of them.
    Raises Undeliverable where the app may not read, or nothing is left to be read."""
    found: list[Json] = []
    cursor = ""
    while len(found) <= most:
        page = await gateway.ask(
            "conversations.replies",
            channel=channel_id,
            ts=root_ts,
            oldest=since,
            inclusive=True,
            limit=PAGE,
            cursor=cursor,
        )
        # The first message of the thread comes along with every answer.
        found += [each for each in page["messages"] if each["ts"] >= since]
        cursor = (page.get("response_metadata") or {}).get("next_cursor") or ""
        if not cursor:
            break
    by_ts = {each["ts"]: each for each in found}
    ordered = [by_ts[ts] for ts in sorted(by_ts)]
    return ordered[:most], len(ordered) > most


async def read_message(gateway: Gateway, channel_id: str, ts: str) -> Json | None:
    """One message, wherever it stands; None when it is gone."""
    page = await gateway.ask(
        "conversations.replies",
        channel=channel_id,
        ts=ts,
        oldest=ts,
        latest=ts,
        inclusive=True,
        limit=2,
    )
    return next((each for each in page["messages"] if each["ts"] == ts), None)


async def permalink(gateway: Gateway, channel_id: str, ts: str) -> str:
    answer = await gateway.ask("chat.getPermalink", channel=channel_id, message_ts=ts)
    return str(answer["permalink"])


async def has_file(gateway: Gateway, channel_id: str, name: str, since: datetime) -> bool:
    """Whether a file of this name was shared in the channel itself since then; names tell which
    attempt they are of."""
    oldest, cursor = f"{(since - CLOCKS_APART).timestamp():.6f}", ""
    while True:
        page = await gateway.ask(
            "conversations.history", channel=channel_id, oldest=oldest, limit=PAGE, cursor=cursor
        )
        files = [file for each in page["messages"] for file in each.get("files") or ()]
        if any(file.get("name") == name for file in files):
            return True
        cursor = (page.get("response_metadata") or {}).get("next_cursor") or ""
        if not cursor:
            return False
