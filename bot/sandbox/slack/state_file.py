"""Keeping the workspace in a JSON file, so that a restart finds it as it was."""

from __future__ import annotations

import asyncio
import base64
import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from bot.sandbox.slack.people import Person
from bot.sandbox.slack.sandbox import Sandbox
from bot.sandbox.slack.workspace import Channel, StoredFile

Json = dict[str, Any]


def dumped(sandbox: Sandbox) -> Json:
    workspace, views = sandbox.workspace, sandbox.views
    return {
        "serial": workspace.clock.serial,
        "people": [asdict(person) for person in workspace.people.values()],
        "channels": [asdict(channel) for channel in workspace.channels.values()],
        "files": [
            asdict(file) | {"content": base64.b64encode(file.content).decode()}
            for file in workspace.files.values()
        ],
        "dm_of": workspace.dm_of,
        "views": views.by_id,
        "stacks": views.stacks,
        "homes": views.homes,
        "owners": views.owners,
        "by_external_id": views.by_external_id,
        "view_errors": views.errors,
        "ephemerals": sandbox.ephemerals,
        "notices": sandbox.notices,
        "reads": sandbox.reads,
    }


def restore(sandbox: Sandbox, state: Json) -> None:
    workspace, views = sandbox.workspace, sandbox.views
    workspace.clear()
    workspace.clock.serial = state["serial"]
    for person in state["people"]:
        workspace.add_person(Person(**person))
    for channel in state["channels"]:
        workspace.add_channel(Channel(**channel))
    for file in state["files"]:
        content = base64.b64decode(file["content"])
        workspace.files[file["id"]] = StoredFile(**(file | {"content": content}))
    workspace.dm_of.update(state["dm_of"])
    views.by_id, views.stacks, views.homes = state["views"], state["stacks"], state["homes"]
    views.owners, views.errors = state["owners"], state["view_errors"]
    views.by_external_id = state["by_external_id"]
    sandbox.ephemerals, sandbox.notices = state["ephemerals"], state["notices"]
    sandbox.reads = state.get("reads") or {}


@dataclass
class StateFile:
    path: Path
    every_seconds: float = 1.0
    _task: asyncio.Task[None] | None = None

    def load(self, sandbox: Sandbox) -> None:
        if self.path.exists():
            restore(sandbox, json.loads(self.path.read_text()))

    def start(self, sandbox: Sandbox) -> None:
        self._task = asyncio.create_task(self._keep_saving(sandbox))

    async def stop(self, sandbox: Sandbox) -> None:
        if self._task:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        self._write(json.dumps(dumped(sandbox)))

    async def _keep_saving(self, sandbox: Sandbox) -> None:
        while True:
            await asyncio.sleep(self.every_seconds)
            if sandbox.changed:
                sandbox.changed = False
                await asyncio.to_thread(self._write, json.dumps(dumped(sandbox)))

    def _write(self, content: str) -> None:
        """Through a second file, so that a crash leaves the old state or the new one."""
        draft = self.path.with_suffix(self.path.suffix + ".new")
        draft.write_text(content)
        draft.replace(self.path)
