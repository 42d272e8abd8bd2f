"""Rules that every file of this project obeys."""

import ast
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[1]
OURS = ("bot", "core", "workers")
SANDBOX = "bot/sandbox/"
FOLDERS = {".ci", "bot", "core", "deploy", "docs", "migrations", "tests", "workers"}
FILES = {
    *(".gitignore", "Makefile", "README.md", "manifest.yml", "pyproject.toml"),
    *("requirements.lock", "requirements-dev.lock"),
}
LINES_OF_CODE, LINES_OF_TESTS = 300, 500
LINES_OF_A_FUNCTION, LINES_OF_A_TEST = 60, 90
NAMELESS = {"common.py", "helpers.py", "manager.py", "misc.py", "utils.py"}
# In two parts each, so that this file obeys its own rules.
REGISTRIES = [
    *("pypi" + ".org", "python" + "hosted.org", "npm" + "js.org", "npm" + "mirror.com"),
    *("yarn" + "pkg.com", "deb." + "debian.org", "archive." + "ubuntu.com"),
]
UNFINISHED = ["TO" + "DO", "FIX" + "ME", "X" + "XX"]

Function = ast.FunctionDef | ast.AsyncFunctionDef


@cache
def files() -> tuple[str, ...]:
    """What git tracks or would, with the others' work that is not committed yet."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    listing = subprocess.run(command, cwd=PROJECT, check=True, capture_output=True, text=True)
    return tuple(sorted(name for name in set(listing.stdout.split()) if (PROJECT / name).is_file()))


def modules(*folders: str) -> list[str]:
    return [name for name in files() if name.endswith(".py") and name.split("/")[0] in folders]


def outside_the_sandbox() -> list[str]:
    return [name for name in modules(*OURS) if not name.startswith(SANDBOX)]


@cache
def text_of(name: str) -> str:
    return (PROJECT / name).read_text(encoding="utf-8", errors="replace")


@cache
def tree_of(name: str) -> ast.Module:
    return ast.parse(text_of(name), name)


def matches(pattern: str, names: list[str]) -> list[str]:
    """Each line that matches, as `file:line: text`."""
    wanted = re.compile(pattern)
    return [
        f"{name}:{number}: {line.strip()}"
        for name in names
        for number, line in enumerate(text_of(name).splitlines(), start=1)
        if wanted.search(line)
    ]


def functions(names: list[str]) -> Iterator[tuple[str, Function]]:
    for name in names:
        for node in ast.walk(tree_of(name)):
            if isinstance(node, Function):
                yield f"{name}:{node.lineno} {node.name}", node


def longer_functions(names: list[str], limit: int) -> list[str]:
    return [
        where for where, node in functions(names) if (node.end_lineno or 0) - node.lineno >= limit
    ]


def longer_files(names: list[str], limit: int) -> list[str]:
    return [name for name in names if len(text_of(name).splitlines()) > limit]


def test_imports_go_in_the_agreed_directions() -> None:
    linter = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([linter, "--no-cache"], cwd=PROJECT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_nothing_commits_by_hand() -> None:
    assert matches(r"\.commit\(", modules(*OURS)) == []


def test_files_stay_short() -> None:
    assert longer_files(modules(*OURS), LINES_OF_CODE) == []
    assert longer_files(modules("tests"), LINES_OF_TESTS) == []


def test_functions_stay_short() -> None:
    assert longer_functions(modules(*OURS), LINES_OF_A_FUNCTION) == []
    assert longer_functions(modules("tests"), LINES_OF_A_TEST) == []


def test_modules_say_what_lives_in_them() -> None:
    names = [name for name in modules(*OURS, "tests") if text_of(name).strip()]
    assert [name for name in names if not ast.get_docstring(tree_of(name))] == []


def test_modules_are_named_after_a_thing() -> None:
    assert [name for name in modules(*OURS, "tests") if Path(name).name in NAMELESS] == []


def test_there_is_one_clock() -> None:
    """The sandbox stands in for Slack, which has a clock of its own."""
    names = [name for name in outside_the_sandbox() if name != "core/db.py"]
    assert matches(r"\b(datetime\.now|date(time)?\.today|utcnow|time\.time)\(", names) == []


def test_retired_and_unsafe_slack_calls_are_not_used() -> None:
    names = outside_the_sandbox()
    assert matches(r"\bfiles[._]upload(?![A-Za-z_])|\blink_names\b", names) == []


def test_no_file_names_a_package_registry() -> None:
    pattern = "|".join(re.escape(host) for host in REGISTRIES)
    assert matches(pattern, list(files())) == []


def test_what_is_taken_with_a_limit_is_looked_for_once() -> None:
    """A plan may run a look in the FROM of an UPDATE again for each row, past its limit."""
    looks = re.compile(r"SKIP LOCKED\s*\)\s*AS\b")
    assert [name for name in modules(*OURS) if looks.search(text_of(name))] == []


def test_no_exception_is_swallowed() -> None:
    def is_empty(node: ast.stmt) -> bool:
        literal = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        return literal or isinstance(node, ast.Pass | ast.Continue)

    swallowed = [
        f"{name}:{node.lineno}"
        for name in modules(*OURS, "migrations", "tests")
        for node in ast.walk(tree_of(name))
        if isinstance(node, ast.ExceptHandler) and all(is_empty(each) for each in node.body)
    ]
    assert swallowed == []


def test_nothing_is_left_for_later() -> None:
    words = "|".join(UNFINISHED)
    names = [name for name in files() if name != "README.md" and not name.endswith(".lock")]
    assert matches(rf"\b({words})\b", names) == []
    assert matches(r"\bNotImplementedError\b", modules(*OURS)) == []


def test_the_top_level_holds_only_what_it_should() -> None:
    found = {(name.split("/")[0], "/" in name) for name in files()}
    assert {name for name, is_folder in found if is_folder} <= FOLDERS
    assert {name for name, is_folder in found if not is_folder} <= FILES


def test_code_knows_nothing_of_its_tests() -> None:
    assert matches(r"\bpytest\b|\bxfail\b|\bskipif\b|\bunittest\b", modules(*OURS)) == []
    assert matches(r"^\s*(from|import) tests\b", modules(*OURS, "migrations")) == []


def asserts(node: ast.AST) -> bool:
    """An `assert`, `pytest.raises`, a call of something named assert_… or expect_…, or what
    Playwright has for it: `expect(…).to_…`."""
    if isinstance(node, ast.Assert):
        return True
    if not isinstance(node, ast.Call):
        return False
    called = node.func
    name = getattr(called, "attr", None) or getattr(called, "id", "")
    if name.startswith(("to_", "not_to_")):
        asked = getattr(getattr(called, "value", None), "func", None)
        return getattr(asked, "id", "") == "expect"
    return name in {"raises", "warns"} or name.startswith(("assert_", "expect_"))


def test_every_test_can_fail() -> None:
    names = [name for name in modules("tests") if Path(name).name.startswith("test_")]
    idle = [
        where
        for where, function in functions(names)
        if function.name.startswith("test_") and not any(map(asserts, ast.walk(function)))
    ]
    assert idle == []


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("def test_it(): assert 1 == 1", True),
        ("def test_it():\n with pytest.raises(ValueError): int('x')", True),
        ("def test_it(): expect_card(ticket)", True),
        ("async def test_it(): await expect(page).not_to_be_hidden()", True),
        ("def test_it(): print('looks good')", False),
        ("async def test_it(): expect(page); await page.to_be_hidden()", False),
    ],
)
def test_the_search_for_assertions_sees_what_it_should(code: str, expected: bool) -> None:
    search: Callable[[ast.AST], bool] = asserts
    assert any(map(search, ast.walk(ast.parse(code)))) is expected
