"""What a configuration may not say although each of its values is well formed."""

from collections.abc import Iterable, Iterator

from core.configuration import approvals
from core.configuration.approval_entries import ApprovalRule
from core.configuration.file import NO_TEAM, Configuration, PersonEntry
from core.configuration.yaml_lines import Path
from core.tickets.forms import FieldKind
from core.tickets.holidays import subdivisions
from core.users.roles import Role

Fault = tuple[Path, str]


def contradictions(file: Configuration) -> Iterator[Fault]:
    yield from _twice(("departments", "name"), [each.name for each in file.departments])
    yield from _twice(("people", "slack_user_id"), [each.slack_user_id for each in file.people])
    yield from _twice(("people", "employee_code"), [each.employee_code for each in file.people])
    yield from _twice(("calendars", "name"), [each.name for each in file.calendars])
    yield from _twice(("sla_templates", "name"), [each.name for each in file.sla_templates])
    templates = [each.name for each in file.split_templates]
    yield from _twice(("split_templates", "name"), templates)
    yield from _twice(("routing", "name"), [each.name for each in file.routing])
    canned = [
        f"{each.title}” of “{each.department}" if each.department else each.title
        for each in file.canned_replies
    ]
    yield from _twice(("canned_replies", "title"), canned)
    yield from _idle(file)
    yield from _forms(file)
    yield from _twice(("departments", "head"), [each.head for each in file.departments])
    yield from _built_in(file)
    yield from _regions(file)
    yield from _team(file)
    yield from _roles(file)
    if amounts := list(_amounts(file.approval_rules)):
        yield from amounts
    else:
        yield from approvals.faults(file)


def _twice(place: tuple[str, str], values: Iterable[str | None]) -> Iterator[Fault]:
    section, key = place
    seen = set()
    for position, value in enumerate(values):
        if value in seen:
            yield (section, position, key), f"the {key} “{value}” is in {section} a second time"
        if value is not None:
            seen.add(value)


def _idle(file: Configuration) -> Iterator[Fault]:
    for position, each in enumerate(file.routing):
        if not (each.to or each.set_priority or each.assignee):
            text = "this rule does nothing: write to, set_priority or assignee"
            yield ("routing", position), text


def _forms(file: Configuration) -> Iterator[Fault]:
    for position, department in enumerate(file.departments):
        at = ("departments", position, "form_fields")
        labels = [each.label for each in department.form_fields]
        for number, each in enumerate(department.form_fields):
            if each.label in labels[:number]:
                yield (*at, number), f"the input “{each.label}” is here a second time"
            if (each.type is FieldKind.SELECT) != bool(each.options):
                yield (*at, number), f"“{each.label}”: a select has options, and nothing else has"
            elif any("," in option for option in each.options):
                yield (*at, number), f"“{each.label}”: an option has no comma"


def _built_in(file: Configuration) -> Iterator[Fault]:
    for position, each in enumerate(file.calendars):
        if each.name == "always":
            yield ("calendars", position, "name"), "the calendar “always” is built in"


def _regions(file: Configuration) -> Iterator[Fault]:
    for position, each in enumerate(file.calendars):
        country, region = each.holidays.country, each.holidays.subdivision
        known = subdivisions(country) if country else []
        if region and region not in known:
            text = f"“{region}” is no part of {country} with holidays of its own"
            listed = f"; known are {', '.join(known)}" if known else ""
            where = ("calendars", position, "holidays", "subdivision")
            yield where, f"{text}{listed}" if country else "write the country as well"


def _team(file: Configuration) -> Iterator[Fault]:
    if file.team_id == NO_TEAM and file.names_somebody():
        yield ("team_id",), "people are named, so write the id of your workspace"


def _roles(file: Configuration) -> Iterator[Fault]:
    """A person has one role; the file may not give two."""
    headed = {each.head: each.name for each in file.departments if each.head}
    for position, each in enumerate(file.departments):
        if each.head and each.head == file.admin:
            yield (
                ("departments", position, "head"),
                f"{each.head} is the admin, and a person has one role",
            )
    for position, person in enumerate(file.people):
        yield from _person(position, person, file.admin, headed)


def _person(
    position: int, person: PersonEntry, admin: str | None, headed: dict[str, str]
) -> Iterator[Fault]:
    given = person.model_fields_set
    who, at = person.slack_user_id, ("people", position)
    department = headed.get(who)
    if "role" in given and who == admin and person.role is not Role.ADMIN:
        yield (*at, "role"), f"{who} is named as admin: write role: admin, or leave it out"
    if department is None:
        return
    if "role" in given and person.role is not Role.DEPARTMENT_HEAD:
        text = f"{who} is the head of {department}: write role: department_head, or leave it out"
        yield (*at, "role"), text
    if "department" in given and person.department != department:
        text = f"{who} is the head of {department}, and belongs to one department"
        yield (*at, "department"), text


def _amounts(rules: list[ApprovalRule]) -> Iterator[Fault]:
    for position, rule in enumerate(rules):
        at = ("approval_rules", position)
        if rule.upper is not None and rule.upper <= rule.lower:
            yield (*at, "to"), f"“to” must be more than “from”, which is {rule.lower}"
        if len(set(rule.steps)) < len(rule.steps):
            yield (*at, "steps"), "a step is here a second time"
        if any(_overlap(rule, earlier) for earlier in rules[:position]):
            yield at, f"another rule for {rule.currency} already covers some of these amounts"


def _overlap(one: ApprovalRule, other: ApprovalRule) -> bool:
    if one.currency != other.currency:
        return False
    one_ends_first = one.upper is not None and one.upper <= other.lower
    other_ends_first = other.upper is not None and other.upper <= one.lower
    return not (one_ends_first or other_ends_first)
