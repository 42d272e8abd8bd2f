"""What was sent for a ticket and what became of it, for the people of its desk."""

from collections.abc import Iterator, Mapping

from bot.ids import Action
from bot.payloads import MessageRef
from bot.views.parts import (
    NAME_MAX,
    Block,
    Form,
    actions,
    button,
    clip,
    context,
    date,
    modal,
    mrkdwn,
    one_line,
    plain_text,
    section,
)
from core.communication.deliveries import Deliveries, Delivery
from core.communication.models import Audience
from core.notices import Topic

_WHAT: Mapping[str, str] = {
    Topic.RECEIPT: "Receipt",
    Topic.RECEIPT_CHANGED: "Update of the receipt",
    Topic.CARD: "Card",
    Topic.CARD_CHANGED: "Update of the card",
    Topic.HAPPENED: "Line about what happened",
    Topic.SOLVED_ANSWERED: "Answer to “Solved?”",
    Topic.MESSAGE_COPIED: "Message",
    Topic.MESSAGE_CHANGED: "Edit of a message",
    Topic.FOLLOWED: "First message of following",
    Topic.FOLLOWED_CHANGED: "Update for following",
    Topic.FILE_COPIED: "File",
    Topic.FILE_OFFERED: "Fetching a file",
    Topic.TRANSCRIPT: "Transcript",
    Topic.PERSON_TOLD: "Direct message",
    Topic.PERSON_CALLED: "Mention",
    Topic.PART_CARD: "Card of a part",
    Topic.PART_CARD_CHANGED: "Update of a part's card",
    Topic.NUDGE: "Reminder",
}
_TO: Mapping[Audience, str] = {
    Audience.REQUESTER: "the requester's thread",
    Audience.DESK: "the desk",
    Audience.FOLLOWER: "a follower's thread",
    Audience.PART: "the desk of a part",
    Audience.FORMER: "a thread it left",
}
#: Slack's words for why not, and those of our own that are no sentence.
REASONS: Mapping[str, str] = {
    "account_inactive": "the app's access to Slack was taken away",
    "cannot_dm_bot": "Slack lets nobody write to that app",
    "channel_not_found": "the channel is gone, or the app is not in it",
    "edit_window_closed": "Slack does not let it be changed any more",
    "invalid_auth": "Slack does not accept the app's token",
    "invalid_blocks": "Slack did not accept how it was built",
    "is_archived": "the channel is archived",
    "is_inactive": "the channel is frozen",
    "message_limit_exceeded": "the workspace has no room for more messages",
    "message_not_found": "the message was deleted in Slack",
    "messages_tab_disabled": "direct messages with the app are turned off",
    "missing_scope": "the app lacks a permission",
    "msg_too_long": "it is too long for Slack",
    "no_json": "Slack gave no proper answer",
    "not_authed": "Slack does not accept the app's token",
    "not_in_channel": "the app is not in the channel",
    "paused": "Slack asked us to slow down",
    "rate_limited": "Slack asked us to slow down",
    "ratelimited": "Slack asked us to slow down",
    "restricted_action": "the workspace does not allow it",
    "thread_not_found": "the thread is gone",
    "token_expired": "the app's token ran out",
    "token_revoked": "the app's access to Slack was taken away",
    "user_not_found": "Slack does not know the person any more",
    "user_not_in_channel": "the person is not in the channel",
    "ClientConnectorError": "Slack could not be reached",
    "ServerDisconnectedError": "Slack could not be reached",
    "TimeoutError": "Slack did not answer in time",
}


def deliveries(page: Deliveries) -> Form:
    shown = [block for each in page.deliveries for block in _rows(each)]
    if not shown:
        words = "Nothing was sent lately. What is older is not kept any more."
        shown = [section(plain_text(words))]
    title = f"{page.key} deliveries"
    return modal(title, [*shown, *_older(page)], close="Back")


def _older(page: Deliveries) -> list[Block]:
    if not page.has_older:
        return []
    ref = MessageRef(page.ticket_id, page.deliveries[-1].id)
    return [actions([button(Action.DELIVERIES_OLDER, "Older", ref.dump())])]


def _rows(each: Delivery) -> Iterator[Block]:
    yield context(mrkdwn(date(each.at)), plain_text(f"{_what(each)}: {_outcome(each)}", 300))


def _what(each: Delivery) -> str:
    what = _WHAT.get(each.topic, each.topic.replace(".", ": ").replace("_", " ").capitalize())
    to = clip(one_line(each.reader), NAME_MAX) if each.reader else ""
    if not to and each.audience is not None:
        to = _TO[each.audience]
    return f"{what} to {to}" if to else what


def _outcome(each: Delivery) -> str:
    why = reason(each.error)
    tries = f" after {each.attempts} tries" if each.attempts > 1 else ""
    match each.outcome:
        case "sent":
            return f"sent{tries}"
        case "failed":
            return f"failed{tries}, {why or 'Slack refused it'}"
        case "skipped":
            return f"skipped, {why or 'there was nothing to say'}"
        case _ if why:
            return f"waits, {why}; it is tried again"
        case _:
            return "waits"


def reason(error: str | None) -> str:
    """In words; a code that nobody described stands as it is."""
    return REASONS.get(error, error) if error else ""
