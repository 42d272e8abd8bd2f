"""The one place where Kombu is corrected; a journey with Redis away fails without it."""

from typing import Any

from kombu.transport import redis
from redis.exceptions import ConnectionError as ConnectionLost

_connparams = redis.Channel._connparams


def connparams(channel: Any, asynchronous: bool = False) -> Any:
    """A task that ends after its connection was lost is acknowledged over a channel whose
    transport is gone. As a lost connection it is logged, and Redis delivers the task again
    (`visibility_timeout`); Kombu's AttributeError would end the worker."""
    if channel.connection is None or channel.connection.client is None:
        raise ConnectionLost("the connection of this channel is gone")
    return _connparams(channel, asynchronous)


def apply() -> None:
    setattr(redis.Channel, "_connparams", connparams)  # noqa: B010 - it is no public name
