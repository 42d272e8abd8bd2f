"""A local Slack over HTTP: Web API, events and interactions, and people to act as."""

from __future__ import annotations

from bot.sandbox.slack.client import SlackClient
from bot.sandbox.slack.server import running_slack

__all__ = ["SlackClient", "running_slack"]
