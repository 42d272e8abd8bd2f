"""The inputs of what holds for the whole desk, by subject."""

from collections.abc import Mapping

from bot.setting_ids import DESK_HABITS, NONE, Setting
from bot.views.setting_elements import (
    LENGTHS_HINT,
    Input,
    choice,
    menu,
    number,
    switches,
    text,
    time_of_day,
)
from core.preferences import OldTexts

_SECONDS = "Like 10s or 2m."
_DAYS_MOST, _KEPT_MOST = 250, 3650
_HABITS: Mapping[str, str] = {
    "resolve_unanswered": "After twice as long without an answer, their ticket is resolved",
    "guests_may_file": "Guests of the workspace may file tickets for themselves",
}
_OLD_TEXTS: Mapping[OldTexts, str] = {
    OldTexts.KEEP: "Keep what it said",
    OldTexts.ERASE: "Erase what it said",
}
_HALF_HOURS = [f"{hour:02}:{minute:02}" for hour in range(24) for minute in (0, 30)]

INPUTS = (
    Input(
        Setting.NUDGE_REQUESTER,
        "A requester who does not answer is asked again after",
        number(_DAYS_MOST),
        hint="Business days; once. 0: never.",
        heading="How tickets end",
    ),
    Input(
        Setting.AUTO_CLOSE,
        "A resolved ticket is closed by itself after",
        number(_DAYS_MOST),
        hint="Business days without a word of its requester. 0: never.",
    ),
    Input(
        Setting.REOPEN_GRACE,
        "A resolved ticket can be reopened for",
        number(_DAYS_MOST),
        hint="Business days.",
    ),
    Input(
        Setting.HABITS,
        "Habits",
        switches({each: _HABITS[each] for each in DESK_HABITS}),
        optional=True,
    ),
    Input(
        Setting.ESCALATE_AFTER,
        "What is overdue and untouched goes one step up after",
        text(10),
        hint=f"{LENGTHS_HINT} First to the head again, then to the administrators. 0m: never.",
        heading="What people hear",
    ),
    Input(
        Setting.DIGEST_AT,
        "The morning's digest comes at",
        menu({NONE: "Never"} | {each: each for each in _HALF_HOURS}),
        hint="On working days, by each person's own clock.",
    ),
    Input(Setting.QUIET_FROM, "Quiet from", time_of_day, optional=True),
    Input(
        Setting.QUIET_UNTIL,
        "Quiet until",
        time_of_day,
        optional=True,
        hint="By each person's clock. Direct messages wait until then, but for approvals and what "
        "is urgent. The same time twice: never quiet. People choose their own in “Notifications…”.",
    ),
    Input(
        Setting.REPLY_HOLD,
        "A reply can be called back for",
        text(10),
        hint=f"{_SECONDS} 0s: not at all.",
        heading="Messages and cards",
    ),
    Input(
        Setting.CARD_FOLD,
        "Changes of a card are collected for",
        text(10),
        hint=f"{_SECONDS} Then the card is updated once.",
    ),
    Input(
        Setting.HOME_FOLD,
        "What others do is collected for the Home tab for",
        text(10),
        hint=f"{_SECONDS} Slack takes about a hundred such updates a minute, of all together.",
    ),
    Input(
        Setting.OLD_TEXTS,
        "When a message is edited or deleted in Slack",
        choice({each.value: label for each, label in _OLD_TEXTS.items()}),
        hint="Decided when it happens.",
    ),
    Input(
        Setting.KEEP_DELIVERIES,
        "“Deliveries” shows what was sent for",
        number(_KEPT_MOST),
        hint="Days.",
    ),
)
