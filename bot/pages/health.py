"""Whether the process is alive, and whether it can take messages."""

from aiohttp import web

from bot.pages.site import TURNS


def add_routes(app: web.Application) -> None:
    """The routes that a host asks."""
    app.router.add_get("/healthz", alive)
    app.router.add_get("/readyz", ready)


async def alive(request: web.Request) -> web.Response:
    """200 while the process can answer at all."""
    return web.json_response({"status": "alive"})


async def ready(request: web.Request) -> web.Response:
    """200 while the database answers with its schema; 503 otherwise. Content is loaded before anything is served."""
    if await request.app[TURNS].store.ready():
        return web.json_response({"status": "ready"})
    return web.json_response({"status": "not ready"}, status=503)
