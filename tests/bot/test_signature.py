"""Slack's v0 signature."""

import pytest

from bot import signature
from bot.signature import is_from_slack

SECRET = b"8f742231b10e8888abcd99yyyzzz85a5"
BODY = (
    b"token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow"
    b"&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner"
    b"&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands"
    b"%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN"
    b"&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c"
)
STAMP = 1531420618
HEADERS = {
    "X-Slack-Request-Timestamp": str(STAMP),
    "X-Slack-Signature": "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503",
}


@pytest.fixture(autouse=True)
def then(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(signature, "time", lambda: float(STAMP))


def test_the_documented_example_is_from_slack() -> None:
    assert is_from_slack(SECRET, HEADERS, BODY)


@pytest.mark.parametrize("change", [b"", b"&x=1", b" "])
def test_a_changed_body_or_secret_is_not(change: bytes) -> None:
    assert not is_from_slack(SECRET, HEADERS, BODY[:-1] + change)
    assert not is_from_slack(SECRET + b"x", HEADERS, BODY)


@pytest.mark.parametrize(("age", "passes"), [(0, True), (300, True), (301, False), (-301, False)])
def test_five_minutes_are_the_limit(
    monkeypatch: pytest.MonkeyPatch, age: int, passes: bool
) -> None:
    monkeypatch.setattr(signature, "time", lambda: float(STAMP + age))
    assert is_from_slack(SECRET, HEADERS, BODY) is passes


@pytest.mark.parametrize("stamp", ["", "x", "1e9", "-1", "٣", "9" * 30, " 1531420618"])
def test_an_odd_timestamp_is_refused_and_breaks_nothing(stamp: str) -> None:
    assert not is_from_slack(SECRET, HEADERS | {"X-Slack-Request-Timestamp": stamp}, BODY)


@pytest.mark.parametrize("given", ["", "v0=", "v0=é", "v1=abc"])
def test_an_odd_signature_is_refused_and_breaks_nothing(given: str) -> None:
    assert not is_from_slack(SECRET, HEADERS | {"X-Slack-Signature": given}, BODY)
