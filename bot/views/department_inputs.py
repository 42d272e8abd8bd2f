"""The inputs of a department, and of its own words for the statuses."""

from collections.abc import Mapping

from bot.payloads import TEXT_MAX
from bot.setting_ids import HABITS, Setting
from bot.views.setting_elements import (
    LENGTHS_HINT,
    Input,
    calendars,
    channel,
    choice,
    menu,
    nobody_or_person,
    number,
    switches,
    text,
)
from core.configuration.file import ResolutionNote
from core.configuration.form_fields import HOW
from core.configuration.values import LABEL_MAX
from core.tickets.states import Status
from core.users.models import AutoAssign, Reacting

_HABITS: Mapping[str, str] = {
    "open_threads": "Every reply in a card's thread goes to the requester",
    "waits_after_reply": "A ticket waits for its requester after a reply",
    "reactions": "👀, ✅ and 🚨 on a card do something",
    "agents_from_channel": "Whoever joins the desk channel becomes an agent, until they leave it",
    "approval_first": "Work begins once an approval was given",
    "private_tickets": "Whatever is filed with it is private",
    "report_at_desk": "The week's report also appears in the desk channel",
}
_AUTO_ASSIGN: Mapping[AutoAssign, str] = {
    AutoAssign.NONE: "No: people take them",
    AutoAssign.ROUND_ROBIN: "In turn",
    AutoAssign.LEAST_LOADED: "To who has the fewest open",
}
_REACTING: Mapping[Reacting, str] = {
    Reacting.DESK: "Everybody at the desk",
    Reacting.HEAD: "Only its head",
    Reacting.NOBODY: "Nobody",
}
_EMOJI: Mapping[Setting, str] = {
    Setting.EYES_FOR: "Who takes a ticket with 👀",
    Setting.CHECK_MARK_FOR: "Who resolves one with ✅",
    Setting.SIREN_FOR: "Who makes one urgent with 🚨",
}
_NOTE: Mapping[ResolutionNote, str] = {
    ResolutionNote.REQUIRED: "Words about how it was solved are needed",
    ResolutionNote.OPTIONAL: "A reason is enough",
}

INPUTS = (
    Input(Setting.DESK_CHANNEL, "Desk channel", channel, optional=True),
    Input(
        Setting.INTAKE_CHANNEL,
        "Channel for requests",
        channel,
        optional=True,
        hint="Every new message there becomes a ticket, but for those that begin with 📣.",
    ),
    Input(Setting.HEAD, "Head", nobody_or_person, optional=True),
    Input(Setting.TIME_ZONE, "Time zone", text(), hint="Like Europe/Berlin."),
    Input(
        Setting.CALENDAR,
        "Calendar",
        calendars(),
        hint="Its business hours and holidays. “always”: around the clock.",
    ),
    Input(
        Setting.AUTO_ASSIGN,
        "New tickets are assigned",
        menu({each.value: label for each, label in _AUTO_ASSIGN.items()}),
    ),
    Input(
        Setting.NUDGE_AFTER,
        "The desk hears of a ticket that nobody took after",
        text(10),
        hint=f"{LENGTHS_HINT} 0m: never.",
    ),
    Input(
        Setting.HABITS, "Habits", switches({each: _HABITS[each] for each in HABITS}), optional=True
    ),
    *(
        Input(each, label, menu({who.value: words for who, words in _REACTING.items()}))
        for each, label in _EMOJI.items()
    ),
    Input(
        Setting.RESOLUTION_NOTE,
        "To resolve a ticket",
        choice({each.value: label for each, label in _NOTE.items()}),
    ),
    Input(Setting.MOST_MB, "Files of at most so many MB", number(1000)),
    Input(
        Setting.TYPES,
        "Files of these types",
        text(300),
        optional=True,
        hint="Like pdf, png. Left empty: every type but programs.",
    ),
    Input(
        Setting.FORM_FIELDS,
        "Further inputs of the form for new tickets",
        text(TEXT_MAX, multiline=True),
        optional=True,
        hint=f"One a line, like “{HOW}”. There are text, select, date, amount, user and file.",
    ),
)

#: In a form of their own, each called as everybody else calls the status.
LABELS = tuple(
    Input(
        Setting.STATUS_LABELS,
        each.words[:1].upper() + each.words[1:],
        text(LABEL_MAX),
        optional=True,
        place=each.value,
    )
    for each in Status
)
