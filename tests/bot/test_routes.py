"""Every id we show has a listener, every listener has an id, and the manifest knows both."""

from pathlib import Path
from typing import Any

import yaml

from bot.ids import Action, Command, DeskMore, Event, More, Shortcut, View
from bot.routes import DESK_MENU, MENU, ROUTES
from bot.views import assignment, part_forms, reply, ticket_form, triage_forms
from tests.bot.views.examples import make_ticket
from tests.bot.views.test_parts import make_part

MANIFEST: dict[str, Any] = yaml.safe_load(Path("manifest.yml").read_text())


def test_every_id_has_a_listener_and_every_listener_an_id() -> None:
    assert set(ROUTES.commands) == set(Command)
    assert set(ROUTES.shortcuts) == set(Shortcut)
    assert set(ROUTES.views) == set(View)
    assert set(ROUTES.actions) == set(Action)
    assert set(MENU) == set(More)
    assert set(DESK_MENU) == set(DeskMore)
    assert not {each.value for each in More} & {each.value for each in DeskMore}
    assert set(ROUTES.events) == set(Event)


def test_every_menu_that_asks_us_is_answered() -> None:
    forms = [
        ticket_form.new_ticket(),
        assignment.assign(make_ticket()),
        triage_forms.transfer(make_ticket()),
        triage_forms.merge(make_ticket()),
        reply.reply(make_ticket(), has_canned=True),
        part_forms.assign(make_part()),
    ]
    elements = [block.get("element", {}) for form in forms for block in form["blocks"]]
    asking = {each["action_id"] for each in elements if each.get("type") == "external_select"}
    assert asking == set(ROUTES.options)


def test_the_manifest_names_what_the_routes_serve() -> None:
    features = MANIFEST["features"]
    assert {each["command"] for each in features["slash_commands"]} == set(ROUTES.commands)
    assert {each["callback_id"] for each in features["shortcuts"]} == set(ROUTES.shortcuts)
    subscribed = MANIFEST["settings"]["event_subscriptions"]["bot_events"]
    assert {each.partition(".")[0] for each in subscribed} == set(ROUTES.events)
