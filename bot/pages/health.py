"""Whether the process is alive, whether it can take messages, and its counts."""

import hmac

from aiohttp import web

from bot import metrics
from bot.channels.telegram_webhook import TELEGRAM
from bot.pages.site import SETTINGS, TURNS


def add_routes(app: web.Application) -> None:
    """The routes that a host asks."""
    app.router.add_get("/healthz", alive)
    app.router.add_get("/readyz", ready)
    app.router.add_get("/metrics", show_metrics)


async def alive(request: web.Request) -> web.Response:
    """200 while the process can answer at all."""
    return web.json_response({"status": "alive"})


async def ready(request: web.Request) -> web.Response:
    """200 while the database answers with its schema; 503 otherwise. Content is loaded before anything is served.

    Telegram is only told of: while it cannot be reached, the web's messages must still come here.
    """
    database = await request.app[TURNS].store.ready()
    told = {"status": "ready" if database else "not ready"}
    if TELEGRAM in request.app:
        told["telegram"] = "receiving" if request.app[TELEGRAM].receiving else "not receiving"
    return web.json_response(told, status=200 if database else 503)


async def show_metrics(request: web.Request) -> web.Response:
    """The counts, for whoever knows METRICS_TOKEN. They are exact, so without a token nobody gets them."""
    token = request.app[SETTINGS].metrics_token
    if token is None:
        raise web.HTTPNotFound
    given = request.headers.get("Authorization", "")
    if not hmac.compare_digest(given.encode("utf-8", "replace"), f"Bearer {token}".encode()):
        metrics.REFUSED.labels("metrics_token").inc()
        return web.json_response(
            {"error": "Give METRICS_TOKEN as a bearer token."}, status=401, headers={"WWW-Authenticate": "Bearer"}
        )
    body = metrics.exposition(*await request.app[TURNS].store.waiting())
    return web.Response(body=body, headers={"Content-Type": metrics.CONTENT_TYPE})
