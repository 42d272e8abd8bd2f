"""The embedded Valkey: broker and cache, on a unix socket."""

import os
import shutil
import socket
from pathlib import Path
from signal import SIGKILL, SIGTERM

from bot.sandbox.services import binaries
from bot.sandbox.services.account import Account
from bot.sandbox.services.folder import private_folder, socket_folder
from bot.sandbox.services.process import Process, Server

START_SECONDS = 120.0
STOP_SECONDS = 15.0
PING_SECONDS = 1.0
DURABLE = ("--appendonly", "yes", "--appendfsync", "everysec")
THROWAWAY = ("--appendonly", "no")


class Valkey:
    """One key-value server with its data in `root/valkey`."""

    def __init__(self, root: Path, *, lock: int, throwaway: bool) -> None:
        self._binary = binaries.valkey_binary()
        self._data = private_folder(root / "valkey")
        self._log = root / "valkey.log"
        self._log.write_bytes(b"")
        self._lock = lock
        self._throwaway = throwaway
        self._process: Process | None = None
        self._sockets = socket_folder(self._data, os.geteuid())
        self.socket = self._sockets / "valkey.sock"

    def start(self) -> None:
        self.socket.unlink(missing_ok=True)
        self._process = Process(self._server())
        self._process.wait_until(self._is_ready, START_SECONDS)

    def stop(self) -> None:
        if self._process:
            self._process.stop(STOP_SECONDS)
            self._process = None

    def kill(self) -> None:
        if self._process:
            self._process.kill()
            self._process = None

    def close(self) -> None:
        self.stop()
        if self._sockets != self._data:
            shutil.rmtree(self._sockets, ignore_errors=True)

    def _server(self) -> Server:
        command = [str(self._binary), "--port", "0", "--dir", str(self._data)]
        command += ["--unixsocket", str(self.socket), "--unixsocketperm", "700"]
        command += ["--save", "", "--maxmemory-policy", "noeviction"]
        command += THROWAWAY if self._throwaway else DURABLE
        return Server(
            name="Valkey",
            command=command,
            log=self._log,
            stop_signal=SIGTERM,
            last_signal=SIGKILL,
            account=Account(),
            environment=os.environ,
            lock=self._lock,
        )

    def _is_ready(self) -> bool:
        """A server that still loads its file answers, but with an error."""
        with socket.socket(socket.AF_UNIX) as client:
            client.settimeout(PING_SECONDS)
            try:
                client.connect(str(self.socket))
                client.sendall(b"PING\r\n")
                return client.recv(16).startswith(b"+PONG")
            except OSError:
                return False
