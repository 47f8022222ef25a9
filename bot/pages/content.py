"""Pages for content editors: every journey as a drawing with its words, its reading age and sources, a sheet to sign.

They only show. Words are changed in `screening/content/`, so that every change is looked at, tested and kept.
"""

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

from aiohttp import web

from bot.pages import content_try
from bot.pages.content_sheet import sheet
from bot.pages.content_shown import EDITORS, REVIEWS, ROOT, all_reviews, content_page, library, reviewed, tell
from bot.pages.journey_picture import picture
from bot.pages.signed_in import STAFF_PAGES, StaffPage, signed_in
from bot.world import uk_now
from screening.library import Library
from screening.reviewing import Review, about
from screening.signoff import SignOff, load_signoff

STAFF_PAGES.append(StaffPage(ROOT, "content_page.title", EDITORS))


def add_routes(app: web.Application) -> None:
    """The routes below /staff/content."""
    app[REVIEWS] = {}
    app.router.add_get(ROOT, show_list)
    app.router.add_get(f"{ROOT}/{{journey}}", show_journey)
    app.router.add_get(f"{ROOT}/{{journey}}/sheet", show_sheet)
    app.router.add_get(f"{ROOT}/{{journey}}/sheet.md", download_sheet)
    content_try.add_routes(app)


@signed_in(*EDITORS)
async def show_list(request: web.Request) -> web.Response:
    """Every journey, with what stands out about its words."""
    return content_page(request, "content_list.html", reviews=(await all_reviews(request)).values(), about=about)


@signed_in(*EDITORS)
async def show_journey(request: web.Request) -> web.Response:
    """One journey: the drawing, and its words step by step."""
    found = await reviewed(request)
    return content_page(request, "content_journey.html", **_of(request, found), picture=picture(found))


@signed_in(*EDITORS)
async def show_sheet(request: web.Request) -> web.Response:
    """The same to print, with the hazards it bears on and lines to sign."""
    found = await reviewed(request)
    return content_page(request, "content_sheet.html", **_of(request, found), **_signing(found))


@signed_in(*EDITORS)
async def download_sheet(request: web.Request) -> web.Response:
    """The sheet as a Markdown file."""
    found = await reviewed(request)

    def say(key: str, /, **values: str) -> str:
        return tell(request, key, **values)

    text = sheet(say, found, library(request).sources, **_signing(found))
    named = {"Content-Disposition": f'attachment; filename="{found.name}-{found.revision}.md"'}
    return web.Response(text=text, content_type="text/markdown", headers=named)


def _of(request: web.Request, found: Review) -> Mapping[str, Any]:
    return {"review": found, "about": about(found.name), "source": _source(library(request))}


def _source(of: Library) -> Callable[[str], str]:
    return lambda id: str(of.sources[id]["title"])


def _signing(found: Review) -> Mapping[str, Any]:
    hazards, today = _signoff(), uk_now()
    return {
        "hazards": hazards.journeys.get(found.name),
        "everywhere": hazards.everywhere,
        "day": f"{today.day} {today:%B %Y}",
    }


@lru_cache(maxsize=1)
def _signoff() -> SignOff:
    """The files do not change while the site runs."""
    return load_signoff()
