"""Help without a network: what a person may keep on their phone, once they choose to, and the app's name and icon.

The talk is never part of it: the worker keeps one page of articles and helplines, and the files that page needs.
"""

import hashlib
import json
from typing import Any

import aiohttp_jinja2
from aiohttp import web

from bot.pages.security import HEADERS
from bot.pages.site import TURNS, page, word
from bot.pages.static_files import STATIC
from bot.turn import Turns

KEEP_PAGE, OFFLINE_PAGE, WORKER, MANIFEST = "/keep", "/offline", "/worker.js", "/app.webmanifest"
FILES = ("site.css", "look.js", "exit.js", "icon.svg")
"""What the page without a network needs besides itself."""
ICONS = (("icon-192.png", "192x192", "any"), ("icon-512.png", "512x512", "any"),
         ("icon-maskable-512.png", "512x512", "maskable"))  # fmt: skip
GROUND, BAR = "#eef2f1", "#17594f"
"""The light colours --ground and --accent of site.css."""
POLICY = f"{HEADERS['Content-Security-Policy']}; worker-src 'self'; manifest-src 'self'"
VERSION = web.AppKey("version", str)


def add_routes(app: web.Application) -> None:
    """The routes of what is kept. The version changes with the words and the files, and with it what phones keep."""
    words = json.dumps([_articles(app[TURNS]), app[TURNS].words("keep_page.helplines")])
    files = (app[STATIC].files[name].tag for name in FILES)
    app[VERSION] = hashlib.sha256("".join((words, *files)).encode()).hexdigest()[:16]
    app.router.add_get(KEEP_PAGE, show_keep)
    app.router.add_get(OFFLINE_PAGE, show_offline)
    app.router.add_get(WORKER, show_worker)
    app.router.add_get(MANIFEST, show_manifest)


async def show_keep(request: web.Request) -> web.Response:
    """What is kept, who could see it, and the button. Only this page tells a browser that there is an app."""
    response = _page(request, "keep.html")
    response.headers["Content-Security-Policy"] = POLICY
    return response


async def show_offline(request: web.Request) -> web.Response:
    """Helplines and every article."""
    response = _page(request, "offline.html", articles=_articles(request.app[TURNS]))
    response.enable_compression()
    return response


async def show_worker(request: web.Request) -> web.Response:
    """The script that answers for us where there is no network."""
    kept = [f"/static/{name}" for name in FILES]
    values = {"version": request.app[VERSION], "page": OFFLINE_PAGE, "files": kept}
    response = aiohttp_jinja2.render_template("worker.js", request, values)
    response.content_type = "text/javascript"
    response.headers["Cache-Control"] = "no-cache"
    return response


async def show_manifest(request: web.Request) -> web.Response:
    """The app's name and icons: neutral, for others see them."""
    name = word(request.app[TURNS], "title")
    icons = [
        {"src": f"/static/{file}", "sizes": sizes, "type": "image/png", "purpose": purpose}
        for file, sizes, purpose in ICONS
    ]
    document = {
        "id": "/", "name": name, "short_name": name, "lang": "en-GB", "start_url": "/", "scope": "/",
        "display": "standalone", "background_color": GROUND, "theme_color": BAR, "icons": icons,
    }  # fmt: skip
    return web.json_response(document, content_type="application/manifest+json")


def _articles(turns: Turns) -> list[tuple[str, tuple[str, ...]]]:
    """Title and words of every article, by title."""
    articles = turns.library.knowledge.articles
    return sorted((article.title, turns.words(f"knowledge.{key}")) for key, article in articles.items())


def _page(request: web.Request, template: str, **values: Any) -> web.Response:
    turns = request.app[TURNS]
    return page(request, template, say=lambda name: turns.words(f"keep_page.{name}"), **values)
