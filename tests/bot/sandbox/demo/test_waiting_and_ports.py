"""Waiting ends with what was seen instead, and a taken port is no obstacle."""

import socket
from pathlib import Path

import pytest

from bot.sandbox.demo import ports, watching
from bot.sandbox.demo.environment import Environment
from bot.sandbox.demo.watching import Differs, Missing, Watcher
from bot.sandbox.services import ServiceError


async def _never() -> str:
    raise Missing("an empty channel")


async def test_a_missed_deadline_says_what_was_seen_instead(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(watching, "SECONDS", 0.2)
    with pytest.raises(Differs, match=r"Expected a card within 0 s\. Seen instead: an empty"):
        await Watcher(lambda: None).until("a card", _never)


async def test_waiting_ends_at_once_when_a_program_has_ended() -> None:
    def check() -> None:
        raise ServiceError("hdms worker has ended.")

    with pytest.raises(ServiceError, match="worker has ended"):
        await Watcher(check).until("a card", _never)


def test_a_taken_port_is_replaced_by_a_free_one() -> None:
    with socket.create_server((ports.LOOPBACK, 0)) as taken:
        port = taken.getsockname()[1]
        assert ports.free_port(port) not in (0, port)
    assert ports.free_port(port) == port


@pytest.mark.parametrize("given", ["", "x", "0", "70000", "-1"])
def test_a_port_that_is_none_is_refused(monkeypatch: pytest.MonkeyPatch, given: str) -> None:
    monkeypatch.setenv("HDMS_PORT", given)
    with pytest.raises(ServiceError, match="is no port"):
        ports.wanted_port()


def test_the_local_slack_has_a_port_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HDMS_SLACK_PORT", "x")
    with pytest.raises(ServiceError, match="HDMS_SLACK_PORT=x is no port"):
        ports.wanted_port(ports.SLACK)
    assert ports.wanted_port() != 0


@pytest.mark.parametrize("name", ["SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "SOME_TOKEN"])
@pytest.mark.parametrize("token", ["xoxb-1-2-abc", " xapp-1-A0-abc"])
def test_the_demo_refuses_a_token_of_the_real_slack(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, token: str
) -> None:
    monkeypatch.setenv(name, token)
    with pytest.raises(ServiceError, match=f"{name} holds a token of a real Slack"):
        Environment(tmp_path / "demo", lambda what, where: None).start()
    assert not (tmp_path / "demo").exists()
