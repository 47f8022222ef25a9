"""Open Referral feeds from a file, or from another server on the local network, as the services they hold.

A server's address is the operator's word, but what it answers is not: only http and https, only addresses of this
machine or of a private network unless any is allowed, never those of the link itself (cloud hosts answer there with
their own secrets), no redirect to elsewhere, and a limit on everything.
"""

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from pathlib import Path
from typing import Any

from aiohttp import ClientError, ClientSession, ClientTimeout, TCPConnector
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import ThreadedResolver
from yarl import URL

from directory.open_referral import MOST_SERVICES, services_in
from directory.services import ServicesError

MOST_BYTES = 64 * 1024 * 1024
"""Of a file, and of all that a server answers together."""
MOST_PAGES = 200
A_PAGE = 100
REDIRECTS = 3
SECONDS, ALL_SECONDS = 10, 300
"""For one answer, and for a whole feed."""

LOCAL = tuple(
    ip_network(each) for each in ("127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "::1/128", "fc00::/7")
)
_NESTED = ("attributes", "contacts", "phones", "service_areas", "service_at_locations", "schedules")

Address = IPv4Address | IPv6Address


class FeedError(ServicesError):
    """A feed that cannot be read: one sentence that says why and what to do."""


def read_feed_file(path: Path) -> list[Any]:
    """The services of a JSON file. Raises ServicesError."""
    try:
        if path.stat().st_size > MOST_BYTES:
            raise FeedError(f"{path.name}: is larger than {MOST_BYTES // 1024**2} MB; divide it")
        return services_in(_json(path.read_bytes(), path.name))
    except OSError as error:
        raise FeedError(f"{path.name}: cannot be read ({type(error).__name__}); check the file") from error


def read_feed_url(url: str, any_host: bool = False) -> list[Any]:
    """Every service of a server, in full. `url`: where its API begins, or its list of services. Raises ServicesError.

    `any_host`: servers beyond the local network are allowed.
    """
    return asyncio.run(fetch_feed(url, any_host))


async def fetch_feed(url: str, any_host: bool = False) -> list[Any]:
    """`read_feed_url` where an event loop runs already."""
    try:
        async with asyncio.timeout(ALL_SECONDS), _session(any_host) as session:
            return await _Reader(session, _services_url(url), any_host).services()
    except TimeoutError as error:
        raise FeedError(f"{url}: answers too slowly; try again later, or save the feed to a file") from error


def _session(any_host: bool) -> ClientSession:
    return ClientSession(
        connector=TCPConnector(resolver=_Checked(any_host), use_dns_cache=False, family=socket.AF_UNSPEC),
        timeout=ClientTimeout(total=SECONDS),
        headers={"Accept": "application/json", "Accept-Encoding": "identity", "User-Agent": "Signpost"},
    )


def _services_url(text: str) -> URL:
    """The address of the list of services."""
    try:
        url = URL(text)
    except ValueError as error:
        raise FeedError("That is no web address; give one such as http://192.168.1.20:8080/openreferral") from error
    if url.scheme not in ("http", "https") or not url.host:
        raise FeedError("Only http and https addresses are read; give one, or the path of a file")
    if url.user or url.password:
        raise FeedError("An address with a password is not read; Open Referral feeds are open without one")
    url = url.with_query(None).with_fragment(None)
    url = url.with_path(url.path.rstrip("/"))
    return url if url.path.endswith("/services") else url / "services"


def refusal(address: Address, any_host: bool) -> str | None:
    """Why this address may not be asked; None where it may."""
    address = (isinstance(address, IPv6Address) and address.ipv4_mapped) or address
    if any(address in network for network in LOCAL if network.version == address.version):
        return None
    if not address.is_global or address.is_multicast:
        return "is an address no feed has"
    return None if any_host else "is not on the local network; allow it with --any-host"


class _Checked(AbstractResolver):
    """Names become only addresses that may be asked; the connection is made to the very address that was checked."""

    def __init__(self, any_host: bool) -> None:
        self._any_host = any_host
        self._inner = ThreadedResolver()

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        found = await self._inner.resolve(host, port, family)
        for each in found:
            if (reason := refusal(ip_address(each["host"].partition("%")[0]), self._any_host)) is not None:
                raise FeedError(f"{host}: {reason}")
        return found

    async def close(self) -> None:
        await self._inner.close()


class _Reader:
    """One feed being read."""

    def __init__(self, session: ClientSession, url: URL, any_host: bool) -> None:
        self._session, self._url, self._any_host = session, url, any_host
        self._left = MOST_BYTES

    async def services(self) -> list[Any]:
        """Every service, those that a list only names fetched one by one."""
        found = [service async for page in self._pages() for service in page]
        if len(found) > MOST_SERVICES:
            raise FeedError(f"{self._url}: holds more than {MOST_SERVICES} services; save a part of it to a file")
        return [await self._in_full(service) for service in found]

    async def _pages(self) -> AsyncIterator[list[Any]]:
        """The pages in order. Where the server counts from 0, so do we."""
        number = 1
        document = await self._page(number)
        if isinstance(document, dict) and False in (document.get("first_page"), document.get("first")):
            number = 0
            document = await self._page(number)
        seen: set[str] = set()
        for _ in range(MOST_PAGES):
            page = services_in(document)
            ids = {str(service.get("id")) for service in page if isinstance(service, dict)}
            if ids & seen:
                raise FeedError(f"{self._url}: gives the same services on two pages; save the feed to a file")
            seen |= ids
            yield page
            if not page or _is_last(document):
                return
            number += 1
            document = await self._page(number)
        raise FeedError(f"{self._url}: has more than {MOST_PAGES} pages; save a part of it to a file")

    async def _page(self, number: int) -> Any:
        return await self._get(self._url.update_query(page=number, per_page=A_PAGE))

    async def _in_full(self, service: Any) -> Any:
        if not isinstance(service, dict) or any(name in service for name in _NESTED) or "id" not in service:
            return service
        return await self._get(self._url / str(service["id"]).replace("/", "_"))

    async def _get(self, url: URL) -> Any:
        """The JSON at an address of this very server. Raises FeedError."""
        for _ in range(REDIRECTS + 1):
            if not self._is_same_server(url):
                raise FeedError(
                    f"{self._url}: sends us on to another server ({url.host}); give its address if it is right"
                )
            try:
                answer = await self._ask(url)
            except (ClientError, OSError, ValueError) as error:
                raise FeedError(f"{url}: cannot be reached ({type(error).__name__}); check the address") from error
            if isinstance(answer, bytes):
                return _json(answer, str(url))
            url = answer
        raise FeedError(f"{self._url}: sends us round in a circle; give the address of its list of services")

    def _is_same_server(self, url: URL) -> bool:
        return url.is_absolute() and (url.scheme, url.host, url.port) == (
            self._url.scheme,
            self._url.host,
            self._url.port,
        )

    async def _ask(self, url: URL) -> bytes | URL:
        """The body, or where it is now."""
        self._check_host(url)
        async with self._session.get(url, allow_redirects=False) as response:
            if response.status in (301, 302, 303, 307, 308) and "Location" in response.headers:
                return url.join(URL(response.headers["Location"]))
            if response.status != 200:
                raise FeedError(f"{url}: answers {response.status}; check the address of the feed")
            body = bytearray()
            async for chunk in response.content.iter_chunked(64 * 1024):
                self._left -= len(chunk)
                if self._left < 0:
                    raise FeedError(f"{self._url}: is larger than {MOST_BYTES // 1024**2} MB; save a part to a file")
                body += chunk
            return bytes(body)

    def _check_host(self, url: URL) -> None:
        """An address given as numbers is never looked up, so it is checked here."""
        try:
            address = ip_address(url.host or "")
        except ValueError:
            return
        if (reason := refusal(address, self._any_host)) is not None:
            raise FeedError(f"{url.host}: {reason}")


def _is_last(document: Any) -> bool:
    """Whether a page says that no other follows; a bare list is everything."""
    if not isinstance(document, dict):
        return True
    if "last_page" in document or "last" in document:
        return bool(document.get("last_page", document.get("last")))
    number = document.get("page_number", document.get("number", 1))
    pages = document.get("total_pages", document.get("totalPages", 1))
    return not (isinstance(number, int) and isinstance(pages, int) and number < pages)


def _json(text: bytes, where: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        line = f", line {error.lineno}" if isinstance(error, json.JSONDecodeError) else ""
        raise FeedError(f"{where}{line}: is not JSON; give an Open Referral feed") from error
