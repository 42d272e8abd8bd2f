"""The command `hdms`, run as people run it."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot import cli
from bot.sandbox.services import binaries
from migrations import commands
from tests.soon import PATIENCE

ROOT = Path(cli.__file__).parents[1]
NEWEST = commands.sequence()[-1]

Hdms = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def hdms(tmp_path: Path) -> Hdms:
    """Runs the command in an empty folder, with nothing but what is given in its environment."""

    def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        kept = {name: os.environ[name] for name in ("HOME", "LANG", "TMPDIR") if name in os.environ}
        return subprocess.run(
            [sys.executable, "-c", "from bot.cli import main; main()", *arguments],
            check=False,
            capture_output=True,
            text=True,
            cwd=tmp_path,
            timeout=PATIENCE,
            env={**kept, "PATH": "/nowhere", "PYTHONPATH": str(ROOT), **environment},
        )

    return run


@pytest.fixture
def programs() -> str:
    """A PATH with PostgreSQL's client programs."""
    folder = binaries.postgres_folder()
    if not (folder / "pg_dump").exists():
        pytest.skip(f"{folder} has no pg_dump")
    return str(folder)


def said(done: subprocess.CompletedProcess[str]) -> tuple[int, str]:
    """The exit code and all that was written. No test ever wants a traceback."""
    assert "Traceback" not in done.stderr
    return done.returncode, (done.stdout + done.stderr).strip()


def test_a_database_goes_up_and_says_where_it_is(hdms: Hdms, empty_database_url: str) -> None:
    here = {"DATABASE_URL": empty_database_url}
    assert said(hdms("migrate", "--check", **here)) == (
        1,
        f"The database is empty; this version needs {NEWEST}.",
    )
    assert said(hdms("seed", **here)) == (
        2,
        "The database lacks a table or a column: run `hdms migrate` first.",
    )
    assert said(hdms("migrate", "0003", **here)) == (
        0,
        "The database is at 0003 now; it was at base.",
    )
    assert said(hdms("migrate", "--check", **here)) == (
        1,
        f"The database is at 0003; this version needs {NEWEST}.",
    )
    assert said(hdms("migrate", **here)) == (
        0,
        f"The database is at {NEWEST} now; it was at 0003.",
    )
    assert said(hdms("migrate", **here)) == (0, f"The database is at {NEWEST} already.")
    assert said(hdms("migrate", "--check", **here)) == (
        0,
        f"The database is at {NEWEST}, the newest.",
    )


def test_a_rollback_saves_first_and_can_be_brought_back(
    hdms: Hdms, database_url: str, programs: str, tmp_path: Path
) -> None:
    done = hdms("rollback", "0010", DATABASE_URL=database_url, PATH=programs)
    code, text = said(done)
    saved, moved = text.splitlines()
    assert code == 0
    assert moved == f"The database is at 0010 now; it was at {NEWEST}."
    [file] = (tmp_path / ".hdms/backups").iterdir()
    assert saved == f"Saved to .hdms/backups/{file.name}; pg_restore brings it back."
    assert file.name.startswith(f"before-rollback-from-{NEWEST}-")
    assert file.stat().st_mode & 0o777 == 0o600
    listed = subprocess.run(
        [f"{programs}/pg_restore", "--list", file], check=True, capture_output=True, text=True
    ).stdout
    assert "TABLE public outbox_messages" in listed
    assert said(hdms("migrate", "--check", DATABASE_URL=database_url))[0] == 1


def test_without_pg_dump_nothing_is_undone_unless_one_says_so(
    hdms: Hdms, database_url: str
) -> None:
    code, text = said(hdms("rollback", "0010", DATABASE_URL=database_url))
    assert code == 2
    assert text.startswith("pg_dump was not found, so there can be no backup.")
    assert said(hdms("migrate", "--check", DATABASE_URL=database_url))[0] == 0
    assert said(hdms("rollback", "base", "--no-backup", DATABASE_URL=database_url)) == (
        0,
        f"The database is at base now; it was at {NEWEST}.",
    )


