"""The inputs of a split template: whose tickets it is for, and a group for each part."""

from bot.setting_ids import LEFT_OUT, REQUIRED, Setting
from bot.views.setting_elements import LENGTHS_HINT, Input, departments, switches, text
from core.tickets.opening import SUMMARY_MAX
from core.tickets.parts.splitting import PASSED_ON_MAX

#: Six menus of names may stand in one form.
_NAMES_MOST = 100
_HABITS = {
    REQUIRED: "The ticket cannot be resolved before this part is done",
    LEFT_OUT: "Leave this part out",
}

FOR = Input(
    Setting.DEPARTMENT, "Offered for tickets of", departments("Every department", _NAMES_MOST)
)


def part(place: int) -> tuple[Input, ...]:
    """A further one that is left empty is none."""
    may_stay_empty, at = place > 1, str(place)
    told = "" if place == 1 else f" (part {place})"
    return (
        Input(
            Setting.DEPARTMENT,
            f"Department{told}",
            departments(most=_NAMES_MOST),
            optional=may_stay_empty,
            place=at,
            heading=f"Part {place}",
        ),
        Input(
            Setting.SUMMARY, f"Summary{told}", text(SUMMARY_MAX), optional=may_stay_empty, place=at
        ),
        Input(
            Setting.PASSED_ON,
            f"What to pass on{told}",
            text(PASSED_ON_MAX, multiline=True),
            optional=True,
            hint="The other department reads this, and nothing else of the ticket.",
            place=at,
        ),
        Input(
            Setting.DUE_AFTER,
            f"Due after{told}",
            text(10),
            optional=True,
            hint=f"{LENGTHS_HINT} Left empty, the department's usual time holds.",
            place=at,
        ),
        Input(Setting.HABITS, f"Options{told}", switches(_HABITS), optional=True, place=at),
    )
