"""Floods from one address (reporting_privacy.md 3.5, threat 13). No address is kept or logged, nor can one be guessed:
a bucket is found by an HMAC under a key that this process makes for itself and never writes down.

A school or a mobile network has one address for many people, so a bucket is large. Who reaches us directly from a
private address stands before us like a proxy that nobody told us of, and is not slowed: that could be everyone.
"""

import hmac
import secrets
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

from aiohttp import web

from bot import metrics
from bot.channels import telegram_webhook
from bot.pages.security import Pace
from bot.pages.site import Handler

REQUESTS_A_MINUTE = 1_200
"""Of one address: a hundred people who answer every five seconds."""

IPV6_HOME = 64
"""Bits that one household has in common: it may use every address below them."""

FREE = ("/healthz", "/readyz", telegram_webhook.PATH)
FREE_FOLDER = "/static/"


class Addresses:
    """How often one address may ask. `trusted_proxies`: how many of the last `X-Forwarded-For` entries are proxies'."""

    def __init__(self, trusted_proxies: int) -> None:
        self._trusted = trusted_proxies
        self._pace = Pace(REQUESTS_A_MINUTE)
        self._key = secrets.token_bytes(32)

    def wait(self, request: web.Request) -> float:
        """Take one request's worth. Returns 0, or the seconds to wait because there is none left."""
        home = self.home(request)
        if home is None:
            return 0.0
        return self._pace.wait(hmac.digest(self._key, home.encode(), "sha256").hex())

    def home(self, request: web.Request) -> str | None:
        """The address a request comes from, or its household's part of it; None where that could be everybody."""
        address = self._address(request)
        return None if address is None else _home(address)

    def _address(self, request: web.Request) -> IPv4Address | IPv6Address | None:
        """Whose bucket it is; None for nobody's."""
        if self._trusted:
            told = ",".join(request.headers.getall("X-Forwarded-For", [])).split(",")
            return _read(told[-self._trusted]) if len(told) >= self._trusted else None
        peer = _read(request.remote or "")
        return peer if peer is not None and peer.is_global else None


def _read(text: str) -> IPv4Address | IPv6Address | None:
    try:
        address = ip_address(text.strip())
    except ValueError:
        return None
    return (isinstance(address, IPv6Address) and address.ipv4_mapped) or address


def _home(address: IPv4Address | IPv6Address) -> str:
    return str(IPv6Network((address, IPV6_HOME), strict=False) if isinstance(address, IPv6Address) else address)


ADDRESSES = web.AppKey("addresses", Addresses)


@web.middleware
async def refuse_floods(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Slow an address that asks faster than a crowd of people would."""
    if request.path not in FREE and not request.path.startswith(FREE_FOLDER):
        wait = request.app[ADDRESSES].wait(request)
        if wait:
            metrics.REFUSED.labels("address_pace").inc()
            raise web.HTTPTooManyRequests(headers={"Retry-After": str(max(1, round(wait)))})
    return await handler(request)
