"""From the settings of the file to what is stored of them."""

from typing import Any

from core.configuration.file import SettingsEntry
from core.configuration.scheduled import preferences_of
from core.tickets.policy import BUSINESS_DAY


def wanted_preferences(settings: SettingsEntry) -> dict[str, Any]:
    given = settings.model_fields_set
    wanted: dict[str, Any] = {
        name: getattr(settings, name).total_seconds()
        for name in ("reply_hold", "card_fold", "home_fold", "escalate_after")
        if name in given
    }
    if "reopen_grace" in given:
        wanted["reopen_grace_days"] = settings.reopen_grace // BUSINESS_DAY
    if "old_texts" in given:
        wanted["old_texts"] = settings.old_texts.value
    if "guests_may_file" in given:
        wanted["guests_may_file"] = settings.guests_may_file
    return wanted | preferences_of(settings)
