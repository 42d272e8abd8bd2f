"""What a batch of rows needs to know, read with one query for each kind."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from core.communication import queries as communication
from core.communication.models import Audience, Thread
from core.communication.queries import Said, Told
from core.notices import Place
from core.outbox import Claim
from core.tickets import history, queries, sub_queries
from core.tickets.history import HistoryLine
from core.tickets.queries import TicketView
from core.tickets.sub_queries import PartView
from core.users import queries as users


@dataclass(frozen=True, slots=True)
class Scene:
    tickets: Mapping[uuid.UUID, TicketView]
    threads: Mapping[Place, Thread]
    said: Mapping[int, Said]
    told: Mapping[int, Told]
    lines: Mapping[int, HistoryLine]
    #: Slack user ids of people we write to.
    readers: Mapping[uuid.UUID, str]
    parts: Mapping[int, PartView]

    def ticket(self, payload: dict[str, Any]) -> TicketView | None:
        return self.tickets.get(uuid.UUID(payload["ticket_id"]))

    def thread(self, payload: dict[str, Any]) -> Thread | None:
        return self.threads.get(Place.of(payload))

    def thread_of(self, ticket_id: uuid.UUID, audience: Audience) -> Thread | None:
        return self.threads.get(Place(ticket_id, audience))

    def reader(self, payload: dict[str, Any]) -> str | None:
        return self.readers.get(uuid.UUID(payload["reader_id"]))


async def read_scene(session: AsyncSession, claims: Sequence[Claim]) -> Scene:
    def named(key: str) -> list[Any]:
        return list({each.payload[key] for each in claims if key in each.payload})

    told = await communication.list_told(session, named("notification_id"))
    ids = {uuid.UUID(each) for each in named("ticket_id")}
    ids |= {each.ticket_id for each in told.values() if each.ticket_id}
    people = [uuid.UUID(each) for each in named("reader_id")]
    return Scene(
        tickets=await queries.list_views(session, list(ids)),
        threads=await communication.list_threads(session, list(ids)),
        said=await communication.list_said(session, named("message_id")),
        told=told,
        lines=await history.list_lines(session, named("audit_id")),
        readers=await users.list_slack_ids(session, people),
        parts=await sub_queries.list_part_views(session, named("part_id") + named("about")),
    )
