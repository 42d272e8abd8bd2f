"""The local Slack as a process: `python -m bot.sandbox.slack --manifest manifest.yml`."""

from __future__ import annotations

import argparse
import asyncio
import os
import signal
import sys
from pathlib import Path

from bot.sandbox.face.guarding import is_loopback
from bot.sandbox.face.pages import furnish
from bot.sandbox.slack.events import QUICK_RETRIES, REAL_RETRIES
from bot.sandbox.slack.manifest import read_manifest
from bot.sandbox.slack.real_tokens import real_tokens
from bot.sandbox.slack.sandbox import new_sandbox
from bot.sandbox.slack.server import serving
from bot.sandbox.slack.state_file import StateFile
from bot.sandbox.slack.transport import AppAddress


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bot.sandbox.slack", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--manifest", type=Path, required=True)
    parser.add_argument("--app-url", default="")
    parser.add_argument("--bot-token", default="xoxb-sandbox")
    parser.add_argument("--signing-secret", default="sandbox-signing-secret")
    parser.add_argument("--team-id", default="T0ACME")
    parser.add_argument("--ready-file", type=Path, help="gets the base URL once it serves")
    parser.add_argument("--state", type=Path, help="JSON file to keep the workspace in")
    parser.add_argument("--real-retries", action="store_true", help="retry after 0, 60 and 300 s")
    return parser.parse_args()


def refuse_what_is_real(chosen: argparse.Namespace) -> None:
    """Whoever has a token of the real Slack in the environment may mean the real Slack."""
    if not is_loopback(chosen.host):
        sys.exit(f"The local Slack listens on this machine only, not on {chosen.host}.")
    for name in real_tokens(os.environ, chosen.bot_token):
        sys.exit(
            f"{name} holds a token of a real Slack workspace. This is only a stand-in for Slack; "
            f"start it without {name} in the environment."
        )


async def serve(chosen: argparse.Namespace) -> None:
    address = AppAddress(chosen.app_url, chosen.bot_token, chosen.signing_secret)
    sandbox = new_sandbox(read_manifest(chosen.manifest), address, chosen.team_id)
    sandbox.events.retry_delays = REAL_RETRIES if chosen.real_retries else QUICK_RETRIES
    state = StateFile(chosen.state) if chosen.state else None
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopped.set)
    place = (chosen.host, chosen.port)
    async with serving(sandbox, *place, state=state, furnish=furnish) as base_url:
        if chosen.ready_file:
            await asyncio.to_thread(chosen.ready_file.write_text, base_url)
        else:
            sys.stdout.write(base_url + "\n")
            sys.stdout.flush()
        await stopped.wait()


if __name__ == "__main__":
    chosen = arguments()
    refuse_what_is_real(chosen)
    asyncio.run(serve(chosen))
