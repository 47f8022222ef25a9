"""What people and programs get when a request cannot be served: kind words, a next step, no detail."""

import time

from aiohttp import web

from bot.logs import get_logger
from bot.pages.security import SAFE_METHODS, is_cross_site
from bot.pages.site import TURNS, Handler, text_page, word

log = get_logger()

UNEXPECTED = 500
OWN_WORDS = {403: "refused_stale", 404: "error_404", 405: "error_405", 413: "error_413", UNEXPECTED: "error_500"}
"""Entries of web.yaml; another status gets `error_other`."""


@web.middleware
async def log_requests(request: web.Request, handler: Handler) -> web.StreamResponse:
    """One line a request: the route's template, never the address asked for."""
    start = time.perf_counter()
    response = await handler(request)
    log.debug(
        "request served",
        method=request.method,
        path=_template(request),
        status=response.status,
        ms=round((time.perf_counter() - start) * 1000, 1),
    )
    return response


@web.middleware
async def kind_errors(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Every failure as a page, or as `{"error": …}` below /api."""
    try:
        return await handler(request)
    except web.HTTPException as error:
        if error.status < web.HTTPBadRequest.status_code:
            raise
        return _failure(request, error.status, allow=error.headers.get("Allow"))
    except ConnectionError:
        raise
    except Exception:
        log.exception("request failed", method=request.method, path=_template(request))
        return _failure(request, UNEXPECTED)


@web.middleware
async def refuse_cross_site(request: web.Request, handler: Handler) -> web.StreamResponse:
    """What changes something must come from our own pages, or from no browser at all."""
    if request.method not in SAFE_METHODS and is_cross_site(request):
        raise web.HTTPForbidden
    return await handler(request)


def _failure(request: web.Request, status: int, allow: str | None = None) -> web.Response:
    sentence = word(request.app[TURNS], OWN_WORDS.get(status, "error_other"))
    if request.path.startswith("/api/"):
        response = web.json_response({"error": sentence}, status=status)
    else:
        response = text_page(request, word(request.app[TURNS], "refused_heading"), [sentence], status)
    if allow is not None:
        response.headers["Allow"] = allow
    return response


def _template(request: web.Request) -> str:
    resource = request.match_info.route.resource
    return resource.canonical if resource is not None else "unknown"
