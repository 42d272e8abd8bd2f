"""The tickets of the demo: written for people who exist, and played as written."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.sandbox.demo import company, content, drawings
from bot.sandbox.demo.actors import Stage
from bot.sandbox.demo.company import BY_FIRST_NAME, DESKS
from bot.sandbox.demo.watching import Watcher
from bot.sandbox.slack import SlackClient, running_slack
from bot.server import PATH
from core.configuration.reading import read_file
from core.configuration.seed import apply
from core.db import unit_of_work
from core.engine import Sessions
from tests.journeys.company import MANIFEST, SECRET, TOKEN, serving_bot, settings_for
from workers.outbox import drain
from workers.runtime import make_runtime

VERBS = set(content.STEPS)
#: Scenes that between them use every verb and the forms of both sides.
PLAYED = (
    "VPN drops every few minutes",
    "New starter in marketing on Monday",
    "Mail to a customer came back",
    "Screen for the meeting corner of finance",
    "Question about my parental leave",
    "A second license of the design tool",
)


def test_there_are_forty_of_them_in_four_departments() -> None:
    scenes = content.scenes()
    assert len(scenes) >= 40
    assert {scene["department"] for scene in scenes} == set(DESKS)
    summaries = [scene["summary"] for scene in scenes]
    assert len(set(summaries)) == len(summaries)


def test_whoever_and_whatever_is_named_exists() -> None:
    for scene in content.scenes():
        steps = [pair for step in scene.get("then") or [] for pair in step.items()]
        named = {scene["from"], *(who for who, _ in steps)}
        assert named <= set(BY_FIRST_NAME), scene["summary"]
        assert all(len(what) == 1 for _, what in steps), scene["summary"]
        for name in scene.get("files") or []:
            assert drawings.drawn(name)


def test_a_drawing_is_a_picture() -> None:
    for name in drawings.PICTURES:
        drawn = drawings.drawn(name)
        assert drawn.startswith(b"\x89PNG")
        assert drawn.endswith(b"IEND\xaeB`\x82")
        assert len(drawn) < 20_000


@pytest.fixture
async def stage(
    database_url: str, redis_url: str, fresh_sessions: Sessions, tmp_path: Path
) -> AsyncIterator[Stage]:
    async with unit_of_work(fresh_sessions) as session:
        await apply(session, read_file(company.CONFIGURATION))
    async with (
        running_slack(MANIFEST, bot_token=TOKEN, signing_secret=SECRET) as slack_url,
        SlackClient(slack_url) as slack,
    ):
        await company.set_stage(slack)
        storage = f"file:{tmp_path}/files"
        settings = settings_for(database_url, redis_url, slack_url, HDMS_STORAGE_URL=storage)
        async with serving_bot(settings) as bot_url:
            await slack.app(request_url=bot_url + PATH)
            runtime = await make_runtime(settings)

            async def work() -> None:
                while True:
                    await drain(runtime)
                    await asyncio.sleep(0.05)

            worker = asyncio.create_task(work())
            yield Stage(slack, Watcher(lambda: None))
            worker.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await worker
            await runtime.close()


async def test_scenes_are_played_once_however_often_the_demo_starts(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    chosen = [scene for scene in content.scenes() if scene["summary"] in PLAYED]
    used = {
        verb
        for scene in chosen
        for step in scene["then"]
        for what in step.values()
        for verb in what
    }
    assert used >= VERBS - {"attach"}
    monkeypatch.setattr(content, "scenes", lambda: chosen)
    told: list[str] = []
    assert await content.play(stage, told.append) == (len(PLAYED), [])
    assert sorted(told) == sorted(PLAYED)
    assert await content.play(stage, told.append) == (0, [])
    cards = await stage.slack.all_messages(DESKS["HR"].id)
    starter = next(each for each in cards if "New starter" in each.plain)
    assert "1 of 2 done" in starter.plain


async def test_a_scene_that_cannot_be_played_is_told_and_stops_no_other(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    good = {"from": "Bea", "summary": "A good one", "department": "IT"}
    bad = {"from": "Bea", "summary": "A bad one", "department": "Gardening"}
    monkeypatch.setattr(content, "scenes", lambda: [bad, good])
    played, [failure] = await content.play(stage, lambda words: None)
    assert played == 2
    assert "A bad one" in failure
