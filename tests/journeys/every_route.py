"""A payload for every route the bot has, about one ticket of Bea's, one part of it, one request
for approval and one absence."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from bot.ids import Action, Field, More, View
from bot.payloads.approval_forms import read_ask
from bot.routes import ROUTES
from bot.setting_ids import Setting
from core.communication.ways import Event
from core.tickets.lists import ListName
from tests.journeys.company import GENERAL, Company
from tests.journeys.purchases import found_finance

TRIGGER = "1.2.none"


@dataclass(frozen=True)
class World:
    """Ids that stand in buttons and forms."""

    ticket: str
    other: str
    part: int
    message: int
    department: str
    person: str
    request: int
    facts: str
    absence: int

    def hidden(self) -> str:
        """What buttons and forms carry, of every kind at once."""
        known = {"t": self.ticket, "v": 1, "m": self.message, "p": self.part, "at": 1, "f": {}}
        known |= {"request": self.request, "facts": self.facts, "absence": self.absence}
        return json.dumps(known | {"first": 1, "count": 1, "s": "departments", "e": ["IT", "x"]})

    def value(self, action: str) -> str:
        hidden, edge = self.hidden(), f"<1 {self.ticket}"
        found = json.dumps({"q": "printer", "t": self.ticket, "b": False})
        named = {
            Action.MORE: f"{More.HISTORY} {hidden}",
            Action.DESK_MORE: f"release {hidden}",
            Action.HISTORY_OLDER: f"< 1 1 1 {hidden}",
            Action.HISTORY_NEWER: f"> 1 1 1 {hidden}",
            Action.CANNED: "1",
            Action.SEND_FILE: f"file {hidden}",
            Action.ADD_FOLLOWER: json.dumps({"t": self.ticket, "u": "U0FINN"}),
            Action.LEAVE_OUT: json.dumps({"t": self.ticket, "u": "U0FINN"}),
            Action.MAKE_TICKET: json.dumps(
                {"c": GENERAL, "r": "1.1", "m": "1.1", "a": None, "w": "reaction", "t": "words"}
            ),
            Action.EXPORT: json.dumps(["tickets", self.department, 30, 1_900_000_000]),
            Action.NEWS_READ: "1",
            Action.SETTINGS_ENTRY: "edit departments 0123456789abcdef",
            Action.DELETED_KIND: "deleted tickets",
            Action.DELETED_OLDER: "deleted tickets",
            Action.DELETED_NEWEST: "deleted tickets",
            Action.RESTORE: f"tickets {self.ticket}",
            **dict.fromkeys((Action.LIST_BACK, Action.LIST_ON), f"{ListName.INVOLVED} {edge}"),
            **dict.fromkeys((Action.HOME_BACK, Action.HOME_ON), edge),
            **dict.fromkeys((Action.SEARCH_BACK, Action.SEARCH_ON), found),
        }
        if action.startswith("settings."):
            return named.get(action, "departments 0")  # type: ignore[call-overload]
        return named.get(action, hidden)  # type: ignore[call-overload]

    def held(self, field: str) -> dict[str, Any]:
        """An input that holds something of every kind."""
        chosen = {
            Field.PRIORITY: "high",
            Field.ASSIGNEE: self.person,
            Field.PART_ASSIGNEE: self.person,
            Field.WINNER: self.other,
            Field.REASON: "solved",
            Field.CANNED: "1",
            Field.CURRENCY: "EUR",
            Field.WAY: "dm",
        }.get(field, self.department)  # type: ignore[call-overload]
        is_end = field == Field.ENDS
        return {
            "value": "120.00" if field in (Field.AMOUNT, Field.LIMIT) else "Some words",
            "selected_option": {"text": {"type": "plain_text", "text": "x"}, "value": chosen},
            "selected_options": [],
            "selected_date_time": 1_900_000_000 + is_end,
            "selected_date": f"2030-03-{17 + is_end}",
            "selected_time": "20:00",
            "selected_user": "U0FAY",
        }

    def view(self, callback_id: str) -> dict[str, Any]:
        values: dict[str, dict[str, Any]] = {}
        for block, field in _inputs():
            values.setdefault(block, {})[field] = self.held(field)
        values[Action.APPROVALS_SELECT] = {Action.APPROVALS_SELECT: self.ticked()}
        view = {
            "id": "V0NONE",
            "type": "modal",
            "callback_id": callback_id,
            "private_metadata": self.kept_in(callback_id),
            "hash": "1.a",
            "blocks": [{"type": "input", "block_id": block_id} for block_id in values],
            "state": {"values": values},
        }
        if callback_id == View.APPROVAL_SEND:
            shown = {"shown": read_ask(view)[1].fingerprint}
            view["private_metadata"] = json.dumps(json.loads(self.hidden()) | shown)
        return view

    def ticked(self) -> dict[str, Any]:
        option = {"text": {"type": "plain_text", "text": "x"}, "value": self.hidden()}
        return {"type": "checkboxes", "selected_options": [option]}

    def kept_in(self, callback_id: str) -> str:
        kept = {
            "deleted.restore": f"tickets {self.ticket}",
            View.ABSENCE: "EUR",
            View.RATING: json.dumps([self.ticket, GENERAL, "1.1"]),
        }
        return kept.get(callback_id, self.hidden())


def _inputs() -> list[tuple[str, str]]:
    """Every input of every form, by its block."""
    fields = [each.value for each in (*Field, *Setting)]
    ways = [(each.value, Field.WAY.value) for each in Event]
    return ways + [(f"{field}{suffix}", field) for field in fields for suffix in ("", "_1")]


async def make_world(company: Company) -> World:
    """Bea's ticket at IT, with a part for HR and a word of Ann's; what Finn asks finance for; and
    Fay, who will be away."""
    buys = await found_finance(company)
    card = await company.filed()
    await company.ann.post(card.channel, "It is the fuser.", thread_ts=card.ts)
    assert (await company.file(company.bea, "Another printer")).ok
    await company.deliver()
    ticket, other = [row[0] for row in await company.rows("SELECT id FROM tickets ORDER BY number")]
    await buys.asked()
    request = (await company.rows("SELECT id, facts_hash FROM approval_requests"))[0]
    await company.change(
        "INSERT INTO absences (user_id, stand_in_id, set_by_id, starts_at)"
        " SELECT u.id, s.id, u.id, now() + interval '9 days' FROM users u, users s"
        " WHERE u.slack_user_id = 'U0FAY' AND s.slack_user_id = 'U0FINN'"
    )
    hr = await company.value("SELECT id FROM departments WHERE name = 'HR'")
    await company.change(
        "INSERT INTO sub_tickets (parent_ticket_id, department_id, summary, passed_on, status,"
        " is_required, position) VALUES (:t, :d, 'Papers', '', 'new', true, 1)",
        t=ticket,
        d=hr,
    )
    return World(
        ticket=str(ticket),
        other=str(other),
        message=await company.value("SELECT id FROM chat_messages"),
        part=await company.value("SELECT id FROM sub_tickets"),
        department=str(await company.value("SELECT id FROM departments WHERE name = 'IT'")),
        person=str(await company.value("SELECT id FROM users WHERE slack_user_id = 'U0ANN'")),
        request=request[0],
        facts=request[1],
        absence=await company.value("SELECT id FROM absences"),
    )


def interactions(world: World, who: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """By name, all that somebody can send with a click, a form, a menu or a shortcut."""
    for action in ROUTES.actions:
        pressed = {"action_id": action, "block_id": "b", "value": world.value(action)}
        pressed |= {"selected_option": {"value": world.value(action)}}
        if action in (Action.CLAIM, Action.MAKE_TICKET) or "settings" not in action:
            menus = (
                Action.MORE,
                Action.DESK_MORE,
                Action.DELETED_KIND,
                Action.CANNED,
                Action.EXPORT,
            )
            if action not in menus:
                del pressed["selected_option"]
        pressed |= {"selected_user": "U0FINN"}
        view = world.view("any") if action in _IN_FORMS else None
        body = {"type": "block_actions", "actions": [pressed], "trigger_id": TRIGGER}
        body["container"] = {"type": "message", "channel_id": GENERAL, "message_ts": "1.1"}
        yield f"action {action}", who | body | ({"view": view} if view else {})
    for callback_id in ROUTES.views:
        yield (
            f"view {callback_id}",
            who
            | {
                "type": "view_submission",
                "view": world.view(callback_id),
            },
        )
    for field in ROUTES.options:
        yield (
            f"options {field}",
            who
            | {
                "type": "block_suggestion",
                "action_id": field,
                "value": "",
                "view": world.view("any"),
            },
        )
    message = {"type": "message", "user": "U0BEA", "ts": "1.1", "text": "Help"}
    for callback_id in ROUTES.shortcuts:
        kind = "shortcut" if callback_id == "new_ticket" else "message_action"
        yield (
            f"shortcut {callback_id}",
            who
            | {
                "type": kind,
                "callback_id": callback_id,
                "trigger_id": TRIGGER,
                "message": message,
                "channel": {"id": GENERAL},
            },
        )


#: Pressed in a form, which comes along.
_IN_FORMS = frozenset(
    {
        Action.ADD_PART,
        Action.CANNED,
        Action.USE_TEMPLATE,
        Action.DEPARTMENT,
        Action.SETTINGS_PERSON,
        Action.SETTINGS_SECTION,
        Action.SETTINGS_BACK,
        Action.SETTINGS_ON,
        Action.DELETED_KIND,
        Action.DELETED_OLDER,
        Action.DELETED_NEWEST,
        Action.APPROVALS_FILTER,
        Action.APPROVALS_SELECT,
        Action.APPROVE_SELECTED,
        Action.AWAY_END,
    }
)


def events(who: str, team: str, card: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    """What Slack tells of them: words in the desk thread, and reactions on the card."""
    place = {"channel": card.channel, "user": who, "user_team": team, "team": team}
    yield (
        "event message",
        place | {"type": "message", "thread_ts": card.ts, "ts": "9.1", "text": "Hello"},
    )
    yield (
        "event direct message",
        place
        | {
            "type": "message",
            "channel": "D0NONE",
            "channel_type": "im",
            "ts": "9.2",
            "text": "Hello",
        },
    )
    for emoji in ("ticket", "eyes", "white_check_mark", "rotating_light"):
        yield (
            f"event reaction {emoji}",
            place
            | {
                "type": "reaction_added",
                "reaction": emoji,
                "item": {"type": "message", "channel": card.channel, "ts": card.ts},
                "event_ts": "9.3",
            },
        )
