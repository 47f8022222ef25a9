"""What the pages for content editors share: who may see them, their words, the journey that an address names."""

import asyncio
from collections.abc import Mapping
from typing import Any

from aiohttp import web

from bot.pages.signed_in import staff_page
from bot.pages.site import TURNS
from screening.library import Library
from screening.reviewing import Review, reviews

ROOT = "/staff/content"
EDITORS = ("editor", "admin")

REVIEWS = web.AppKey("reviews", dict[str, Review])
"""Every journey as it is shown, made when it is first asked for: content does not change while the site runs."""


def library(request: web.Request) -> Library:
    """All content."""
    return request.app[TURNS].library


def tell(request: web.Request, key: str, /, **values: str) -> str:
    """One text of these pages' own words, `content_page.yaml`."""
    return library(request).words.text(f"content_page.{key}", values)


async def all_reviews(request: web.Request) -> Mapping[str, Review]:
    """Every journey, by name."""
    made = request.app[REVIEWS]
    if not made:
        made.update(await asyncio.to_thread(reviews, library(request)))
    return made


async def reviewed(request: web.Request) -> Review:
    """The journey of the address. Raises `HTTPNotFound`."""
    found = (await all_reviews(request)).get(request.match_info["journey"])
    if found is None:
        raise web.HTTPNotFound
    return found


def content_page(request: web.Request, template: str, status: int = 200, **values: Any) -> web.Response:
    """A page for content editors: what `staff_page` gives, and `tell`, `spoken` (a name for people) and `root`."""
    more = {"tell": lambda key, /, **given: tell(request, key, **given), "spoken": spoken, "root": ROOT}
    return staff_page(request, template, status, **more, **values)


def spoken(name: str) -> str:
    """The name of a journey, step or answer as people say it."""
    return name.replace("_", " ").capitalize()
