"""`python -m bot.sandbox.demo [--once]`: everything up, one story played, and then yours to try."""

import argparse
import asyncio
import signal
import sys
import time
from pathlib import Path
from types import FrameType

import asyncpg
from aiohttp import ClientError

from bot.sandbox.demo import closing, records
from bot.sandbox.demo.actors import Stage
from bot.sandbox.demo.company import BEA, set_stage
from bot.sandbox.demo.content import play
from bot.sandbox.demo.environment import Environment
from bot.sandbox.demo.story import Story
from bot.sandbox.demo.telling import Teller, make_console
from bot.sandbox.demo.watching import Differs, Watcher
from bot.sandbox.services import ServiceError
from bot.sandbox.slack import SlackClient

FOLDER = Path(".hdms/demo")
LOOK_SECONDS = 0.5


def main() -> int:
    """The exit status: 0 when the story ended well, or was stopped by whoever tried things out."""
    parser = argparse.ArgumentParser(prog="hdms demo", description=__doc__)
    parser.add_argument("--once", action="store_true", help="stop when the story is over")
    parser.add_argument("--content", action="store_true", help="with --once: the tickets too")
    chosen = parser.parse_args()
    once, content = chosen.once, chosen.content or not chosen.once
    teller = Teller(make_console())
    # One way to stop, whether it comes from the keyboard or from another program.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, _as_from_the_keyboard)
    teller.say(f"HDMS demo in {FOLDER}", "bold")
    environment = Environment(FOLDER, teller.came_up)
    try:
        return _run(environment, teller, once=once, content=content)
    except ServiceError as error:
        teller.finding(False, str(error))
        return 1
    except KeyboardInterrupt:
        if once:
            teller.finding(False, f"Interrupted at {teller.step_shown}.")
        return 1 if once else 0
    finally:
        _stop(environment, teller)


def _run(environment: Environment, teller: Teller, *, once: bool, content: bool) -> int:
    environment.start()
    try:
        is_well = asyncio.run(_show(environment, teller, content=content))
    except (OSError, ClientError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        environment.check()
        raise ServiceError(f"A connection was lost at {teller.step_shown}: {error!r}.") from error
    if once:
        return 0 if is_well else 1
    _invite(environment, teller)
    while True:
        environment.check()
        environment.check_servers()
        time.sleep(LOOK_SECONDS)


async def _show(environment: Environment, teller: Teller, *, content: bool) -> bool:
    async with (
        SlackClient(environment.slack_url) as slack,
        records.connected(environment.database_url) as connection,
    ):
        await set_stage(slack)
        earlier = await records.what_is_there(connection)
        if earlier:
            teller.came_up("tickets of earlier runs", earlier)
        try:
            ticket = await Story(slack, teller, Watcher(environment.check)).play()
        except Differs as difference:
            teller.say("")
            teller.finding(False, f"The story stopped at {teller.step_shown}. {difference}")
            teller.remark(f"The logs are in {FOLDER}.")
            return False
        is_well = await closing.show(connection, slack, teller, ticket)
        if content:
            is_well = await _fill(environment, teller, slack) and is_well
    teller.say("")
    ending = "ended as it should" if is_well else "did not end as it should: see above"
    teller.finding(is_well, f"The story of {ticket.key} {ending}.")
    return is_well


async def _fill(environment: Environment, teller: Teller, slack: SlackClient) -> bool:
    """The tickets of a company that has been at work for a while."""
    teller.heading("A company at work: some forty tickets, played by their people")
    stage = Stage(slack, Watcher(environment.check))
    played, failures = await play(stage, teller.remark)
    for failure in failures:
        teller.finding(False, f"A ticket could not be played. {failure}")
    words = f"{played} tickets were played." if played else "They are there already."
    teller.finding(not failures, words)
    return not failures


def _invite(environment: Environment, teller: Teller) -> None:
    teller.heading("Everything stays up for you to try; Ctrl-C stops it")
    slack = environment.slack_url
    for name, where in (
        ("the local Slack", f"{slack} (open it in a browser, and be somebody)"),
        ("the bot", f"{environment.bot_url} (/readyz says how it is)"),
        ("logs", f"{FOLDER}/*.log and {FOLDER}/services/*.log"),
        ("data", f"{FOLDER}; delete the folder to begin anew"),
    ):
        teller.say(f"{name:<17}{where}")
    teller.say(
        "\nOr without a browser: do something as Bea, and look at her private answers", "dim"
    )
    wish = """'{"command": "/ticket", "text": "mine"}'"""
    teller.say(f"curl -s -d {wish} {slack}/admin/act/{BEA.id}/command")
    teller.say(f"curl -s {slack}/admin/see/{BEA.id}/ephemerals")


def _as_from_the_keyboard(number: int, frame: FrameType | None) -> None:
    signal.raise_signal(signal.SIGINT)


def _stop(environment: Environment, teller: Teller) -> None:
    """To the end, however often somebody presses Ctrl-C."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    if not environment.is_up:
        return
    teller.say("\nStopping …", "dim")
    environment.stop()
    teller.say("Stopped. The data stay for the next start.", "dim")


if __name__ == "__main__":
    sys.exit(main())
