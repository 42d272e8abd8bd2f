"""Where the bot may listen."""

import os
import socket

from bot.sandbox.services import ServiceError

LOOPBACK = "127.0.0.1"
#: The variable that names another port, and the usual one.
BOT = ("HDMS_PORT", "3000")
SLACK = ("HDMS_SLACK_PORT", "3100")


def wanted_port(whose: tuple[str, str] = BOT) -> int:
    name, usual = whose
    given = os.environ.get(name, usual)
    if given.isdigit() and 0 < int(given) < 65536:
        return int(given)
    raise ServiceError(f"{name}={given} is no port: give a number from 1 to 65535.")


def free_port(wanted: int) -> int:
    """The wanted one when nobody listens there, else one of the system's choice."""
    return wanted if _bindable(wanted) else _bindable(0)


def _bindable(port: int) -> int:
    """The port that could be bound; 0 when it could not be."""
    with socket.socket() as probe:
        # As servers do: connections of an earlier run that are still fading out are no obstacle.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return 0
        return int(probe.getsockname()[1])
