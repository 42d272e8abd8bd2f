"""What every listener may use; made once at start and handed over, never imported."""

from dataclasses import dataclass

from slack_sdk.web.async_client import AsyncWebClient

from bot.gateway import Gateway
from bot.slack_files import Hosts
from bot.waking import Waker
from bot.workspace import Workspace
from core.direct import Direct
from core.engine import Sessions
from core.tickets.policy import PolicyStore
from core.users.directory import Directory


@dataclass(frozen=True, slots=True)
class Deps:
    sessions: Sessions
    direct: Direct
    client: AsyncWebClient
    gateway: Gateway
    workspace: Workspace
    directory: Directory
    policies: PolicyStore
    waker: Waker
    #: Those that answers to clicks may be sent to.
    hosts: Hosts
    #: The Slack user id of the first administrator.
    admin: str | None = None
    #: What links to tickets begin with; empty where nobody said.
    public_url: str = ""