@pytest.mark.parametrize(
    ("revision", "sentence"),
    [
        ("0099", "There is no revision 0099; known are base, 0001,"),
        (NEWEST, f"The database is at {NEWEST}; a rollback goes further back than that."),
    ],
)
def test_a_rollback_goes_only_back_and_only_to_what_is_known(
    hdms: Hdms, database_url: str, revision: str, sentence: str
) -> None:
    code, text = said(hdms("rollback", revision, DATABASE_URL=database_url))
    assert code == 2
    assert text.startswith(sentence)


def test_the_shipped_configuration_is_applied_and_exported(
    hdms: Hdms, database_url: str, tmp_path: Path
) -> None:
    (tmp_path / ".env").write_text(f"DATABASE_URL={database_url}\nHDMS_ADMIN=U0ADA\n")
    code, text = said(hdms("seed"))
    assert code == 0
    assert "department Facilities: added" in text
    assert "HDMS_ADMIN is left out: default.yml does not name your workspace." in text
    assert said(hdms("seed"))[1].startswith("Nothing to change.")
    exported = hdms("settings", "export")
    assert exported.returncode == 0
    (tmp_path / "desk.yml").write_text(exported.stdout.replace("T00000000", "T0ACME"))
    trial = said(hdms("seed", "--file", "desk.yml", "--dry-run"))
    assert said(hdms("seed", "--file", "desk.yml", "--dry-run")) == trial
    assert said(hdms("seed", "--file", "desk.yml")) == (
        0,
        "person U0ADA: added\nsetting team_id: added",
    )
    assert said(hdms("seed", HDMS_CONFIG="desk.yml")) == (0, "Nothing to change.")


def test_an_import_can_be_looked_at_before_it_is_done(
    hdms: Hdms, database_url: str, tmp_path: Path
) -> None:
    (tmp_path / ".env").write_text(f"DATABASE_URL={database_url}\n")
    (tmp_path / "desk.yml").write_text("team_id: T0ACME\ndepartments: [{name: IT}]\n")
    added = "department IT: added\nsetting team_id: added"
    for _ in range(2):
        code, text = said(hdms("settings", "import", "desk.yml", "--dry-run"))
        assert code == 0
        assert text.startswith(added)
        assert "nothing was changed" in text
    assert said(hdms("settings", "import", "desk.yml")) == (0, added)
    assert said(hdms("settings", "import", "desk.yml")) == (0, "Nothing to change.")
    (tmp_path / "wrong.yml").write_text("team_id: T0ACME\ndepartment: []\n")
    code, text = said(hdms("settings", "import", "wrong.yml", "--dry-run"))
    assert code == 2
    assert text.startswith("line 2:")


def test_a_fault_in_the_file_is_told_with_its_line(
    hdms: Hdms, database_url: str, tmp_path: Path
) -> None:
    (tmp_path / "desk.yml").write_text("team_id: T0ACME\ndepartment: []\n")
    assert said(hdms("seed", "--file", "desk.yml", DATABASE_URL=database_url)) == (
        2,
        "line 2: “department” is not known here; did you mean “departments”?",
    )
    assert said(hdms("seed", "--file", "none.yml", DATABASE_URL=database_url)) == (
        2,
        "none.yml cannot be read: No such file or directory.",
    )


@pytest.mark.parametrize("command", ["bot", "worker", "beat", "migrate", "seed"])
def test_missing_settings_are_named(hdms: Hdms, command: str) -> None:
    assert said(hdms(command)) == (2, "Set these in the environment or in .env: DATABASE_URL")


