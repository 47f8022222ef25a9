"""The chat on another site's page: the script that site adds, and the page its frame shows.

Only the sites of `EMBED_ORIGINS` may show it. Its own cookie (bot/pages/security.py) comes with the first answer.
"""

import aiohttp_jinja2
from aiohttp import web

from bot.logs import get_logger
from bot.pages.chat import chat_page
from bot.pages.security import EMBED_PAGE, framed_by
from bot.pages.site import SETTINGS, TURNS

SCRIPT = "/embed.js"
SCRIPT_WORDS = ("button", "title", "name", "close")
SCRIPT_SECONDS = 3600
"""How long a browser may use the script without asking again."""

log = get_logger()


def add_routes(app: web.Application) -> None:
    """The widget's routes; they answer 404 until `EMBED_ORIGINS` is set."""
    on = bool(app[SETTINGS].embed_origins)
    off = _Off()
    app.router.add_get(SCRIPT, show_script if on else off.refuse)
    app.router.add_get(EMBED_PAGE, show_embedded if on else off.refuse)


async def show_script(request: web.Request) -> web.Response:
    """The one script that the other site's page loads: a button, and nothing else until it is used."""
    words = {name: _word(request, name) for name in SCRIPT_WORDS}
    response = aiohttp_jinja2.render_template("embed.js", request, {"words": words})
    response.content_type = "text/javascript"
    response.headers["Cache-Control"] = f"public, max-age={SCRIPT_SECONDS}"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    response.headers["Vary"] = "Accept-Encoding"
    response.enable_compression()
    return response


async def show_embedded(request: web.Request) -> web.Response:
    """The chat page as the frame shows it. No cookie is set by looking."""
    hosts = request.app[SETTINGS].embed_origins
    response = await chat_page(request, "embed.html", hosts=" ".join(hosts), widget=lambda name: _word(request, name))
    response.headers["Content-Security-Policy"] = framed_by(hosts)
    return response


class _Off:
    """Refuses while no site may show the chat, and tells the operator once."""

    def __init__(self) -> None:
        self._told = False

    async def refuse(self, request: web.Request) -> web.Response:
        if not self._told:
            log.warning("the chat was asked for by another site's page: set EMBED_ORIGINS to that site's https address")
            self._told = True
        raise web.HTTPNotFound


def _word(request: web.Request, name: str) -> str:
    return request.app[TURNS].words(f"widget.{name}")[0]
