"""Which channels of departments do not go together."""

from collections.abc import Iterable, Sequence

from core.users.models import Department

#: The place of an entry, the key there, and the reason.
Clash = tuple[int, str, str]


def find_clash(own: Sequence[Department], departments: Iterable[Department]) -> Clash | None:
    """Where a message would become two tickets, or what a desk says becomes one. A channel for
    requests is blamed before the desk it belongs to, which may only have been there."""
    others = list(departments)
    taking_in = ((place, each) for place, each in enumerate(own) if each.intake_channel_id)
    for place, each in taking_in:
        for other in others:
            if each.intake_channel_id == other.desk_channel_id:
                return place, "intake_channel", f"{other.name} has its cards in this channel"
            if each is not other and each.intake_channel_id == other.intake_channel_id:
                text = f"what is written in this channel goes to {other.name}"
                return place, "intake_channel", text
    for place, each in enumerate(own):
        for other in others if each.desk_channel_id else ():
            if each.desk_channel_id == other.intake_channel_id:
                text = f"what is written in this channel becomes tickets of {other.name}"
                return place, "desk_channel", text
    return None