@pytest.mark.parametrize("arguments", [["migrate"], ["migrate", "--check"], ["seed"]])
def test_a_database_that_is_away_is_told_in_a_sentence(hdms: Hdms, arguments: list[str]) -> None:
    code, text = said(hdms(*arguments, DATABASE_URL="postgresql+asyncpg://hdms@127.0.0.1:1/hdms"))
    assert code == 2
    assert text.startswith(("The database cannot be reached: ", "The help desk cannot reach"))
    assert len(text.splitlines()) == 1


def test_a_database_that_does_not_exist_is_told_in_a_sentence(
    hdms: Hdms, database_url: str
) -> None:
    code, text = said(hdms("migrate", DATABASE_URL=database_url.replace("copy_", "no_copy_")))
    assert code == 2
    assert text.startswith("The database refused: database ")
    assert text.endswith("does not exist.")


def test_an_address_that_is_none_is_told_in_a_sentence(hdms: Hdms) -> None:
    code, text = said(hdms("migrate", DATABASE_URL="nowhere"))
    assert code == 2
    assert "URL" in text
    assert len(text.splitlines()) == 1


class Replaced(Exception):
    """Instead of the program that the process would have become."""


def test_the_doctor_names_everything_that_is_away(hdms: Hdms) -> None:
    nowhere = "127.0.0.1:1"
    code, text = said(
        hdms(
            "doctor",
            DATABASE_URL=f"postgresql://hdms@{nowhere}/hdms",
            REDIS_URL=f"redis://{nowhere}/0",
            SLACK_API_URL=f"http://{nowhere}/api/",
            SLACK_BOT_TOKEN="xoxb-1",
            SLACK_SIGNING_SECRET="secret",
            HDMS_PORT="1",
        )
    )
    assert code == 1
    lines = text.splitlines()
    assert [line.partition(":")[0] for line in lines] == [
        "WRONG  Database",
        "WRONG  Redis",
        "ok     Files",
        "WRONG  Slack",
        "WRONG  Requests",
    ]


@pytest.mark.parametrize(
    ("given", "missing"),
    [
        ({}, "SLACK_BOT_TOKEN, SLACK_SIGNING_SECRET"),
        ({"SLACK_BOT_TOKEN": "xoxb-1"}, "SLACK_SIGNING_SECRET"),
        ({"SLACK_APP_TOKEN": "xapp-1"}, "SLACK_BOT_TOKEN"),
    ],
)
def test_the_bot_wants_what_tells_slack_from_others(
    hdms: Hdms, given: dict[str, str], missing: str
) -> None:
    done = hdms("bot", DATABASE_URL="postgresql://hdms@127.0.0.1:1/hdms", **given)
    assert said(done) == (2, f"Set these in the environment or in .env: {missing}")


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["demo", "--once", "--port", "1"], ["bot.sandbox.demo", "--once", "--port", "1"]),
        (
            ["beat"],
            ["celery", "--app=workers.app", "beat", "--pidfile=", "--loglevel=INFO"],
        ),
        (
            ["worker", "--concurrency", "4", "--queues", "quick"],
            [
                "celery",
                "--app=workers.app",
                "worker",
                "--pool=prefork",
                "--concurrency=4",
                "--loglevel=INFO",
                "--without-gossip",
                "--without-mingle",
                f"--hostname=hdms-{os.getpid()}@%h",
                "--queues",
                "quick",
            ],
        ),
    ],
    ids=["demo", "beat", "worker"],
)
def test_long_running_commands_become_the_program_they_start(
    monkeypatch: pytest.MonkeyPatch, arguments: list[str], expected: list[str]
) -> None:
    started: list[list[str]] = []

    def become(program: str, argv: list[str]) -> None:
        started.append(argv)
        raise Replaced

    monkeypatch.setenv("DATABASE_URL", "postgresql+asyncpg://hdms@127.0.0.1:1/hdms")
    monkeypatch.setattr(os, "execv", become)
    result = CliRunner().invoke(cli.app, arguments)
    assert isinstance(result.exception, Replaced)
    assert started == [[sys.executable, "-m", *expected]]
