"""A talk carried to another device: the page that makes a code, with a picture for a camera, and the one that takes it.

A link holds the code after "#", which no browser sends: it is in no log, and the page's script takes it out of the
address at once. What opens the talk is a form that a person sends, so that no preview of a link uses the code up.
"""

import io
from functools import partial
from typing import Any

import segno
from aiohttp import web
from markupsafe import Markup

from bot.channels.webchat import Refused
from bot.pages.chat import CHAT, paced, refusal_page
from bot.pages.forms import own_form
from bot.pages.security import form_token, has_session, is_own_form, join_talk, person
from bot.pages.site import SETTINGS, TURNS, page

MAKE_PAGE, TAKE_PAGE = "/carry", "/go-on"
QUIET_ZONE = 4
"""Modules of white that cameras need around the picture, ISO/IEC 18004."""


def add_routes(app: web.Application) -> None:
    """The routes of carrying."""
    app.router.add_get(MAKE_PAGE, show_maker)
    app.router.add_post(MAKE_PAGE, make_code)
    app.router.add_get(TAKE_PAGE, show_taker)
    app.router.add_post(TAKE_PAGE, take_code)


async def show_maker(request: web.Request) -> web.Response:
    """What a code does, and the button that makes one."""
    return _maker(request)


async def make_code(request: web.Request) -> web.Response:
    """A new code, shown this once."""
    try:
        await own_form(request, is_own_form)
        code = await paced(request, partial(request.app[CHAT].carry_code, person(request)))
    except Refused as refused:
        return refusal_page(request, refused)
    if code is None:
        return _maker(request, 409, problem="nothing_yet")
    place = f"{request.app[SETTINGS].public_url}{TAKE_PAGE}"
    return _maker(request, code=code, place=place.partition("://")[2], picture=_picture(f"{place}#{code}"))


async def show_taker(request: web.Request) -> web.Response:
    """The form for a code."""
    return _taker(request)


async def take_code(request: web.Request) -> web.Response:
    """Opens the talk here, where the code is good."""
    try:
        form = await own_form(request, is_own_form)
        code = form.get("code", "")
        who = await paced(request, partial(request.app[CHAT].carried, code))
    except Refused as refused:
        return refusal_page(request, refused)
    if who is None:
        return _taker(request, 422, code=code, problem="wrong")
    response = web.HTTPSeeOther("/#latest")
    join_talk(request, response, who)
    raise response


def _maker(
    request: web.Request,
    status: int = 200,
    *,
    code: str | None = None,
    place: str = "",
    picture: Markup | None = None,
    problem: str | None = None,
) -> web.Response:
    token = form_token(request)
    return _page(request, "carry.html", status, form_token=token, code=code, place=place, picture=picture, said=problem)


def _taker(request: web.Request, status: int = 200, code: str = "", problem: str | None = None) -> web.Response:
    held, token = has_session(request), form_token(request)
    return _page(request, "go_on.html", status, form_token=token, code=code, said=problem, replaces=held)


def _page(request: web.Request, template: str, status: int, **values: Any) -> web.Response:
    turns = request.app[TURNS]
    return page(request, template, status, say=lambda name: turns.words(f"carry_page.{name}"), **values)


def _picture(link: str) -> Markup:
    """The link as a QR code: an SVG without a style of its own. Nothing in it comes from a person."""
    out = io.BytesIO()
    segno.make(link, error="m", micro=False).save(
        out, kind="svg", xmldecl=False, svgns=False, border=QUIET_ZONE, light="#fff", svgclass="qr",
        lineclass=None, omitsize=True,
    )  # fmt: skip
    return Markup(out.getvalue().decode())  # noqa: S704 - drawn by segno out of our own address and code
