"""The methods of the Web API, by name."""

from __future__ import annotations

from bot.sandbox.slack.methods import apps, chat, conversations, files, reactions, users, views
from bot.sandbox.slack.methods.call import Call, Method

METHODS: dict[str, Method] = {
    **apps.METHODS,
    **chat.METHODS,
    **conversations.METHODS,
    **files.METHODS,
    **reactions.METHODS,
    **users.METHODS,
    **views.METHODS,
}

__all__ = ["METHODS", "Call", "Method"]
