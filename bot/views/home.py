"""The Home tab: what one person has to look at, and ways to ask for something."""

from collections.abc import Iterator, Mapping, Sequence
from uuid import UUID

from bot.ids import Action
from bot.payloads.lists import dump_edge
from bot.views.parts import (
    NAME_MAX,
    Block,
    Form,
    actions,
    button,
    clip,
    context,
    divider,
    header,
    mrkdwn,
    one_line,
    option,
    plain_text,
    section,
    select,
)
from bot.views.ticket_rows import rows
from core.home.page import HomePage, Overview
from core.tickets.lists import COUNTED_MOST, NO_FILTERS, ListName, TicketRow
from core.tickets.states import IS_OPEN, Priority, Status

BLOCKS_MAX = 100
#: More are found in the form.
DEPARTMENTS_MOST = 12
OPTIONS_MOST = 300
LOADS_MOST = 25
#: The value of a menu's first entry, which leaves out nothing.
ANY = "any"
#: The value that leads back from a list.
OVERVIEW = "overview"

_NAMES: Mapping[ListName, str] = {
    ListName.FOR_ME: "Waiting for you",
    ListName.MINE: "Your requests",
    ListName.ASSIGNED: "Assigned to you",
    ListName.UNASSIGNED: "Unassigned",
    ListName.AT_RISK: "At risk",
    ListName.DEPARTMENT: "Open in your department",
}
_EMPTY: Mapping[ListName, str] = {
    ListName.FOR_ME: "Nothing waits for your answer.",
    ListName.MINE: "You have no open requests. Press “New request” whenever you need something.",
    ListName.ASSIGNED: "Nothing is assigned to you. Take something from the unassigned ones.",
    ListName.UNASSIGNED: "Your queue is empty: everything has somebody who looks after it.",
    ListName.AT_RISK: "Nothing is late, or close to it.",
    ListName.DEPARTMENT: "Nothing is open in your department.",
}
_NOTHING_FITS = "Nothing here fits. Choose another status, priority or department above."
_OWN = frozenset({ListName.FOR_ME, ListName.MINE})
_ALWAYS_SAID = frozenset({ListName.MINE, ListName.ASSIGNED, ListName.UNASSIGNED})

Sections = Sequence[Sequence[Block]]


def home(page: HomePage, top: Sections = (), bottom: Sections = ()) -> Form:
    """`top` and `bottom` are what others show on it: what waits for a decision, settings."""
    if not page.is_welcome:
        beginning = _beginning() if page.is_filing_guest else ()
        return _view([*beginning, section(plain_text(_turned_away(page)))])
    shown = list(_overview(page) if page.state.name is None else _listed(page, page.state.name))
    before = [*_beginning(), *(block for each in top for block in each)]
    after = [*_departments(page.departments), *(block for each in bottom for block in each)]
    # What is chosen last gives way first.
    room = max(BLOCKS_MAX - len(before) - len(after), 0)
    return _view([*before, *shown[:room], *after])


def _view(blocks: Sequence[Block]) -> Form:
    return {"type": "home", "blocks": list(blocks[:BLOCKS_MAX])}


def _turned_away(page: HomePage) -> str:
    if not page.actor.is_active:
        return "Your account is deactivated, so you cannot use the help desk."
    if page.is_filing_guest:
        return "As a guest you file requests for yourself. You read the answers in their threads."
    return "Guests cannot use the help desk. Ask a colleague to file it for you."


def _beginning() -> list[Block]:
    file = button(Action.HOME_FILE, "New request", ANY, "primary")
    return [header("Help desk"), actions([file])]


def _counted(count: int) -> str:
    return f"{COUNTED_MOST}+" if count > COUNTED_MOST else str(count)


