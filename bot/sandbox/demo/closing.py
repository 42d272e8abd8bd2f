"""What is shown when the story is over: rows, threads, and whether all is as it should be."""

import asyncio
import time

import asyncpg

from bot.sandbox.demo import picture, records, verdict
from bot.sandbox.demo.company import ANN, BEA
from bot.sandbox.demo.records import Records
from bot.sandbox.demo.story import Ticket
from bot.sandbox.demo.telling import Teller
from bot.sandbox.demo.watching import PAUSE_SECONDS, SECONDS
from bot.sandbox.slack import SlackClient


async def show(
    connection: asyncpg.Connection, slack: SlackClient, teller: Teller, ticket: Ticket
) -> bool:
    """True when the story ended as it should."""
    found = await _settled(connection, ticket.number)
    teller.heading(f"{ticket.key} in the database")
    for name, table in records.tables(found):
        teller.part(name, table)
    kept = await verdict.read_slack(slack, ticket)
    teller.heading(f"{ticket.key} in the local Slack")
    teller.part("#it-desk", picture.said(kept.desk, ANN.reader()))
    teller.part("Bea's direct message", picture.said(kept.requester, BEA.reader()))
    teller.heading("As it should be?")
    findings = list(verdict.judge(found, kept))
    for finding in findings:
        teller.finding(finding.is_well, finding.sentence)
    await _other_tickets(connection, found, teller)
    return all(finding.is_well for finding in findings)


async def _settled(connection: asyncpg.Connection, number: int) -> Records:
    """The ticket's records once nothing of it waits any more, or at the deadline."""
    deadline = time.monotonic() + SECONDS
    while True:
        found = await records.read(connection, number)
        if all(each["settled_at"] for each in found.outbox) or time.monotonic() > deadline:
            return found
        await asyncio.sleep(PAUSE_SECONDS)


async def _other_tickets(connection: asyncpg.Connection, found: Records, teller: Teller) -> None:
    own = sum(each["settled_at"] is None for each in found.outbox)
    others = await records.unsettled(connection) - own
    if others:
        teller.remark(f"{others} messages of other tickets wait for another attempt.")
