"""Who PostgreSQL runs as, since it refuses to run as root."""

import os
import pwd
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bot.sandbox.services.errors import ServiceError

UNPRIVILEGED = "nobody"
USER_NAMESPACE = ("unshare", "-U", "--map-user=65534", "--map-group=65534", "--")
MAY_ENTER_FOLDERS = (
    *("setpriv", "--clear-groups", "--inh-caps=+dac_override", "--ambient-caps=+dac_override"),
    "--pdeathsig=INT",  # setpriv changes the account, which clears the signal asked for before
)


@dataclass(frozen=True)
class Account:
    """How to start a command: words to put before it, and what to tell Popen."""

    prefix: tuple[str, ...] = ()
    popen: dict[str, Any] = field(default_factory=dict)
    owner: tuple[int, int] | None = None

    def command(self, words: Sequence[str | Path]) -> list[str]:
        return [*self.prefix, *(str(word) for word in words)]

    def own(self, folder: Path) -> None:
        if self.owner:
            os.chown(folder, *self.owner)


def choose(binaries: Path, data: Path, *, fresh: bool) -> Account:
    """The account for a data folder; its owner decides once it holds a database.

    Nothing outside the folder changes its mode: see `_candidates` for the ways tried instead.
    """
    if os.geteuid() != 0:
        return Account()
    for account in _candidates(data, fresh=fresh):
        account.own(data)
        if _can_run(account, binaries, data):
            return account
    raise ServiceError(
        f"PostgreSQL does not run as root, and `{UNPRIVILEGED}` cannot reach {binaries} or {data}, "
        "nor are user namespaces allowed. Run as an ordinary user, or move the project and its "
        "data to a folder that everybody may enter."
    )


def _candidates(data: Path, *, fresh: bool) -> Iterator[Account]:
    """`nobody` where it reaches everything; else a user namespace, whose files stay root's.

    Containers often refuse namespaces to root but leave it the right to enter every folder:
    the last way passes that single right on to `nobody`.
    """
    uid = data.stat().st_uid
    entry = pwd.getpwnam(UNPRIVILEGED) if fresh or uid == 0 else pwd.getpwuid(uid)
    owner = (entry.pw_uid, entry.pw_gid)
    if fresh or uid != 0:
        popen = {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
        yield Account(popen=popen, owner=owner)
    if fresh or uid == 0:
        yield Account(prefix=USER_NAMESPACE, owner=(0, 0))
    if fresh or uid != 0:
        ids = (f"--reuid={entry.pw_uid}", f"--regid={entry.pw_gid}", "--")
        yield Account(prefix=(*MAY_ENTER_FOLDERS, *ids), owner=owner)


def _can_run(account: Account, binaries: Path, data: Path) -> bool:
    """Tries it: mode bits do not tell about mounts, capabilities and container profiles."""
    probes: tuple[list[str | Path], ...] = (
        [binaries / "postgres", "--version"],
        ["sh", "-c", 'test -w "$0"', data],
    )
    return all(_succeeds(account, probe) for probe in probes)


def _succeeds(account: Account, words: Sequence[str | Path]) -> bool:
    try:
        done = subprocess.run(
            account.command(words), capture_output=True, check=False, cwd="/", **account.popen
        )
    except OSError:
        return False
    return done.returncode == 0
