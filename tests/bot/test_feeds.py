"""Feeds of other servers and of files: followed to their end, refused where they lead somewhere else."""

import json
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from webkit import running_site

from bot import feeds
from bot.feeds import FeedError, fetch_feed, read_feed_file, read_feed_url, refusal
from directory.open_referral import from_feed, page_of, to_feed
from directory.services import ServicesError, load_catalogue
from directory.snapshot import today_in_the_uk

SERVICES = [{"id": str(number), "name": f"Service {number}", "status": "active"} for number in range(1, 251)]


@dataclass
class Server:
    """A server of somebody else's: what it answers below /api/services, and what it was asked."""

    url: str = ""
    asked: list[str] = field(default_factory=list)


Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]


@asynccontextmanager
async def serving(answer: Answer) -> AsyncIterator[Server]:
    server = Server()

    async def handle(request: web.Request) -> web.StreamResponse:
        server.asked.append(request.path_qs)
        return await answer(request)

    app = web.Application()
    app.router.add_get("/{path:.*}", handle)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    server.url = f"http://127.0.0.1:{runner.addresses[0][1]}/api"
    try:
        yield server
    finally:
        await runner.cleanup()


def full(service: dict[str, Any]) -> dict[str, Any]:
    return {**service, "attributes": []}


async def paged(request: web.Request) -> web.Response:
    """As the standard says: lists of a hundred, each in full at its id."""
    if request.path != "/api/services":
        wanted = request.path.rpartition("/")[2]
        return web.json_response(full(next(each for each in SERVICES if each["id"] == wanted)))
    return web.json_response(page_of(SERVICES, int(request.query["page"]), int(request.query["per_page"])))


async def test_pages_are_followed_and_each_service_is_fetched_in_full() -> None:
    async with serving(paged) as server:
        found = await fetch_feed(server.url)
    assert found == [full(service) for service in SERVICES]
    assert [path for path in server.asked if "page" in path] == [
        f"/api/services?page={number}&per_page=100" for number in (1, 2, 3)
    ]


@pytest.mark.parametrize("address", ["{}/", "{}/services", "{}/services/", "{}?page=7#top"])
async def test_the_address_may_be_that_of_the_api_or_of_its_services(address: str) -> None:
    async with serving(paged) as server:
        assert len(await fetch_feed(address.format(server.url))) == 250


async def test_the_older_form_of_pages_is_read_even_counted_from_nought() -> None:
    async def old(request: web.Request) -> web.Response:
        number = int(request.query["page"])
        contents = [full(each) for each in SERVICES[number * 100 : number * 100 + 100]]
        page = {"totalElements": 250, "totalPages": 3, "number": number, "first": number == 0, "last": number == 2}
        return web.json_response({**page, "content": contents})

    async with serving(old) as server:
        assert len(await fetch_feed(server.url)) == 250


async def test_a_server_that_lists_everything_at_once_is_read() -> None:
    async def whole(request: web.Request) -> web.Response:
        return web.json_response([full(each) for each in SERVICES])

    async with serving(whole) as server:
        assert len(await fetch_feed(server.url)) == 250
    assert len(server.asked) == 1


async def test_our_own_server_can_be_read_by_another_of_ours(tmp_path: Path) -> None:
    catalogue, today = load_catalogue(), today_in_the_uk()
    async with running_site(tmp_path) as site:
        found = await fetch_feed(f"{site.url}/openreferral")
    assert found == json.loads(json.dumps(to_feed(catalogue, today, instead=f"{site.settings.public_url}/find")))
    records = from_feed(found, catalogue, site.url).services
    assert len(records) == len(found)
    assert not any("/find" in (record["url"] or "") for record in records)  # our page is not the service's


# What a server may not do


async def refused(answer: Answer, **how: Any) -> str:
    async with serving(answer) as server:
        with pytest.raises(FeedError) as error:
            await fetch_feed(server.url, **how)
    return str(error.value)


def elsewhere(target: str) -> Answer:
    async def send_on(request: web.Request) -> web.Response:
        raise web.HTTPFound(target)

    return send_on


