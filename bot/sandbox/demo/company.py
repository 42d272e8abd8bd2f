"""The people and channels of the local Slack; what the help desk knows of them is company.yml."""

from dataclasses import dataclass
from pathlib import Path

from bot.sandbox.slack import SlackClient
from bot.sandbox.slack.people import Person
from bot.sandbox.slack.rendering import Reader
from bot.sandbox.slack.workspace import Workspace

TEAM = "T0ACME"
CONFIGURATION = Path(__file__).with_name("company.yml")


@dataclass(frozen=True)
class Somebody:
    id: str
    name: str
    title: str
    colour: str = "white"
    time_zone: str = "Europe/Berlin"

    @property
    def first_name(self) -> str:
        return self.name.split()[0]

    @property
    def email(self) -> str:
        return f"{self.first_name.lower()}@acme.example"

    def reader(self) -> Reader:
        """Reads messages as this person's client shows them."""
        workspace = Workspace(TEAM)
        for each in PEOPLE:
            workspace.add_person(Person(each.id, each.first_name.lower(), each.name, TEAM))
        return Reader(workspace, self.time_zone)


ADA = Somebody("U0ADA", "Ada Admin", "Workplace systems")
HUGO = Somebody("U0HUGO", "Hugo Kern", "Head of IT", "magenta")
ANN = Somebody("U0ANN", "Ann Visser", "IT support", "cyan")
INES = Somebody("U0INES", "Ines Duarte", "Head of HR", time_zone="Europe/Lisbon")
FINN = Somebody("U0FINN", "Finn Solberg", "Finance", "yellow", "Europe/Oslo")
CORA = Somebody("U0CORA", "Cora Lindt", "CEO", time_zone="Europe/Zurich")
BEA = Somebody("U0BEA", "Bea Okafor", "Sales, Berlin", "green")
PEOPLE = (ADA, HUGO, ANN, INES, FINN, CORA, BEA)


@dataclass(frozen=True)
class Room:
    id: str
    name: str
    members: tuple[Somebody, ...]
    private: bool = True


IT_DESK = Room("C0ITDESK", "it-desk", (HUGO, ANN))
HR_DESK = Room("C0HRDESK", "hr-desk", (INES,))
FINANCE_DESK = Room("C0FINDESK", "finance-desk", (FINN,))
GENERAL = Room("C0GENERAL", "general", PEOPLE, private=False)
ROOMS = (IT_DESK, HR_DESK, FINANCE_DESK, GENERAL)


async def set_stage(slack: SlackClient) -> None:
    """Adds whoever and whatever is missing; what was changed since stays changed."""
    people = {each["id"] for each in await slack.get("/admin/people")}
    for person in PEOPLE:
        if person.id not in people:
            about = {"email": person.email, "tz": person.time_zone, "title": person.title}
            await slack.person(person.id, person.name, **about)
    rooms = {each["id"] for each in await slack.get("/admin/channels")}
    for room in ROOMS:
        if room.id not in rooms:
            members = [each.id for each in room.members]
            await slack.channel(room.id, room.name, private=room.private, members=members)
