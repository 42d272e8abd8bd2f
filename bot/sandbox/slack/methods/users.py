"""users.*, team.info, bots.info and auth.test: who is who."""

from __future__ import annotations

from typing import Any

from bot.sandbox.slack.errors import SlackRefusal
from bot.sandbox.slack.methods.call import Call, Method
from bot.sandbox.slack.methods.paging import page
from bot.sandbox.slack.people import Person, profile, user_object
from bot.sandbox.slack.posting import bot_profile

Json = dict[str, Any]


def _person(call: Call) -> Person:
    person = call.workspace.people.get(call.required("user"))
    if person is None:
        raise SlackRefusal("user_not_found")
    return person


def _with_email(call: Call) -> bool:
    return call.has_scope("users:read.email")


def info(call: Call) -> Json:
    user = user_object(_person(call), with_email=_with_email(call))
    if call.flag("include_locale"):
        user["locale"] = "en-US"
    return {"user": user}


def list_users(call: Call) -> Json:
    people = list(call.workspace.people.values())
    chosen, metadata = page(call, people, default=1000)
    members = [user_object(person, with_email=_with_email(call)) for person in chosen]
    return {
        "members": members,
        "cache_ts": int(call.workspace.clock.now()),
        "response_metadata": metadata,
    }


def get_profile(call: Call) -> Json:
    person = _person(call)
    shown = profile(person, with_email=_with_email(call))
    labelled = call.flag("include_labels")
    shown["fields"] = {
        field_id: {k: v for k, v in entry.items() if labelled or k != "label"}
        for field_id, entry in person.fields.items()
    }
    return {"profile": shown}


def lookup_by_email(call: Call) -> Json:
    person_id = call.workspace.id_by_email.get(call.required("email").lower())
    person = call.workspace.people[person_id] if person_id else None
    if person is None or person.deleted:
        raise SlackRefusal("users_not_found")
    return {"user": user_object(person, with_email=True)}


def auth_test(call: Call) -> Json:
    workspace = call.workspace
    return {
        "url": f"https://{workspace.domain}.slack.com/",
        "team": workspace.team_name,
        "user": workspace.people[workspace.app.user_id].name,
        "team_id": workspace.team_id,
        "user_id": workspace.app.user_id,
        "bot_id": workspace.app.bot_id,
        "is_enterprise_install": False,
    }


def team_info(call: Call) -> Json:
    workspace = call.workspace
    team = {
        "id": workspace.team_id,
        "name": workspace.team_name,
        "domain": workspace.domain,
        "url": f"https://{workspace.domain}.slack.com/",
        "email_domain": "",
        "icon": {"image_default": True},
    }
    return {"team": team}


def bots_info(call: Call) -> Json:
    wanted = call.text("bot")
    app = call.workspace.app
    if wanted and wanted != app.bot_id:
        raise SlackRefusal("bot_not_found")
    described = bot_profile(call.sandbox)
    described.pop("team_id")
    return {"bot": described | {"user_id": app.user_id}}


METHODS = {
    "auth.test": Method(auth_test, None, reads_only=True),
    "users.info": Method(info, 4, ("users:read",), reads_only=True),
    "users.list": Method(list_users, 2, ("users:read",), reads_only=True),
    "users.profile.get": Method(get_profile, 4, ("users.profile:read",), reads_only=True),
    "users.lookupByEmail": Method(lookup_by_email, 3, ("users:read.email",), reads_only=True),
    "team.info": Method(team_info, 3, ("team:read",), reads_only=True),
    "bots.info": Method(bots_info, 3, ("users:read",), reads_only=True),
}
