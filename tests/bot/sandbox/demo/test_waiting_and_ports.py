"""Waiting ends with what was seen instead, and a taken port is no obstacle."""

import socket

import pytest

from bot.sandbox.demo import ports, watching
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
