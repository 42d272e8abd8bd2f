"""The local Slack as a process, and the file that keeps its workspace."""

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest
import yaml
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox.slack import SlackClient
from tests.bot.sandbox.slack.blocks import home, section
from tests.bot.sandbox.slack.conftest import MANIFEST
from tests.bot.sandbox.slack.stub_app import TOKEN
from tests.soon import PATIENCE, soon

ROOT = Path(__file__).parents[4]


def written(file: Path) -> str:
    return file.read_text() if file.exists() else ""


@asynccontextmanager
async def process(folder: Path) -> AsyncIterator[str]:
    """Run it, and end it with SIGTERM."""
    manifest, ready = folder / "manifest.yml", folder / "ready"
    manifest.write_text(yaml.safe_dump(MANIFEST))
    ready.unlink(missing_ok=True)
    running = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot.sandbox.slack", "--manifest", str(manifest)),
        *("--bot-token", TOKEN, "--ready-file", str(ready)),
        *("--state", str(folder / "state.json")),
        cwd=ROOT,
        env=dict(os.environ),
    )
    try:
        yield await soon(lambda: written(ready))
    finally:
        running.send_signal(signal.SIGTERM)
        assert await asyncio.wait_for(running.wait(), PATIENCE) == 0


async def test_a_restart_finds_everything_again(tmp_path: Path) -> None:
    async with process(tmp_path) as base_url, SlackClient(base_url) as slack:
        api = AsyncWebClient(token=TOKEN, base_url=f"{base_url}/api/")
        ann = await slack.person("U0ANN", "Ann Visser")
        await slack.channel("C0GENERAL", "general", members=["U0ANN"])
        first = await ann.post("C0GENERAL", "hello", files=[("a.txt", b"x")])
        await api.chat_postMessage(channel="U0ANN", text="direct")
        await api.views_publish(user_id="U0ANN", view=home(section("Home of Ann")))
    assert json.loads((tmp_path / "state.json").read_text())["people"]
    async with process(tmp_path) as base_url, SlackClient(base_url) as slack:
        api = AsyncWebClient(token=TOKEN, base_url=f"{base_url}/api/")
        ann = slack.acting("U0ANN")
        assert [m.text for m in await ann.messages("C0GENERAL")] == ["hello"]
        assert [m.text for m in await ann.dms()] == ["direct"]
        assert await slack.file_content(first.files[0]["id"]) == b"x"
        shown = await ann.home()
        assert shown
        assert "Home of Ann" in shown.text
        reply = await ann.post("C0GENERAL", "again", thread_ts=first.ts)
        assert reply.ts > first.ts
        assert (await api.conversations_replies(channel="C0GENERAL", ts=first.ts))["messages"]


async def test_changes_are_saved_while_it_runs(tmp_path: Path) -> None:
    state = tmp_path / "state.json"
    async with process(tmp_path) as base_url, SlackClient(base_url) as slack:
        await slack.person("U0ANN", "Ann Visser")
        saved = json.loads(await soon(lambda: written(state)))
        assert "U0ANN" in [person["id"] for person in saved["people"]]


async def refused(*options: str, **more: str) -> str:
    """What it says when it does not start."""
    ended = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot.sandbox.slack", "--manifest", "none.yml", *options),
        cwd=ROOT,
        env=dict(os.environ) | more,
        stderr=asyncio.subprocess.PIPE,
    )
    _, told = await asyncio.wait_for(ended.communicate(), PATIENCE)
    assert ended.returncode == 1
    return told.decode()


async def test_it_listens_on_this_machine_only() -> None:
    for host in ("0.0.0.0", "192.168.1.7", "example.com", "::"):
        assert "listens on this machine only" in await refused("--host", host)


async def test_it_does_not_start_beside_a_token_of_the_real_slack() -> None:
    told = await refused("--bot-token", "xoxb-own", SLACK_BOT_TOKEN="xoxb-real")
    assert "SLACK_BOT_TOKEN holds a token of a real Slack workspace" in told
    assert "xoxb-real" not in told


async def test_its_own_token_is_no_obstacle_and_pages_are_served(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SLACK_BOT_TOKEN", TOKEN)
    async with (
        process(tmp_path) as base_url,
        aiohttp.ClientSession(base_url) as session,
        session.get("/") as answer,
    ):
        assert "Who would you like to be?" in await answer.text()