@pytest.mark.parametrize(
    "target",
    [
        "http://169.254.169.254/latest/meta-data",
        "http://example.org/services",
        "https://127.0.0.1/services",
        "http://127.0.0.1:1/services",
        "http://localhost/services",
        "//example.org/services",
        "file:///etc/passwd",
        "ftp://127.0.0.1/services",
        "gopher://127.0.0.1:25/",
    ],
)
async def test_a_redirect_to_elsewhere_is_refused(target: str) -> None:
    said = await refused(elsewhere(target), any_host=True)
    assert "sends us on to another server" in said


async def test_a_redirect_on_the_same_server_is_followed_but_not_for_ever() -> None:
    async def moved(request: web.Request) -> web.Response:
        if request.path == "/api/services":
            raise web.HTTPMovedPermanently("/v3/services?page=1")
        return web.json_response([full(SERVICES[0])])

    async with serving(moved) as server:
        assert await fetch_feed(server.url) == [full(SERVICES[0])]
    assert "round in a circle" in await refused(elsewhere("/api/services"))


@pytest.mark.parametrize(
    ("status", "body", "says"),
    [
        (500, "", "answers 500; check the address of the feed"),
        (404, "", "answers 404"),
        (200, "<html>", "line 1: is not JSON; give an Open Referral feed"),
        (200, "[" * 100_000, "is not JSON"),
        (200, "\xff", "is not JSON"),
        (200, '{"hello": 1}', "holds no Open Referral services"),
    ],
)
async def test_what_is_no_feed_is_said(status: int, body: str, says: str) -> None:
    async def answer(request: web.Request) -> web.Response:
        return web.Response(status=status, body=body.encode("latin-1"), content_type="application/json")

    async with serving(answer) as server:
        with pytest.raises(ServicesError, match=says):
            await fetch_feed(server.url)


async def test_a_feed_without_end_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    async def endless(request: web.Request) -> web.Response:
        number = int(request.query["page"])
        page = {"first_page": number == 1, "last_page": False, "total_pages": 10**9, "page_number": number}
        return web.json_response({**page, "contents": [full({**SERVICES[0], "id": str(number)})]})

    monkeypatch.setattr(feeds, "MOST_PAGES", 5)
    assert "has more than 5 pages" in await refused(endless)


async def test_a_server_that_ignores_the_page_is_noticed() -> None:
    async def same(request: web.Request) -> web.Response:
        return web.json_response({"total_pages": 3, "page_number": 1, "contents": [full(SERVICES[0])]})

    assert "gives the same services on two pages" in await refused(same)


async def test_too_many_services_or_bytes_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feeds, "MOST_SERVICES", 249)
    assert "holds more than 249 services" in await refused(paged)
    monkeypatch.setattr(feeds, "MOST_BYTES", 3000)
    assert "is larger than" in await refused(paged)


