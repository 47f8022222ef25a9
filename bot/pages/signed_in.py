"""What pages for staff share: who is signed in, the decorator that asks for it, their forms' token, their layout.

Controls of the threat model (reporting_privacy.md 3.5): 3 session theft, 4 cross-site requests, 11 account takeover.
"""

import hmac
from collections.abc import Callable
from functools import wraps
from typing import Any, NamedTuple

from aiohttp import web

from bot.channels.webchat import Refused
from bot.pages.forms import own_form, when
from bot.pages.security import SAFE_METHODS, TOKEN, is_https
from bot.pages.site import SETTINGS, TURNS, Handler, page
from directory.staff import Member, Staff

SIGN_IN = "/staff/sign-in"

MEMBER = web.RequestKey("member", Member)
"""Who is signed in, in a handler with `signed_in`."""


class StaffPage(NamedTuple):
    """A page to link to from /staff: its path, the key of its name in the wording, the roles that may see it."""

    path: str
    key: str
    roles: tuple[str, ...]


STAFF_PAGES: list[StaffPage] = []
"""Every page for staff; the module of each adds its own when it is imported."""


def accounts(request: web.Request) -> Staff:
    """The accounts of staff."""
    return request.app[TURNS].store.staff


def signed_in(*roles: str) -> Callable[[Handler], Handler]:
    """The handler gets only requests of staff with one of these roles (none given: any), with `request[MEMBER]`.

    Others are sent to sign in, or told kindly where they were sending something. A `Refused` that the handler raises
    becomes a page.
    """

    def decorate(handler: Handler) -> Handler:
        @wraps(handler)
        async def handle(request: web.Request) -> web.StreamResponse:
            member = await accounts(request).member(staff_token(request)) if staff_token(request) else None
            if member is None and request.method in SAFE_METHODS:
                raise web.HTTPSeeOther(SIGN_IN)
            if member is None:
                return message_page(request, "signed_out_heading", "signed_out", 403)
            request[MEMBER] = member
            if roles and member.role not in roles:
                return message_page(request, "not_yours_heading", "not_yours", 403)
            return await told(handler)(request)

        return handle

    return decorate


def told(handler: Handler) -> Handler:
    """A `Refused` of this handler as a page for staff."""

    @wraps(handler)
    async def handle(request: web.Request) -> web.StreamResponse:
        try:
            return await handler(request)
        except Refused as refused:
            values = {"heading": say(request, "refused_heading"), "sentence": refused.sentence}
            response = staff_page(request, "staff_message.html", refused.status, **values)
            response.headers.update(when(refused))
            return response

    return handle


def staff_token(request: web.Request) -> str:
    """The secret of the staff session that the browser brought; "" if it brought none."""
    held = request.cookies.get(_cookie_name(request), "")
    return held if TOKEN.fullmatch(held) else ""


def begin_session(request: web.Request, response: web.StreamResponse, token: str) -> None:
    """Have the browser keep this session's secret, as long as it is open. No other site's request carries it."""
    response.set_cookie(
        _cookie_name(request), token, path="/", httponly=True, samesite="Strict", secure=is_https(request)
    )


def drop_session(request: web.Request, response: web.StreamResponse) -> None:
    """Make the browser drop the secret."""
    response.del_cookie(_cookie_name(request), path="/", httponly=True, samesite="Strict", secure=is_https(request))


def staff_form_token(request: web.Request) -> str:
    """What a form of this staff session must send back as `form_token`, so that no other site can post in its name."""
    key = request.app[SETTINGS].secret_keys[0].encode()
    return hmac.digest(key, b"staff form:" + staff_token(request).encode(), "sha256").hex()


def is_own_staff_form(request: web.Request, token: str) -> bool:
    """Whether a posted form came from a page that this staff session was given."""
    return bool(staff_token(request)) and hmac.compare_digest(staff_form_token(request).encode(), token.encode())


async def staff_form(request: web.Request) -> dict[str, str]:
    """The fields of a form that a page of this staff session sent. Raises `Refused`."""
    return await own_form(request, is_own_staff_form, "staff_page")


def say(request: web.Request, name: str, **values: str) -> str:
    """One text of the staff pages' own words, `staff_page.yaml`."""
    return request.app[TURNS].library.words.text(f"staff_page.{name}", values)


def staff_page(request: web.Request, template: str, status: int = 200, **values: Any) -> web.Response:
    """A page for staff: what `page` gives, and `say`, `member` (None: nobody is signed in) and `staff_token`."""
    member = request.get(MEMBER)
    more = {"member": member, "staff_token": staff_form_token(request) if member else ""}
    return page(request, template, status, say=lambda name, **given: say(request, name, **given), **more, **values)


def message_page(request: web.Request, heading: str, sentence: str, status: int = 200) -> web.Response:
    """A page for staff with two texts of their words."""
    return staff_page(
        request, "staff_message.html", status, heading=say(request, heading), sentence=say(request, sentence)
    )


def _cookie_name(request: web.Request) -> str:
    return "__Host-signpost-staff" if is_https(request) else "signpost-staff"
