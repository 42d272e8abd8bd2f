"""The form "Notifications…": by which way somebody wants to hear of what, and when not."""

from collections.abc import Mapping

from bot.ids import Field, View
from bot.views.parts import (
    Block,
    Form,
    context,
    form,
    input_block,
    option,
    plain_text,
    section,
)
from core.communication.choices import FIXED, Choices
from core.communication.ways import Event, Way

#: In the order of the form.
LABELS: Mapping[Event, str] = {
    Event.ASSIGNED: "A ticket is given to me, or its parts are done",
    Event.REPLY: "New reply on my ticket",
    Event.NOTE: "Note on my ticket, or I am mentioned",
    Event.STATUS: "Somebody else changes the status of my ticket",
    Event.SLA: "A ticket of mine is due soon, or late",
    Event.ESCALATION: "My department needs me to look",
    Event.RATING: "A ticket is rated",
}
WAYS: Mapping[Way, str] = {
    Way.DM: "Direct message",
    Way.THREAD: "Mention in the ticket's thread",
    Way.DIGEST: "Morning digest",
    Way.OFF: "Off",
}


def notifications(choices: Choices) -> Form:
    """An event's input has the event as its block."""
    inputs = [_choice(event, label, choices.ways[event]) for event, label in LABELS.items()]
    quiet = choices.quiet
    starts, ends = (f"{quiet.starts:%H:%M}", f"{quiet.ends:%H:%M}") if quiet else (None, None)
    about = "Approval requests always reach you directly, and nobody hears of what they do."
    hint = (
        "In your own time zone. Direct messages wait until then, unless they are urgent. "
        "The same time twice: never quiet."
    )
    return form(
        View.NOTIFICATIONS,
        "Notifications",
        [
            section(plain_text("How do you want to hear of it?")),
            context(plain_text(about)),
            *inputs,
            _time(Field.QUIET_FROM, "Quiet from", starts),
            _time(Field.QUIET_UNTIL, "Quiet until", ends, hint),
        ],
        submit="Save",
    )


def _choice(event: Event, label: str, chosen: Way) -> Block:
    assert event not in FIXED
    offered = {way: option(words, way.value) for way, words in WAYS.items()}
    element = {
        "type": "static_select",
        "action_id": Field.WAY.value,
        "options": list(offered.values()),
        "initial_option": offered[chosen],
    }
    return input_block(Field.WAY, label, element) | {"block_id": event.value}


def _time(field: Field, label: str, initial: str | None, hint: str = "") -> Block:
    element: Block = {"type": "timepicker", "action_id": field.value}
    element |= {"initial_time": initial} if initial else {}
    return input_block(field, label, element, optional=True, hint=hint)