async def test_a_body_that_grows_when_unpacked_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    async def bomb(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        response.enable_compression(web.ContentCoding.gzip, strategy=0)
        response.headers["Content-Encoding"] = "gzip"
        await response.prepare(request)
        for _ in range(100):
            await response.write(b" " * 100_000)
        await response.write_eof()
        return response

    monkeypatch.setattr(feeds, "MOST_BYTES", 1_000_000)
    said = await refused(bomb)
    assert "is larger than" in said or "cannot be reached" in said


async def test_a_slow_server_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    async def slow(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        try:
            while True:
                await response.write(b" ")
        except ConnectionError:
            return response

    monkeypatch.setattr(feeds, "MOST_BYTES", 10**12)
    monkeypatch.setattr(feeds, "ALL_SECONDS", 0.3)
    assert "answers too slowly" in await refused(slow)


async def test_nobody_there_is_said() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(FeedError, match="cannot be reached"):
        await fetch_feed(f"http://127.0.0.1:{port}")


# Which addresses may be asked


@pytest.mark.parametrize(
    "address", ["127.0.0.1", "127.8.9.1", "10.1.2.3", "172.16.0.1", "172.31.255.255", "192.168.1.20", "::1",
                "fd00::1", "::ffff:192.168.1.20"],
)  # fmt: skip
def test_this_machine_and_private_networks_may(address: str) -> None:
    assert refusal(ip_address(address), any_host=False) is None


@pytest.mark.parametrize("address", ["93.184.216.34", "8.8.8.8", "172.32.0.1", "2606:4700::1111", "::ffff:8.8.8.8"])
def test_others_only_where_any_host_is_allowed(address: str) -> None:
    assert refusal(ip_address(address), any_host=False) == "is not on the local network; allow it with --any-host"
    assert refusal(ip_address(address), any_host=True) is None


@pytest.mark.parametrize("any_host", [False, True])
@pytest.mark.parametrize(
    "address",
    ["169.254.169.254", "::ffff:169.254.169.254", "fe80::1", "0.0.0.1", "::", "224.0.0.1", "ff02::1", "255.255.255.255",
     "100.64.0.1", "192.0.2.1", "240.0.0.1"],
)  # fmt: skip
def test_addresses_of_the_link_and_of_nobody_never(address: str, any_host: bool) -> None:
    assert refusal(ip_address(address), any_host) == "is an address no feed has"


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("http://169.254.169.254/latest", "169.254.169.254: is an address no feed has"),
        ("http://[fe80::1]/", "fe80::1: is an address no feed has"),
        ("http://93.184.216.34/", "93.184.216.34: is not on the local network"),
        ("http://[::ffff:a9fe:a9fe]/", "is an address no feed has"),
        ("http://0.0.0.0/", "is an address no feed has"),
        ("http://2852039166/", "cannot be reached"),
        ("http://0251.0376.0251.0376/", "cannot be reached"),
        ("file:///etc/passwd", "Only http and https addresses are read"),
        ("ftp://192.168.1.1/", "Only http and https"),
        ("gopher://192.168.1.1/", "Only http and https"),
        ("kent.json", "Only http and https"),
        ("", "Only http and https"),
        ("http://", "(Only http and https|no web address)"),
        ("http://[nonsense/", "no web address"),
        ("http://a:secret@192.168.1.1/", "An address with a password is not read"),
    ],
)
def test_an_address_that_may_not_be_asked_is_not_asked(url: str, says: str) -> None:
    with pytest.raises(FeedError, match=says):
        read_feed_url(url)


@pytest.mark.parametrize("host", ["inside.example", "0xa9fea9fe"])
def test_a_name_that_leads_to_a_forbidden_address_is_refused(host: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where only one of its addresses is, and for numbers in disguise."""

    def looked_up(*asked: Any, **how: Any) -> list[Any]:
        kind = (socket.AF_INET, socket.SOCK_STREAM, 6, "")
        return [(*kind, ("127.0.0.1", 80)), (*kind, ("169.254.169.254", 80))]

    monkeypatch.setattr(socket, "getaddrinfo", looked_up)
    with pytest.raises(FeedError, match="is an address no feed has"):
        read_feed_url(f"http://{host}/")


async def test_the_address_that_was_checked_is_the_one_that_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    """A name that means something else the second time is looked up once for each connection, and checked then."""
    looked_up = []
    real = socket.getaddrinfo

    def once(host: Any, port: Any, *more: Any, **how: Any) -> Any:
        if host != "harbour.example":
            return real(host, port, *more, **how)
        looked_up.append(host)
        address = "127.0.0.1" if len(looked_up) == 1 else "169.254.169.254"
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))]

    async with serving(paged) as server:
        monkeypatch.setattr(socket, "getaddrinfo", once)
        port = server.url.rpartition(":")[2]
        assert len(await fetch_feed(f"http://harbour.example:{port}")) == 250
    assert looked_up == ["harbour.example"]


# Files


def test_a_file_is_read(tmp_path: Path) -> None:
    path = tmp_path / "feed.json"
    path.write_text(json.dumps({"contents": SERVICES}), "utf-8")
    assert read_feed_file(path) == SERVICES


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (b"{", "feed.json, line 1: is not JSON; give an Open Referral feed"),
        (b"\xff", "feed.json: is not JSON"),
        (b"{}", "The file holds no Open Referral services"),
    ],
)
def test_a_wrong_file_is_said(text: bytes, says: str, tmp_path: Path) -> None:
    path = tmp_path / "feed.json"
    path.write_bytes(text)
    with pytest.raises(ServicesError, match=says):
        read_feed_file(path)


def test_a_missing_or_huge_file_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(FeedError, match=r"no\.json: cannot be read \(FileNotFoundError\); check the file"):
        read_feed_file(tmp_path / "no.json")
    (tmp_path / "big.json").write_bytes(b" " * 11)
    monkeypatch.setattr(feeds, "MOST_BYTES", 10)
    with pytest.raises(FeedError, match=r"big\.json: is larger than"):
        read_feed_file(tmp_path / "big.json")
