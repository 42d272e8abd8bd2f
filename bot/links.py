"""Where a link to a ticket leads: into Slack, which knows who follows it. It is open to
everybody, so it tells nothing, not even whether there is such a ticket."""

import re
from urllib.parse import urlencode

from aiohttp import web

from bot.workspace import Workspace

PATH = "/t/{key}"
WORKSPACE = web.AppKey("workspace", Workspace)
_KEY = re.compile(r"HD-[0-9]{1,18}", re.IGNORECASE)


async def into_slack(request: web.Request) -> web.Response:
    """To the conversation with the app, where its Home tab is."""
    if not _KEY.fullmatch(request.match_info["key"]):
        raise web.HTTPNotFound
    workspace = request.app[WORKSPACE]
    place = urlencode({"team": workspace.team_id, "channel": workspace.bot_user_id})
    raise web.HTTPFound(f"https://slack.com/app_redirect?{place}")
