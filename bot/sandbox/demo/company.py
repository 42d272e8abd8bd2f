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
    #: Five numbers that the local Slack draws a face from.
    looks: str = "00000"

    @property
    def picture(self) -> str:
        return f"https://avatars.invalid/LOOKS{self.looks}_48.png"

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


ADA = Somebody("U0ADA", "Ada Admin", "Workplace systems", looks="53141")
HUGO = Somebody("U0HUGO", "Hugo Kern", "Head of IT", "magenta", looks="51660")
ANN = Somebody("U0ANN", "Ann Visser", "IT support", "cyan", looks="60101")
INES = Somebody("U0INES", "Ines Duarte", "Head of HR", time_zone="Europe/Lisbon", looks="12133")
FINN = Somebody("U0FINN", "Finn Solberg", "Finance", "yellow", "Europe/Oslo", looks="40300")
CORA = Somebody("U0CORA", "Cora Lindt", "CEO", time_zone="Europe/Zurich", looks="71424")
BEA = Somebody("U0BEA", "Bea Okafor", "Sales, Berlin", "green", looks="03033")
CARL = Somebody("U0CARL", "Carl Otto", "IT support", looks="40242")
HANA = Somebody("U0HANA", "Hana Ito", "People operations", time_zone="Asia/Tokyo", looks="31011")
TARA = Somebody("U0TARA", "Tara Voss", "Finance", time_zone="Europe/Vienna", looks="61352")
NILS = Somebody("U0NILS", "Nils Berg", "Head of Finance", time_zone="Europe/Oslo", looks="00612")
GRETA = Somebody(
    "U0GRETA", "Greta Maas", "Head of Facilities", time_zone="Europe/Amsterdam", looks="30554"
)
PABLO = Somebody("U0PABLO", "Pablo Ruiz", "Caretaker", time_zone="Europe/Madrid", looks="21053")
LENA = Somebody("U0LENA", "Lena Fuchs", "Marketing, Hamburg", looks="10321")
OMAR = Somebody(
    "U0OMAR", "Omar Haddad", "Product, New York", time_zone="America/New_York", looks="22000"
)
MEI = Somebody(
    "U0MEI", "Mei Chen", "Customer success, Singapore", time_zone="Asia/Singapore", looks="71024"
)
PEOPLE = (
    *(BEA, LENA, OMAR, MEI, ANN, CARL, HUGO, HANA, INES, FINN, TARA, NILS, PABLO, GRETA, CORA),
    ADA,
)
BY_FIRST_NAME = {each.first_name: each for each in PEOPLE}


@dataclass(frozen=True)
class Room:
    id: str
    name: str
    members: tuple[Somebody, ...]
    topic: str
    private: bool = True


IT_DESK = Room("C0ITDESK", "it-desk", (HUGO, ANN, CARL), "Everything with a plug")
HR_DESK = Room("C0HRDESK", "hr-desk", (INES, HANA), "Contracts, leave, newcomers")
FINANCE_DESK = Room("C0FINDESK", "finance-desk", (FINN, TARA, NILS), "Invoices and expenses")
FACILITIES_DESK = Room("C0FACDESK", "facilities-desk", (GRETA, PABLO), "Rooms, doors, coffee")
GENERAL = Room("C0GENERAL", "general", PEOPLE, "The whole company", private=False)
DESKS = {
    "IT": IT_DESK,
    "HR": HR_DESK,
    "Finance": FINANCE_DESK,
    "Facilities": FACILITIES_DESK,
}
ROOMS = (*DESKS.values(), GENERAL)


async def set_stage(slack: SlackClient) -> None:
    """Adds whoever and whatever is missing; what was changed since stays changed."""
    people = {each["id"] for each in await slack.get("/admin/people")}
    for person in PEOPLE:
        if person.id not in people:
            about = {
                "email": person.email,
                "tz": person.time_zone,
                "title": person.title,
                "image": person.picture,
            }
            # The help desk hears of them, and so knows their pictures.
            await slack.person(person.id, person.name, announce=True, **about)
    rooms = {each["id"] for each in await slack.get("/admin/channels")}
    for room in ROOMS:
        if room.id not in rooms:
            members = [each.id for each in room.members]
            await slack.channel(
                room.id, room.name, private=room.private, members=members, topic=room.topic
            )