def _overview(page: HomePage) -> Iterator[Block]:
    for name, count in page.counts.items():
        if count:
            see = button(Action.HOME_LIST, "See all", name.value)
            title = mrkdwn(f"*{_NAMES[name]} · {_counted(count)}*")
            yield divider()
            yield section(title) | {"accessory": see}
            yield from _rows(page, name, page.previews.get(name, ()))
        elif name in _ALWAYS_SAID:
            yield context(plain_text(_EMPTY[name]))
    if page.overview is not None:
        yield from _workload(page.overview)


def _rows(page: HomePage, name: ListName, tickets: Sequence[TicketRow]) -> list[Block]:
    can_take = name is ListName.UNASSIGNED and page.actor.has_desk
    return rows(tickets, can_take=can_take, are_own=name in _OWN)


def _workload(overview: Overview) -> Iterator[Block]:
    yield header("Your department")
    states = [f"{each.words} {n}" for each in Status if (n := overview.by_status.get(each))]
    yield section(plain_text(" · ".join(states) or _EMPTY[ListName.DEPARTMENT]))
    busiest = sorted(overview.loads, key=lambda load: -load.open)
    lines = [f"{clip(one_line(each.name), NAME_MAX)}: {each.open} open" for each in busiest]
    if len(lines) > LOADS_MOST:
        lines = [*lines[:LOADS_MOST], f"… and {len(lines) - LOADS_MOST} more with less to do"]
    if lines:
        yield section(plain_text("\n".join(lines)))


def _listed(page: HomePage, name: ListName) -> Iterator[Block]:
    yield header(f"{_NAMES[name]} · {_counted(page.counts.get(name, 0))}")
    yield actions(list(_menus(page, name)))
    found = page.page
    if found is None or not found.rows:
        is_filtered = page.state.filters != NO_FILTERS
        yield section(plain_text(_NOTHING_FITS if is_filtered else _EMPTY[name]))
        return
    yield from _rows(page, name, found.rows)
    turns = [
        button(action, label, dump_edge(edge))
        for action, label, edge in (
            (Action.HOME_BACK, "Previous", found.back),
            (Action.HOME_ON, "Next", found.on),
        )
        if edge is not None
    ]
    if turns:
        yield actions(turns)


def _menus(page: HomePage, name: ListName) -> Iterator[Block]:
    filters = page.state.filters
    listed = [(OVERVIEW, "Overview")]
    listed += [(each.value, f"{_NAMES[each]} ({_counted(n)})") for each, n in page.counts.items()]
    yield _menu(Action.HOME_SHOW, listed, name.value)
    states = Status if name is ListName.MINE else [each for each in Status if each in IS_OPEN]
    if name not in (ListName.FOR_ME, ListName.UNASSIGNED):
        any_state = [(ANY, "Any open status")]
        chosen = filters.status.value if filters.status else ANY
        yield _menu(
            Action.HOME_STATUS, any_state + [(each.value, each.words) for each in states], chosen
        )
    priorities = [(each.value, each.value.capitalize()) for each in reversed(Priority)]
    chosen = filters.priority.value if filters.priority else ANY
    yield _menu(Action.HOME_PRIORITY, [(ANY, "Any priority"), *priorities], chosen)
    if name is ListName.MINE:
        departments = [(str(each), label) for each, label in page.departments[:OPTIONS_MOST]]
        chosen = str(filters.department_id) if filters.department_id else ANY
        yield _menu(Action.HOME_DEPARTMENT, [(ANY, "Any department"), *departments], chosen)


def _menu(action: Action, offered: Sequence[tuple[str, str]], chosen: str) -> Block:
    listed = {value: option(label, value) for value, label in offered}
    return select(action, list(listed.values()), listed.get(chosen))


def _departments(departments: Sequence[tuple[UUID, str]]) -> Iterator[Block]:
    if not departments:
        return
    yield header("Ask a department")
    for department_id, name in departments[:DEPARTMENTS_MOST]:
        file = button(Action.HOME_FILE, "New request", str(department_id))
        yield section(plain_text(clip(one_line(name), NAME_MAX))) | {"accessory": file}
    if len(departments) > DEPARTMENTS_MOST:
        yield context(plain_text("More departments are in the form: press “New request” above."))
