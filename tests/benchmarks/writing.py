"""A process that opens tickets through core alone, without any HTTP."""

import asyncio
import gc
import itertools
import json
import secrets
import sys
import time
import uuid
from dataclasses import dataclass
from typing import Any

import uvloop

import core.models  # noqa: F401 - every table is known before the first query
from core.config import Settings
from core.db import unit_of_work
from core.direct import Direct, open_direct
from core.engine import Sessions, make_engine, make_sessions
from core.tickets import service as tickets
from core.tickets.models import Source
from core.tickets.policy import Policy, read_policy
from core.tickets.states import Priority
from core.users.permissions import Actor
from core.users.queries import Identity, find_actor
from tests.benchmarks.signed import DEPARTMENT, PEOPLE, TEAM, person


@dataclass(frozen=True, slots=True)
class Office:
    direct: Direct
    sessions: Sessions
    policy: Policy
    people: list[Actor]

    async def open_ticket(self, number: int, key: str) -> None:
        who = self.people[number % len(self.people)]
        form = tickets.NewTicket(
            summary="The printer on the third floor is jammed",
            description="It takes the paper, hums for a while, and shows an error. " * 5,
            department_id=uuid.UUID(DEPARTMENT),
            priority=Priority.MEDIUM,
            is_private=False,
            source=Source.FORM,
            source_key=key,
        )
        await tickets.open_ticket_alone(
            self.direct, self.sessions, form, author=who, requester=who, policy=self.policy
        )


async def write(office: Office, writers: int, seconds: float) -> dict[str, Any]:
    numbers, batch, done = itertools.count(), secrets.token_hex(5), 0
    cpu, since = time.process_time(), time.perf_counter()

    async def one() -> None:
        nonlocal done
        while time.perf_counter() - since < seconds:
            number = next(numbers)
            await office.open_ticket(number, f"bench:{batch}:{number}")
            done += 1

    await asyncio.gather(*(one() for _ in range(writers)))
    took = time.perf_counter() - since
    return {"done": done, "seconds": took, "cpu": time.process_time() - cpu}


async def answer_questions(database_url: str) -> None:
    pool_size = Settings.model_fields["pool_size"].default
    engine = make_engine(database_url, pool_size=pool_size)
    sessions = make_sessions(engine)
    async with unit_of_work(sessions) as session:
        policy = await read_policy(session)
        found = [await find_actor(session, Identity(TEAM, person(n))) for n in range(PEOPLE)]
    direct = await open_direct(database_url, pooled=False, most=pool_size, command_timeout=10)
    office = Office(direct, sessions, policy, [each for each in found if each])
    gc.collect()
    gc.freeze()
    for line in sys.stdin:
        print(json.dumps(await write(office, **json.loads(line))), flush=True)
    await direct.close()
    await engine.dispose()


if __name__ == "__main__":
    uvloop.run(answer_questions(**json.loads(sys.argv[1])))
