"""The pages and what they load: a person's Slack, live news, files, pictures, scripts."""

from __future__ import annotations

import asyncio
import contextlib
from pathlib import Path
from typing import Any

from aiohttp import web
from jinja2 import Environment

from bot.sandbox.face import doing, drawer, pictures, places
from bot.sandbox.face.conversation import INLINE_IMAGES, PAGE, Conversation
from bot.sandbox.face.guarding import HEADERS, from_this_machine
from bot.sandbox.face.painter import Painter, environment
from bot.sandbox.face.places import Place
from bot.sandbox.face.viewer import Viewer
from bot.sandbox.slack.errors import ImpossibleAct, SlackRefusal
from bot.sandbox.slack.web_api import SANDBOX, json_response

Json = dict[str, Any]
STATIC = Path(__file__).with_name("static")
TEMPLATES: web.AppKey[Environment] = web.AppKey("templates", Environment)
CLOSING: web.AppKey[asyncio.Event] = web.AppKey("closing", asyncio.Event)
HEARTBEAT_SECONDS = 15.0
PAUSE_SECONDS = 0.1


def furnish(app: web.Application) -> None:
    """Add the pages to a local Slack."""
    app[TEMPLATES] = environment()
    app[CLOSING] = asyncio.Event()
    app.middlewares.append(from_this_machine)
    app.on_shutdown.append(_say_goodbye)
    app.on_response_prepare.append(_ask_again)
    app.add_routes(
        [
            web.get("/", welcome),
            web.get("/as/{person}", enter),
            web.get("/face/live", live),
            web.get("/as/{person}/files/{file}", file),
            web.post("/as/{person}/do/{verb}", do),
            web.get("/as/{person}/{place:app/home|app/messages|[CG]\\w+}", page),
            web.get("/as/{person}/{place:app/messages|[CG]\\w+}/{thread}", page),
            web.get("/face/pictures/{name}.svg", picture),
            web.static("/face/static", STATIC),
        ]
    )


async def _ask_again(request: web.Request, response: web.StreamResponse) -> None:
    """Scripts and styles belong together: a browser must not keep some of an older version."""
    if request.path.startswith("/face/static/"):
        response.headers["Cache-Control"] = "no-cache"


async def _say_goodbye(app: web.Application) -> None:
    app[CLOSING].set()
    app[SANDBOX].news.touch()


def _viewer(request: web.Request) -> Viewer:
    sandbox = request.app[SANDBOX]
    person = sandbox.workspace.people.get(request.match_info["person"])
    if person is None or person.is_bot:
        raise web.HTTPFound("/")
    return Viewer(sandbox, person)


def _html(request: web.Request, template: str, **shown: Any) -> web.Response:
    theme = request.cookies.get("theme", "")
    shown["theme"] = theme if theme in ("light", "dark") else "auto"
    text = request.app[TEMPLATES].get_template(template).render(shown)
    return web.Response(text=text, content_type="text/html", headers=HEADERS)


async def welcome(request: web.Request) -> web.Response:
    sandbox = request.app[SANDBOX]
    somebody = next(iter(sandbox.workspace.people.values()))
    return _html(
        request,
        "welcome.html",
        people=places.people(Viewer(sandbox, somebody)),
        commands=list(sandbox.manifest.commands),
        team=sandbox.workspace.team_name,
    )


async def enter(request: web.Request) -> web.Response:
    raise web.HTTPFound(places.first(_viewer(request)))


def _place(request: web.Request, viewer: Viewer) -> Place:
    wanted, thread = request.match_info["place"], request.match_info.get("thread")
    most = request.query.get("most", "")
    tab = wanted.removeprefix("app/") if wanted.startswith("app/") else ""
    channel = places.own_dm(viewer) if tab else viewer.workspace.channels.get(wanted)
    if not tab and (channel is None or viewer.person.id not in channel.members):
        raise web.HTTPFound(viewer.home)
    has_thread = channel is not None and thread in channel.messages
    return Place(
        channel=channel,
        tab=tab,
        thread_ts=thread if has_thread else None,
        shows_drawer="saw" in request.query,
        most=int(most) if most.isdigit() and len(most) < 6 else PAGE,
    )


