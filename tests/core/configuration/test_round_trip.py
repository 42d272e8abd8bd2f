"""Whatever a configuration says: exported, imported elsewhere, exported again, it is the same."""

from typing import Any

import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from core.configuration.export import export
from core.configuration.reading import read
from core.configuration.seed import apply
from core.engine import Sessions
from tests.core.desks import AGAINST_THE_DATABASE, undone

NAMES = ("IT", "HR", "Büro & Haus", "yes", "09:00", "“quoted”", "- dash", "a: b", "#5")
PEOPLE = ("U0ANN", "U0BEN", "U0CLEO")
PRIORITIES = ("low", "medium", "high", "urgent")
ZONES = ("UTC", "Europe/Berlin", "Asia/Kolkata")


def is_readable(text: str) -> bool:
    return any(sign.isprintable() and not sign.isspace() for sign in text)


WORDS = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), min_size=1).filter(
    lambda text: is_readable(text) and text == text.strip() and len(text) <= 75
)
HOURS = ({"mon-fri": ["09:00-17:00"]}, {"sun": ["22:00-24:00", "00:00-02:00"], "mon": []})
HOLIDAYS: tuple[dict[str, Any], ...] = (
    {},
    {"country": "DE", "subdivision": "BY"},
    {"dates": ["2026-12-24", "2027-01-01"]},
)
RATES = [("USD", "2026-01-01"), ("USD", "2026-02-01"), ("JPY", "2026-01-01")]
APPROVALS: tuple[dict[str, Any], ...] = (
    {},
    {"deadline": "3d", "remind_at": [], "select_below": "500.50", "confirm_from": 1000},
    {"escalate_at": 150, "expire_at": 400, "same_purpose_days": 0},
)
LENGTHS = st.sampled_from(["45s", "30m", "4h", "2d"])


def subset(of: tuple[str, ...]) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(of), unique=True)


def maybe(what: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.none() | what


@st.composite
def department(draw: Any, name: str) -> dict[str, Any]:
    return {
        "name": name,
        "desk_channel": draw(maybe(st.just("C0DESK"))),
        "time_zone": draw(st.sampled_from(ZONES)),
        "open_threads": draw(st.booleans()),
        "waits_after_reply": draw(st.booleans()),
        "auto_assign": draw(st.sampled_from(["none", "round_robin", "least_loaded"])),
        "reactions": draw(st.booleans()),
        "eyes_for": draw(st.sampled_from(["desk", "head", "nobody"])),
        "check_mark_for": draw(st.sampled_from(["desk", "head", "nobody"])),
        "siren_for": draw(st.sampled_from(["desk", "head", "nobody"])),
        "agents_from_channel": draw(st.booleans()),
        "approval_first": draw(st.booleans()),
        "private_tickets": draw(st.booleans()),
        "intake_channel": draw(maybe(st.just(f"C0IN{NAMES.index(name)}"))),
        "nudge_after": draw(LENGTHS | st.just("0m")),
        "status_labels": draw(st.sampled_from([{}, {"on_hold": "yes", "new": "09:00"}])),
        "resolution_note": draw(st.sampled_from(["required", "optional"])),
        "files": draw(st.sampled_from([{}, {"most_mb": 5}, {"types": ["pdf", "png"]}])),
    }


@st.composite
def company(draw: Any) -> dict[str, Any]:
    names = draw(subset(NAMES))
    place = maybe(st.sampled_from(names)) if names else st.none()
    here = st.sampled_from(names) if names else st.just("")
    people = draw(subset(PEOPLE))
    calendars = draw(subset(("office", "shifts", "night")))
    roles = ["employee", "agent", "department_head", "finance", "ceo", "admin"]
    part = st.fixed_dictionaries({"department": here, "summary": WORDS, "required": st.booleans()})
    return {
        "team_id": "T0ACME",
        "departments": [draw(department(name)) for name in names],
        "people": [
            {
                "slack_user_id": who,
                "name": draw(WORDS),
                "role": draw(st.sampled_from(roles)),
                "department": draw(place),
                "employee_code": f"E-{position}",
            }
            for position, who in enumerate(people)
        ],
        "calendars": [
            {
                "name": name,
                "time_zone": draw(maybe(st.sampled_from(ZONES))),
                "hours": draw(st.sampled_from(HOURS)),
                "holidays": draw(st.sampled_from(HOLIDAYS)),
            }
            for name in calendars
        ],
        "sla_templates": [
            {
                "name": name,
                "priority": draw(maybe(st.sampled_from(PRIORITIES))),
                "department": draw(place),
                "first_response": draw(LENGTHS),
                "calendar": draw(st.sampled_from(["always", "office", *calendars])),
            }
            for name in draw(subset(NAMES))
        ],
        "routing": [
            {
                "name": name,
                "words": draw(st.lists(WORDS, max_size=2)),
                "department": draw(place),
                "set_priority": draw(st.sampled_from(PRIORITIES)),
                "assignee": draw(maybe(st.sampled_from(people)) if people else st.none()),
            }
            for name in draw(subset(NAMES))
        ],
        "approval_rules": draw(
            st.sampled_from([[], [{"from": 0, "to": "499.50"}, {"from": "499.50", "to": None}]])
        ),
        "split_templates": [
            {"name": name, "parts": draw(st.lists(part, min_size=1, max_size=3))}
            for name in (draw(subset(NAMES)) if names else [])
        ],
        "exchange_rates": [
            {
                "currency": currency,
                "rate": draw(st.sampled_from(["0.920", "1", "110.5"])),
                "from": day,
            }
            for currency, day in draw(st.sampled_from([[], RATES, RATES[:1]]))
        ],
        "approvals": draw(st.sampled_from(APPROVALS)),
        "settings": {
            "reply_hold": draw(LENGTHS),
            "old_texts": draw(st.sampled_from(["erase"])),
            "quiet_hours": draw(st.sampled_from([None, "20:00 - 07:00"])),
            "digest_at": draw(st.sampled_from([None, "09:17"])),
            "auto_close": draw(st.sampled_from(["0d", "5d"])),
        },
    }


@settings(AGAINST_THE_DATABASE, max_examples=20)
@given(company())
async def test_an_import_is_what_was_exported(sessions: Sessions, content: dict[str, Any]) -> None:
    async with undone(sessions) as session:
        await apply(session, read(yaml.safe_dump(content, allow_unicode=True)))
        written = await export(session)
        await apply(session, read(written))
        session.expunge_all()
        assert await export(session) == written
    async with undone(sessions) as elsewhere:
        await apply(elsewhere, read(written))
        assert await export(elsewhere) == written
