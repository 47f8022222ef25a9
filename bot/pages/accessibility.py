"""The accessibility statement: what was tested and how, what does not work yet, and how to complain."""

from aiohttp import web

from bot.pages.site import TURNS, page

SECTIONS = ("aim", "tested", "people", "not_yet", "problem", "law")
"""Parts of `accessibility.yaml`, in the order of the page."""


def add_routes(app: web.Application) -> None:
    """The statement's route."""
    app.router.add_get("/accessibility", show)


async def show(request: web.Request) -> web.Response:
    """The statement."""
    words = request.app[TURNS].words
    keys = [f"accessibility.{name}" for name in SECTIONS]
    sections = [(words(f"{key}_heading")[0], words(key)) for key in keys]
    return page(request, "accessibility.html", sections=sections)
