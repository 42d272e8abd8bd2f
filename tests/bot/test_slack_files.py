"""Who may get our token, and what Slack says of a file."""

from typing import Any

import pytest
from yarl import URL

from bot.payloads import shared_files
from bot.payloads.shared_files import FileRef
from bot.slack_files import Hosts, State, _read
from core.errors import Refused

API = "http://127.0.0.1:8080/api/"
HOSTS = Hosts(API, "files.example.com, http://10.0.0.5:9000 other.example.com:8443")


@pytest.mark.parametrize(
    "url",
    [
        "https://files.slack.com/files-pri/T1-F1/a.png",
        "https://acme.slack.com/x",
        "https://slack.com/x",
        "http://127.0.0.1:8080/files-pri/x",
        "https://files.example.com/x",
        "http://10.0.0.5:9000/x",
        "https://other.example.com:8443/x",
    ],
)
def test_slacks_own_hosts_and_named_ones_get_the_token(url: str) -> None:
    assert HOSTS.allow(URL(url))


@pytest.mark.parametrize(
    "url",
    [
        "http://files.slack.com/x",
        "https://files.slack.com:8443/x",
        "https://files.slack.com.evil.example/x",
        "https://evilslack.com/x",
        "https://files.slack.com@evil.example/x",
        "https://evil.example/files.slack.com",
        "http://127.0.0.1:8081/x",
        "https://127.0.0.1:8080/x",
        "http://files.example.com/x",
        "ftp://files.slack.com/x",
        "file:///etc/passwd",
        "/files-pri/x",
        "",
    ],
)
def test_nobody_else_does(url: str) -> None:
    """5.9"""
    assert not HOSTS.allow(URL(url))


@pytest.mark.parametrize(
    ("file", "state"),
    [
        ({"mode": "hosted"}, State.HERE),
        ({"mode": "snippet", "size": 10}, State.HERE),
        ({"mode": "tombstone"}, State.GONE),
        ({"mode": "external"}, State.EXTERNAL),
        ({"mode": "hosted", "is_external": True}, State.EXTERNAL),
        ({"mode": "hidden_by_limit"}, State.HIDDEN),
    ],
)
def test_a_file_is_here_or_it_is_known_why_not(file: dict[str, Any], state: State) -> None:
    """5.10"""
    info = _read(file)
    assert info.state is state
    assert info.name == "file"


def test_what_a_file_object_lacks_is_nothing() -> None:
    info = _read({"name": None, "title": "Plan", "size": "big", "shares": {"im": {"D1": []}}})
    assert (info.name, info.size, info.url, info.channels) == ("Plan", None, "", {"D1"})


@pytest.mark.parametrize("files", [None, "x", [None], [{}], [{"id": 3}], [{"id": "../x"}]])
def test_files_that_have_no_id_are_none(files: object) -> None:
    assert shared_files.of_message({"files": files}) == ()
    view = {"state": {"values": {"files": {"files": {"files": files}}}}}
    assert shared_files.of_form(view) == ()


def test_a_stub_counts_as_much_as_a_whole_file() -> None:
    """5.11"""
    stub = {"id": "F1", "mode": "file_access", "file_access": "check_file_info"}
    assert shared_files.of_message({"files": [stub, {"id": "F2"}, {"id": "F1"}]}) == ("F1", "F2")


@pytest.mark.parametrize("view", [None, {}, {"state": None}, {"state": {"values": []}}])
def test_a_form_without_the_input_has_no_files(view: object) -> None:
    assert shared_files.of_form(view) == ()


@pytest.mark.parametrize("raw", [None, "", "file", "file {}", 'file {"t":"x","m":1}'])
def test_a_button_of_no_file_is_refused(raw: object) -> None:
    with pytest.raises(Refused):
        FileRef.load(raw)
