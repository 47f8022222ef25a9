"""What people and programs get when a request cannot be served: kind words, a next step, no detail."""

import time
from collections.abc import Mapping
from types import MappingProxyType

from aiohttp import web

from bot import metrics
from bot.logs import get_logger
from bot.pages.security import EMBED_PAGE, SAFE_METHODS, is_cross_site, is_embedded
from bot.pages.site import TURNS, Handler, text_page, word

log = get_logger()

UNEXPECTED = 500
OWN_WORDS = {
    403: "refused_stale",
    404: "error_404",
    405: "error_405",
    413: "error_413",
    429: "refused_pace",
    UNEXPECTED: "error_500",
}
"""Entries of web.yaml; another status gets `error_other`."""


FOR_PROGRAMS = ("/api/", "/telegram/", "/metrics", "/openreferral")
"""Where a failure is told as JSON."""

TELLING = ("Allow", "Retry-After")
"""Headers of a refusal that say what to do instead."""


@web.middleware
async def log_requests(request: web.Request, handler: Handler) -> web.StreamResponse:
    """One line a request, and one more in the counts: the route's template, never the address asked for."""
    start, status = time.perf_counter(), UNEXPECTED
    try:
        response = await handler(request)
        status = response.status
    except web.HTTPException as redirect:
        status = redirect.status
        raise
    finally:
        route, ms = _template(request), round((time.perf_counter() - start) * 1000, 1)
        metrics.RESPONSES.labels(route, status).inc()
        log.debug("request served", method=request.method, path=route, status=status, ms=ms)
    return response


@web.middleware
async def kind_errors(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Every failure as a page, or as `{"error": …}` where programs ask."""
    try:
        return await handler(request)
    except web.HTTPException as error:
        if error.status < web.HTTPBadRequest.status_code:
            raise
        return _failure(request, error.status, {name: error.headers[name] for name in TELLING if name in error.headers})
    except ConnectionError:
        raise
    except Exception:
        log.exception("request failed", method=request.method, path=_template(request))
        return _failure(request, UNEXPECTED)


@web.middleware
async def refuse_cross_site(request: web.Request, handler: Handler) -> web.StreamResponse:
    """What changes something must come from our own pages, or from no browser at all.

    A frame's cookie goes with other sites' requests too, so what it opens is not even read for them.
    """
    guarded = request.method not in SAFE_METHODS or (is_embedded(request) and request.path != EMBED_PAGE)
    if guarded and is_cross_site(request):
        raise web.HTTPForbidden
    return await handler(request)


def _failure(request: web.Request, status: int, headers: Mapping[str, str] = MappingProxyType({})) -> web.Response:
    sentence = word(request.app[TURNS], OWN_WORDS.get(status, "error_other"))
    if request.path.startswith(FOR_PROGRAMS):
        response = web.json_response({"error": sentence}, status=status)
    else:
        response = text_page(request, word(request.app[TURNS], "refused_heading"), [sentence], status)
    response.headers.update(headers)
    return response


def _template(request: web.Request) -> str:
    resource = request.match_info.route.resource
    return resource.canonical if resource is not None else "unknown"