async def page(request: web.Request) -> web.Response:
    viewer = _viewer(request)
    place = _place(request, viewer)
    templates, sandbox = request.app[TEMPLATES], viewer.sandbox
    shown: Json = {
        "me": viewer,
        "place": place,
        "people": places.people(viewer),
        "sidebar": places.sidebar(viewer, place),
        "manifest": sandbox.manifest,
        "team": viewer.workspace.team_name,
        "problems": drawer.broken_rules(viewer),
        "views": _views(viewer, templates),
        "drawer": drawer.seen(viewer) if place.shows_drawer else None,
        "version": sandbox.news.version,
    }
    painter = Painter(templates, viewer, {}, {})
    if place.tab == "home":
        shown["home"] = _home(viewer, templates)
    elif place.channel:
        talk = Conversation(viewer, painter, place.channel)
        shown["messages"], shown["earlier"] = talk.messages(None, place.most)
        if place.thread_ts:
            shown["thread"], _ = talk.messages(place.thread_ts)
    return _html(request, "page.html", **shown)


def _home(viewer: Viewer, templates: Environment) -> Any:
    view = viewer.sandbox.views.home(viewer.person.id)
    if view is None:
        return None
    return Painter(templates, viewer, view["state"]["values"], {}, "home").blocks(view["blocks"])


def _views(viewer: Viewer, templates: Environment) -> list[Json]:
    """The stack of windows, the topmost last."""
    views = viewer.sandbox.views
    found = []
    for view_id in views.stacks.get(viewer.person.id) or []:
        view, errors = views.by_id[view_id], views.errors.get(view_id) or {}
        painter = Painter(templates, viewer, view["state"]["values"], errors, "view")
        found.append({"raw": view, "body": painter.blocks(view["blocks"]), "painter": painter})
    return found


async def do(request: web.Request) -> web.Response:
    viewer = _viewer(request)
    try:
        given: Json = await request.json() if request.can_read_body else {}
        return json_response(await doing.do(viewer, request.match_info["verb"], given))
    except ImpossibleAct as refusal:
        return json_response({"error": str(refusal)}, 409)
    except SlackRefusal as refusal:
        return json_response({"error": refusal.name}, 409)
    except (KeyError, ValueError, TypeError) as error:
        return json_response({"error": f"{type(error).__name__}: {error}"}, 400)


async def live(request: web.Request) -> web.StreamResponse:
    """Says that there is news; the page then looks again."""
    news, closing = request.app[SANDBOX].news, request.app[CLOSING]
    response = web.StreamResponse(headers={"Cache-Control": "no-store"})
    response.content_type = "text/event-stream"
    await response.prepare(request)
    version = -1
    with contextlib.suppress(ConnectionResetError):
        while not closing.is_set():
            version = await _next(response, news, version)
            await asyncio.sleep(PAUSE_SECONDS)
    return response


async def _next(response: web.StreamResponse, news: Any, version: int) -> int:
    try:
        async with asyncio.timeout(HEARTBEAT_SECONDS):
            newer = int(await news.after(version))
    except TimeoutError:
        await response.write(b": still here\n\n")
        return version
    await response.write(f"data: {newer}\n\n".encode())
    return newer


async def file(request: web.Request) -> web.Response:
    """Pictures are shown; everything else is only ever saved."""
    viewer = _viewer(request)
    found = viewer.workspace.files.get(request.match_info["file"])
    if found is None or found.deleted or not _may_open(viewer, found.owner, list(found.shares)):
        raise web.HTTPNotFound(text="There is no such file.")
    headers = HEADERS | {"Content-Security-Policy": "default-src 'none'; sandbox"}
    if found.mimetype in INLINE_IMAGES:
        return web.Response(body=found.content, content_type=found.mimetype, headers=headers)
    name = found.name.encode("ascii", "replace").decode().replace('"', "'")
    headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return web.Response(
        body=found.content, content_type="application/octet-stream", headers=headers
    )


def _may_open(viewer: Viewer, owner: str, channels: list[str]) -> bool:
    known = (viewer.workspace.channels.get(each) for each in channels)
    is_shared = any(channel and viewer.person.id in channel.members for channel in known)
    return is_shared or owner == viewer.person.id


async def picture(request: web.Request) -> web.Response:
    name = request.match_info["name"]
    drawn = pictures.APP if name == "app" else pictures.person(name)
    headers = HEADERS | {"Cache-Control": "max-age=86400"}
    return web.Response(text=drawn, content_type="image/svg+xml", headers=headers)
