"""People of the workspace and the user objects that Slack makes of them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

Json = dict[str, Any]
SLACKBOT = "USLACKBOT"
FLAGS = (
    "is_admin",
    "is_owner",
    "is_primary_owner",
    "is_restricted",
    "is_ultra_restricted",
    "is_bot",
    "is_stranger",
    "is_app_user",
    "is_invited_user",
)


@dataclass
class Person:
    id: str
    name: str
    real_name: str
    team_id: str
    email: str | None = None
    tz: str = "Europe/London"
    display_name: str = ""
    title: str = ""
    image: str = ""
    deleted: bool = False
    active: bool = True
    email_confirmed: bool = True
    flags: dict[str, bool] = field(default_factory=dict)
    fields: dict[str, Json] = field(default_factory=dict)
    bot_id: str | None = None
    enterprise_user: Json | None = None
    updated: int = 0

    @property
    def is_bot(self) -> bool:
        return self.flags.get("is_bot", False)

    @property
    def shown_name(self) -> str:
        return self.display_name or self.real_name

    def picture(self, size: int) -> str:
        return self.image or f"https://avatars.invalid/{self.id}_{size}.png"


def custom_fields(given: dict[str, Any]) -> dict[str, Json]:
    """Profile fields by id; a plain label is given an id of its own."""
    fields: dict[str, Json] = {}
    for key, value in given.items():
        known = key.startswith("Xf")
        field_id = key if known else "Xf" + re.sub(r"\W", "", key).upper()[:9]
        entry = dict(value) if isinstance(value, dict) else {"value": value}
        fields[field_id] = {"alt": "", "label": key, **entry}
    return fields


def person_from(given: Json, team_id: str, now: float) -> Person:
    """A person from the keys of the admin API; unknown keys are refused."""
    rest = dict(given)
    real_name = rest.pop("real_name")
    person = Person(
        id=rest.pop("id"),
        name=rest.pop("name", None) or re.sub(r"[^a-z0-9]+", ".", real_name.lower()).strip("."),
        real_name=real_name,
        team_id=rest.pop("team_id", None) or team_id,
        updated=int(now),
    )
    person.fields = custom_fields(rest.pop("fields", None) or {})
    for flag in FLAGS:
        if flag in rest:
            person.flags[flag] = bool(rest.pop(flag))
    if person.flags.get("is_ultra_restricted"):
        person.flags["is_restricted"] = True
    for key, value in rest.items():
        if not hasattr(person, key) or key in ("flags", "updated", "is_bot", "shown_name"):
            raise ValueError(f"a person has no {key!r}")
        setattr(person, key, value)
    return person


def profile(person: Person, *, with_email: bool) -> Json:
    first, _, last = person.real_name.partition(" ")
    shown: Json = {
        "title": person.title,
        "phone": "",
        "skype": "",
        "real_name": person.real_name,
        "real_name_normalized": person.real_name,
        "display_name": person.display_name,
        "display_name_normalized": person.display_name,
        "status_text": "",
        "status_emoji": "",
        "status_expiration": 0,
        "avatar_hash": person.id.lower(),
        "first_name": first,
        "last_name": last,
        "team": person.team_id,
        "is_custom_image": bool(person.image),
    }
    for size in (24, 32, 48, 72, 192, 512):
        shown[f"image_{size}"] = person.picture(size)
    if with_email and person.email:
        shown["email"] = person.email
    if person.bot_id:
        shown["bot_id"] = person.bot_id
    return shown


def user_object(person: Person, *, with_email: bool) -> Json:
    """The user as users.info shows them; a deactivated person has a shorter one, as in Slack."""
    zone = datetime.now(ZoneInfo(person.tz))
    user: Json = {
        "id": person.id,
        "team_id": person.team_id,
        "name": person.name,
        "deleted": person.deleted,
        "profile": profile(person, with_email=with_email),
        "is_bot": person.is_bot,
        "is_app_user": person.flags.get("is_app_user", False),
        "updated": person.updated,
    }
    if person.flags.get("is_stranger"):
        user["is_stranger"] = True
    if person.flags.get("is_invited_user"):
        user["is_invited_user"] = True
    if person.enterprise_user:
        user["enterprise_user"] = person.enterprise_user
    if person.deleted:
        return user
    offset = zone.utcoffset()
    user |= {
        "color": "9f69e7",
        "real_name": person.real_name,
        "tz": person.tz,
        "tz_label": zone.tzname() or person.tz,
        "tz_offset": int(offset.total_seconds()) if offset else 0,
        "is_email_confirmed": person.email_confirmed,
        "who_can_share_contact_card": "EVERYONE",
    }
    for flag in FLAGS[:5]:
        user[flag] = person.flags.get(flag, False)
    return user
