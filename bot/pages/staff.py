"""The way in for staff: joining with a one-time code, signing in and out, and what each role finds then.

Nothing that is needed to find a service is behind this door.
"""

from aiohttp import web

from bot import metrics
from bot.channels.webchat import Refused
from bot.pages import staff_outcome, staff_people
from bot.pages.floods import ADDRESSES
from bot.pages.forms import own_form
from bot.pages.security import form_token, is_own_form
from bot.pages.signed_in import (
    MEMBER,
    STAFF_PAGES,
    accounts,
    begin_session,
    drop_session,
    say,
    signed_in,
    staff_form,
    staff_page,
    staff_token,
    told,
)
from bot.pages.site import SETTINGS
from directory.passphrases import LONGEST, SHORTEST, PassphraseRefused
from directory.staff import TooManyTries

HOME = "/staff"


def add_routes(app: web.Application) -> None:
    """The routes below /staff."""
    app.router.add_get(HOME, show_home)
    app.router.add_get("/staff/join", show_join)
    app.router.add_post("/staff/join", join)
    app.router.add_get("/staff/sign-in", show_sign_in)
    app.router.add_post("/staff/sign-in", sign_in)
    app.router.add_post("/staff/sign-out", sign_out)
    staff_people.add_routes(app)
    staff_outcome.add_routes(app)


@signed_in()
async def show_home(request: web.Request) -> web.Response:
    """What this role may do, and its pages."""
    role = request[MEMBER].role
    return staff_page(request, "staff_home.html", pages=[each for each in STAFF_PAGES if role in each.roles])


async def show_join(request: web.Request) -> web.Response:
    """The form for a one-time code. A link carries the code after "#", which browsers keep to themselves."""
    return _join_page(request)


@told
async def join(request: web.Request) -> web.Response:
    """A code and a new passphrase: the sign-in name, or what to do about what is wrong. The code is not lost by it."""
    form = await own_form(request, is_own_form, "staff_page")
    code, passphrase = form.get("code", ""), form.get("passphrase", "")
    if passphrase != form.get("again", ""):
        return _join_page(request, 422, "passphrase_differs", code)
    try:
        member = await accounts(request).redeem(code, passphrase, request.app[ADDRESSES].home(request))
    except PassphraseRefused as refused:
        return _join_page(request, 422, f"passphrase_{refused.why}", code)
    except TooManyTries as refused:
        raise _too_many(request, refused) from None
    if member is None:
        metrics.REFUSED.labels("staff_sign_in").inc()
        return _join_page(request, 403, "code_refused", code)
    return staff_page(request, "staff_joined.html", name=member.name)


async def show_sign_in(request: web.Request) -> web.Response:
    """The form for name and passphrase; who is signed in already is let through."""
    if staff_token(request) and await accounts(request).member(staff_token(request)):
        raise web.HTTPSeeOther(HOME)
    return _sign_in_page(request)


@told
async def sign_in(request: web.Request) -> web.Response:
    """Lets staff in with a session of its own; the one this browser had ends."""
    form = await own_form(request, is_own_form, "staff_page")
    name, passphrase = form.get("name", ""), form.get("passphrase", "")
    try:
        token = await accounts(request).sign_in(name, passphrase, request.app[ADDRESSES].home(request))
    except TooManyTries as refused:
        raise _too_many(request, refused) from None
    if token is None:
        metrics.REFUSED.labels("staff_sign_in").inc()
        return _sign_in_page(request, 403, "sign_in_refused", name)
    if staff_token(request):
        await accounts(request).sign_out(staff_token(request))
    welcome = web.HTTPSeeOther(HOME)
    begin_session(request, welcome, token)
    raise welcome


@signed_in()
async def sign_out(request: web.Request) -> web.Response:
    """Ends the session, here and in the browser."""
    await staff_form(request)
    await accounts(request).sign_out(staff_token(request))
    farewell = web.HTTPSeeOther("/staff/sign-in")
    drop_session(request, farewell)
    raise farewell


def _join_page(request: web.Request, status: int = 200, problem: str | None = None, code: str = "") -> web.Response:
    lengths = {"shortest": str(SHORTEST), "longest": str(LONGEST)}
    return staff_page(
        request,
        "staff_join.html",
        status,
        problem=problem and say(request, problem, **lengths),
        wrong="code" if problem == "code_refused" else "passphrase",
        code=code,
        shortest=lengths["shortest"],
        kept_days=str(request.app[SETTINGS].retention_audit_days),
        form_token=form_token(request),
    )


def _sign_in_page(request: web.Request, status: int = 200, problem: str | None = None, name: str = "") -> web.Response:
    said = problem and say(request, problem)
    return staff_page(request, "staff_sign_in.html", status, problem=said, name=name, form_token=form_token(request))


def _too_many(request: web.Request, refused: TooManyTries) -> Refused:
    metrics.REFUSED.labels("staff_sign_in").inc()
    return Refused(429, say(request, "too_many_tries"), refused.seconds)
