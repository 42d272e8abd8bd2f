"""What `hdms doctor` says of an installation, and of each thing that may be wrong with it."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from bot import doctor
from tests.journeys.company import IT_DESK, SECRET, TOKEN, Company
from workers import sla

Settings = dict[str, Any]


@pytest.fixture
def settings(company: Company, database_url: str, redis_url: str, tmp_path: Path) -> dict[str, Any]:
    return {
        "database_url": database_url,
        "redis_url": redis_url,
        "slack_bot_token": TOKEN,
        "slack_signing_secret": SECRET,
        "slack_api_url": f"{company.slack_url}/api/",
        "HDMS_PUBLIC_URL": company.bot_url,
        "HDMS_STORAGE_URL": f"file:{tmp_path}/files",
    }


async def findings(settings: Settings, **more: Any) -> dict[str, tuple[bool, str]]:
    read = doctor.Settings.model_validate(settings | more)
    return {each.about: (each.is_well, each.words) async for each in doctor.examine(read)}


async def wrong(settings: Settings, **more: Any) -> dict[str, str]:
    found = await findings(settings, **more)
    return {about: words for about, (is_well, words) in found.items() if not is_well}


async def test_an_installation_that_works_is_well(company: Company, settings: Settings) -> None:
    await sla.watch(company.runtime)
    found = await findings(settings)
    assert {about for about, (is_well, _) in found.items() if not is_well} == set()
    assert list(found) == [
        "Database",
        "Redis",
        "Files",
        "Slack",
        "Scopes",
        "Clock",
        "Requests",
        "Desk HR",
        "Desk IT",
        "Workers",
    ]
    assert found["Desk IT"][1] == "the app is in #it-desk."
    assert found["Requests"][1] == f"the bot answers at {company.bot_url}, and knows the signature."


async def test_it_says_that_nobody_works(company: Company, settings: Settings) -> None:
    no_worker = "nothing was done lately: start `hdms worker` and `hdms beat`."
    assert await wrong(settings) == {"Workers": no_worker}
    await sla.watch(company.runtime)
    await company.change("UPDATE preferences SET updated_at = now() - interval '10 min'")
    assert await wrong(settings) == {"Workers": no_worker}


async def test_it_says_that_messages_wait(company: Company, settings: Settings) -> None:
    await sla.watch(company.runtime)
    await company.file(company.bea, "Printer is on fire")
    await company.change("UPDATE outbox_messages SET available_at = now() - interval '600 s'")
    said = (await wrong(settings))["Workers"]
    assert "messages wait, the oldest for 60" in said


async def test_it_says_where_the_app_is_missing(company: Company, settings: Settings) -> None:
    await sla.watch(company.runtime)
    await company.slack.channel(IT_DESK, "it-desk", private=True, members=["U0ANN"], bot=False)
    await company.change("UPDATE departments SET desk_channel_id = NULL WHERE name = 'HR'")
    assert await wrong(settings) == {
        "Desk HR": "has no desk channel: choose one in the app's Home tab.",
        "Desk IT": "its channel cannot be seen (channel_not_found): invite the app to it.",
    }
    await company.slack.channel(IT_DESK, "it-desk", members=["U0ANN"], bot=False)
    assert (await wrong(settings))["Desk IT"] == "the app is not in #it-desk: invite it."
    await company.slack.channel(IT_DESK, "it-desk", members=["U0ANN"], archived=True)
    said = (await wrong(settings))["Desk IT"]
    assert said == "#it-desk is archived: choose another channel."


async def test_it_says_which_secret_is_wrong(company: Company, settings: Settings) -> None:
    await sla.watch(company.runtime)
    assert await wrong(settings, slack_signing_secret="another") == {
        "Requests": "the bot refuses the signature: it runs with another SLACK_SIGNING_SECRET."
    }
    found = await wrong(settings, slack_bot_token="xoxb-another")
    assert found["Slack"] == "does not take our token (invalid_auth): look at SLACK_BOT_TOKEN."
    found = await wrong(settings, slack_app_token="xapp-another")
    assert found["Socket Mode"].startswith("no connection to be had (invalid_auth)")


async def test_it_says_what_the_token_may_not_do(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    manifest = yaml.safe_load(doctor.MANIFEST.read_text())
    manifest["oauth_config"]["scopes"]["bot"] += ["calls:write", "calls:read"]
    newer = tmp_path / "manifest.yml"
    newer.write_text(yaml.safe_dump(manifest))
    monkeypatch.setattr(doctor, "MANIFEST", newer)
    assert (await wrong(settings))["Scopes"] == (
        "missing: calls:read, calls:write. Install the app again from the manifest."
    )


async def test_it_says_which_server_does_not_answer(company: Company, settings: Settings) -> None:
    await sla.watch(company.runtime)
    nobody = "redis://127.0.0.1:1/0"
    assert "does not answer" in (await wrong(settings, redis_url=nobody))["Redis"]
    away = await wrong(settings, HDMS_PUBLIC_URL="http://127.0.0.1:1")
    assert away["Requests"].startswith("nobody answers at http://127.0.0.1:1 ")
    other = await wrong(settings, HDMS_PUBLIC_URL=company.slack_url)
    assert other["Requests"] == (
        f"{company.slack_url} answers with 404: something before the bot keeps requests from it."
    )
    kept = await wrong(settings, HDMS_STORAGE_URL="file:/proc/nowhere")
    assert "look at HDMS_STORAGE_URL" in kept["Files"]
    database = await wrong(settings, database_url="postgresql://hdms@127.0.0.1:1/hdms")
    assert database["Database"].startswith("cannot be reached")
    assert "Workers" not in database


async def test_it_says_that_the_database_is_behind(
    settings: Settings, empty_database_url: str
) -> None:
    found = await wrong(settings, database_url=empty_database_url)
    assert found["Database"].startswith("at nothing, wanted ")
    assert found["Database"].endswith("run `hdms migrate`.")
