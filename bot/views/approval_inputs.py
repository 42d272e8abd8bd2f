"""The inputs of rules and settings of approvals, and of exchange rates."""

from collections.abc import Mapping

from bot.payloads.approval_values import STEPS_JOINED
from bot.setting_ids import NONE, Setting
from bot.views.setting_elements import LENGTHS_HINT, Input, day, menu, number, people, text

_STEPS: Mapping[str, str] = {
    NONE: "Nobody: it is automatic",
    "finance": "Finance",
    "ceo": "CEO",
    STEPS_JOINED.join(("finance", "ceo")): "Finance, then the CEO",
}
_QUORUM: Mapping[str, str] = {
    "any": "Any one of them",
    "majority": "More than half of them",
    "all": "All of them",
    **{str(count): f"{count} of them" for count in range(2, 6)},
}
_AMOUNT = "An amount in the currency of the rules."
_PERCENT_MOST, _DAYS_MOST = 1000, 366
_DECIDE = "They decide when nobody else may, or nobody did in time."

RULE = (
    Input(Setting.CURRENCY, "Currency", text(3), hint="Like EUR."),
    Input(Setting.FROM, "From", text(20), hint="This amount included."),
    Input(Setting.TO, "Up to", text(20), optional=True, hint="This amount excluded."),
    Input(Setting.STEPS, "Who decides", menu(_STEPS)),
    Input(Setting.QUORUM_FINANCE, "Of finance, it takes", menu(_QUORUM)),
    Input(Setting.QUORUM_CEO, "Of CEOs, it takes", menu(_QUORUM)),
)

SETTINGS = (
    Input(
        Setting.DEADLINE,
        "A step may take",
        text(10),
        hint=f"{LENGTHS_HINT} By the office calendar of finance.",
        heading="In time",
    ),
    Input(
        Setting.REMIND_AT,
        "Its people are reminded at",
        text(40),
        optional=True,
        hint="Percent of that time, like 50, 90. At most five. Left empty: they are not.",
    ),
    Input(
        Setting.ESCALATE_AT,
        "The alternates are asked as well at",
        number(_PERCENT_MOST),
        hint="Percent.",
    ),
    Input(Setting.EXPIRE_AT, "It expires at", number(_PERCENT_MOST), hint="Percent."),
    Input(
        Setting.NUDGE_EVERY,
        "Whoever asked may remind by hand every",
        text(10),
        hint=LENGTHS_HINT,
    ),
    Input(
        Setting.ALTERNATES_FINANCE,
        "Alternates of finance",
        people,
        optional=True,
        hint=_DECIDE,
        heading="Who decides instead",
    ),
    Input(Setting.ALTERNATES_CEO, "Alternates of the CEO", people, optional=True, hint=_DECIDE),
    Input(
        Setting.SAME_PURPOSE_DAYS,
        "Requests for the same are added up for",
        number(_DAYS_MOST),
        hint="Days. Those of one requester for the same purpose and payee.",
        heading="Amounts",
    ),
    Input(Setting.SELECT_BELOW, "Several are approved at once below", text(20), hint=_AMOUNT),
    Input(Setting.CONFIRM_FROM, "It is asked once more from", text(20), hint=_AMOUNT),
)

RATE = (
    Input(Setting.CURRENCY, "Currency", text(3), hint="Like USD."),
    Input(
        Setting.RATE,
        "One unit of it is worth",
        text(30),
        hint="In the currency of the rules, like 0.92.",
    ),
    Input(Setting.FROM, "From", day, hint="The newest of a day or before holds."),
)
