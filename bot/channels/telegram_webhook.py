"""Telegram's webhook: who may deliver, and what an update gets. 200 means it is dealt with and need not come again."""

import asyncio
import hmac
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from aiohttp import web

from bot import metrics
from bot.settings import Settings

PATH = "/telegram/webhook"
BROUGHT_IN = "X-Telegram-Bot-Api-Secret-Token"

LARGEST_UPDATE = 1024 * 1024
"""Bytes. The longest message that answers another such, its letters escaped, is under a tenth of this."""

BODY_SECONDS = 10


@dataclass(frozen=True)
class Hook:
    """Where Telegram is asked to deliver to, and what it must bring."""

    url: str
    secret: str = field(repr=False)


class Receiver(Protocol):
    """What takes Telegram's updates. `receiving`: whether they reach us just now, as far as we know."""

    @property
    def receiving(self) -> bool: ...

    async def receive(self, update: Mapping[str, Any]) -> bool:
        """Whether this update is dealt with for good, its turn committed. False: it must come again."""


TELEGRAM = web.AppKey("telegram", Receiver)
_SECRETS = web.AppKey("telegram_secrets", list)


def secrets_of(keys: Sequence[str]) -> list[str]:
    """What Telegram must bring with an update, newest first: one for each SECRET_KEY, as a rotation needs."""
    return [hmac.digest(key.encode(), b"signpost telegram webhook", "sha256").hex() for key in keys]


def hook_of(settings: Settings) -> Hook | None:
    """What to register; None where Telegram is polled."""
    if not settings.telegram_webhook:
        return None
    return Hook(settings.public_url + PATH, secrets_of(settings.secret_keys)[0])


def add_routes(app: web.Application, settings: Settings) -> None:
    """The route that Telegram delivers to."""
    app[_SECRETS] = secrets_of(settings.secret_keys)
    app.router.add_post(PATH, take_update)


async def take_update(request: web.Request) -> web.Response:
    """One update. Only who brings the secret gets further than the first line."""
    if not _knows_secret(request):
        metrics.REFUSED.labels("webhook_secret").inc()
        return _refusal(403, "This address is for Telegram alone.")
    try:
        async with asyncio.timeout(BODY_SECONDS):
            update = _read(await request.clone(client_max_size=LARGEST_UPDATE).read())
    except TimeoutError:
        return _refusal(408, "The update took too long to arrive.")
    except web.HTTPRequestEntityTooLarge:
        return _refusal(413, "The update is too long.")
    if update is None:
        return _refusal(400, "The body must be one update as JSON.")
    if await request.app[TELEGRAM].receive(update):
        return web.json_response({"ok": True})
    return _refusal(503, "The update could not be kept; bring it again.")


def _knows_secret(request: web.Request) -> bool:
    given = request.headers.get(BROUGHT_IN, "").encode("utf-8", "replace")
    return any([hmac.compare_digest(given, secret.encode()) for secret in request.app[_SECRETS]])


def _read(body: bytes) -> Mapping[str, Any] | None:
    """The update in a body; None if there is none."""
    try:
        update = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return update if isinstance(update, dict) and isinstance(update.get("update_id"), int) else None


def _refusal(status: int, sentence: str) -> web.Response:
    return web.json_response({"error": sentence}, status=status)
