"""The trust page: how figures are protected, for anybody, in plain words and in full. Nobody signs in for it."""

from aiohttp import web

from bot.pages.site import page
from directory.trust import load_comparison, load_trust

PATH = "/reports/trust"


def add_routes(app: web.Application) -> None:
    """The page's route. Raises ReportFileError where its words are broken."""
    load_trust()
    load_comparison()
    app.router.add_get(PATH, show_trust)


async def show_trust(request: web.Request) -> web.Response:
    """The page."""
    return page(request, "trust.html", trust=load_trust(), comparison=load_comparison())
