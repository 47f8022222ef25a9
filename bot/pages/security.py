"""Who a browser is, whose request it is, how often it may ask, and the headers every answer carries.

Controls of the threat model (reporting_privacy.md 3.5): 3 session theft, 4 cross-site requests, 5 script in words,
9 shared phones, 13 floods.
"""

import hashlib
import hmac
import re
import secrets
import time
from collections.abc import Callable, Sequence

from aiohttp import web

from bot.pages.site import SETTINGS, Handler

TOKEN_BYTES = 32
TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")
EMBED_PAGE = "/embed"
EMBED_COOKIE = "__Host-signpost-embed"
EMBED_COOKIE_FLAGS = "Path=/; HttpOnly; Secure; SameSite=None; Partitioned"
"""Partitioned: a browser keeps one for each site that shows the frame. http.cookies knows it from Python 3.14 only."""
NEW_TALK, TALK_GOES_ON = "new", "on"
"""What the page in a frame says of its talk (`?embed=`): no cookie yet; there must be one."""
FOR_FRAMES = (EMBED_PAGE, "/api/chat", "/summary.txt")

FORMS = frozenset({"application/x-www-form-urlencoded", "multipart/form-data"})
"""What a page's forms are sent as. Each of them carries a token of ours."""
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})

MESSAGES_A_MINUTE = 60
MOST_SESSIONS_COUNTED = 10_000

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}
TRANSPORT_SECURITY = "max-age=31536000"
"""A year, ASVS v5.0.0-3.4.1; only where the public address is https."""


def framed_by(origins: Sequence[str]) -> str:
    """The content security policy of a page that these sites may show in a frame."""
    own = HEADERS["Content-Security-Policy"]
    return own.replace("frame-ancestors 'none'", f"frame-ancestors {' '.join(origins)}")


_session = web.RequestKey("session", str)
_is_new = web.RequestKey("is_new", bool)


def person(request: web.Request) -> str:
    """The browser's secret, 256 random bits; a new one is set as a cookie with the answer.

    It lives as long as the browser is open: on a shared phone, closing the browser leaves the talk.
    """
    if _session not in request:
        held = request.cookies.get(_cookie_name(request), "")
        request[_is_new] = TOKEN.fullmatch(held) is None
        request[_session] = secrets.token_urlsafe(TOKEN_BYTES) if request[_is_new] else held
    return request[_session]


def has_session(request: web.Request) -> bool:
    """Whether the browser brought a cookie of ours."""
    person(request)
    return not request[_is_new]


def end_session(request: web.Request, response: web.StreamResponse) -> None:
    """Make the browser drop its secret: the next page starts as someone new."""
    request[_is_new] = False
    if is_embedded(request):
        response.headers.add("Set-Cookie", f"{EMBED_COOKIE}=; Max-Age=0; {EMBED_COOKIE_FLAGS}")
        return
    response.del_cookie(_cookie_name(request), path="/", httponly=True, samesite="Lax", secure=is_https(request))


def is_embedded(request: web.Request) -> bool:
    """Whether the page in another site's frame asks: its talk is not the one this browser has on our own page."""
    if not request.app[SETTINGS].embed_origins or not request.path.startswith(FOR_FRAMES):
        return False
    return request.path == EMBED_PAGE or "embed" in request.query


def has_lost_talk(request: web.Request) -> bool:
    """Whether a frame goes on with a talk whose cookie the browser did not keep."""
    return is_embedded(request) and request.query.get("embed") == TALK_GOES_ON and not has_session(request)


def form_token(request: web.Request) -> str:
    """What a form of this browser must send back, so that no other site can post in its name."""
    key = request.app[SETTINGS].secret_keys[0].encode()
    return hmac.new(key, b"form:" + person(request).encode(), hashlib.sha256).hexdigest()


def is_own_form(request: web.Request, token: str) -> bool:
    """Whether a posted form came from a page this browser was given."""
    return has_session(request) and hmac.compare_digest(form_token(request).encode(), token.encode())


def is_cross_site(request: web.Request) -> bool:
    """Whether the browser says that another site made this request.

    Browsers send `Origin: null` with our own forms because of our Referrer-Policy; the form's token decides there.
    """
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
        return True
    origin = request.headers.get("Origin")
    if origin is None or (origin == "null" and request.content_type in FORMS):
        return False
    return origin != request.app[SETTINGS].public_url and origin.partition("://")[2] != request.host


async def add_headers(request: web.Request, response: web.StreamResponse) -> None:
    """The headers of every answer, added just before it leaves."""
    response.headers["Server"] = "Signpost"
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if is_https(request):
        response.headers["Strict-Transport-Security"] = TRANSPORT_SECURITY


@web.middleware
async def keep_session(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Give the browser its secret, if the answer needed one and it has none yet; a frame, when it sent a message."""
    response = await handler(request)
    if is_embedded(request):
        if request.get(_is_new) and request.method not in SAFE_METHODS and response.status == web.HTTPOk.status_code:
            response.headers.add("Set-Cookie", f"{EMBED_COOKIE}={request[_session]}; {EMBED_COOKIE_FLAGS}")
    elif request.get(_is_new) and not response.prepared:
        response.set_cookie(
            _cookie_name(request),
            request[_session],
            path="/",
            httponly=True,
            samesite="Lax",
            secure=is_https(request),
        )
    return response


def is_https(request: web.Request) -> bool:
    """Whether people reach the site over https."""
    return request.app[SETTINGS].public_url.startswith("https:")


def _cookie_name(request: web.Request) -> str:
    if is_embedded(request):
        return EMBED_COOKIE
    return "__Host-signpost" if is_https(request) else "signpost"


class Pace:
    """How often one browser may send: a bucket of a minute's messages that refills evenly. Kept in memory only."""

    def __init__(self, a_minute: int = MESSAGES_A_MINUTE, clock: Callable[[], float] = time.monotonic) -> None:
        self._full = float(a_minute)
        self._clock = clock
        self._left: dict[str, tuple[float, float]] = {}

    def wait(self, who: str) -> float:
        """Take one message's worth. Returns 0, or the seconds to wait because there is none left."""
        now = self._clock()
        left, since = self._left.pop(who, (self._full, now))
        left = min(self._full, left + (now - since) * self._full / 60)
        allowed = left >= 1
        self._left[who] = (left - 1 if allowed else left, now)
        if len(self._left) > MOST_SESSIONS_COUNTED:
            del self._left[next(iter(self._left))]
        return 0.0 if allowed else (1 - left) * 60 / self._full
