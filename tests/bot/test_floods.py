"""Floods and slow clients: what an attacker gets, and that people are still served meanwhile."""

import asyncio
import re
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from aiohttp import ClientResponse, web
from webkit import Site, logs_as_they_were, new_browser, running_site

from bot.door import Door
from bot.logs import configure_logs

FLOOD = 40
"""Requests an address may make at once in these tests; really it is 1,200."""


@pytest.fixture
async def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Site]:
    """A site behind one proxy."""
    monkeypatch.setattr("bot.pages.floods.REQUESTS_A_MINUTE", FLOOD)
    async with running_site(tmp_path, trusted_proxies=1) as running:
        yield running


async def ask(site: Site, forwarded: str, path: str = "/api/chat/messages") -> ClientResponse:
    """A request of someone new, as the proxy passes it on."""
    async with new_browser() as browser, browser.get(site.url + path, headers={"X-Forwarded-For": forwarded}) as found:
        await found.read()
        return found


async def test_a_flood_from_one_address_is_slowed_although_every_request_is_someone_new(site: Site) -> None:
    statuses = [(await ask(site, "203.0.113.7")).status for _ in range(FLOOD + 20)]
    assert statuses[:FLOOD] == [200] * FLOOD
    assert statuses.count(429) >= 15
    assert (await ask(site, "203.0.113.8")).status == 200


async def test_who_is_slowed_is_told_kindly_when_to_come_back_and_whom_to_ring(site: Site) -> None:
    for _ in range(FLOOD):
        await ask(site, "203.0.113.7")
    async with new_browser() as browser, browser.get(site.url, headers={"X-Forwarded-For": "203.0.113.7"}) as refused:
        html = await refused.text()
    assert refused.status == 429
    assert int(refused.headers["Retry-After"]) >= 1
    assert "Wait a few seconds" in html
    assert "Call 999" in html
    assert refused.headers["Content-Security-Policy"]
    assert (await ask(site, "203.0.113.7", "/healthz")).status == 200
    assert (await ask(site, "203.0.113.7", "/static/site.css")).status == 200


async def test_a_form_that_comes_too_often_gets_a_page_with_the_time_to_wait_and_the_helplines(tmp_path: Path) -> None:
    async with running_site(tmp_path) as site:
        await site.page()
        while (await site.send(text="hello"))[0] != 429:
            pass
        refused = await site.post_form(text="hello")
        html = await refused.text()
    assert refused.status == 429
    assert int(refused.headers["Retry-After"]) >= 1
    assert "Wait a few seconds" in html
    assert "Call 999" in html


async def test_only_what_our_own_proxy_says_counts(site: Site) -> None:
    """The last entry is the proxy's; whatever a client wrote before it is a claim."""
    for number in range(FLOOD):
        await ask(site, f"198.51.100.{number}, 203.0.113.7")
    assert (await ask(site, "192.0.2.1, 203.0.113.7")).status == 429


async def test_a_household_has_one_bucket_however_many_ipv6_addresses_it_uses(site: Site) -> None:
    for number in range(FLOOD):
        await ask(site, f"2001:db8:1:2::{number:x}")
    assert (await ask(site, "2001:db8:1:2:ffff::1")).status == 429
    assert (await ask(site, "2001:db8:1:3::1")).status == 200


@pytest.mark.parametrize("forwarded", ["", "unknown", "203.0.113.7:443:1", ",", "é", "a" * 5000])
async def test_an_address_that_cannot_be_read_is_not_slowed_and_breaks_nothing(site: Site, forwarded: str) -> None:
    for _ in range(FLOOD + 5):
        assert (await ask(site, forwarded)).status == 200


async def test_without_a_declared_proxy_its_header_is_not_believed_and_a_local_one_is_not_slowed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A proxy nobody told us of stands for everyone: to slow it would be to close."""
    monkeypatch.setattr("bot.pages.floods.REQUESTS_A_MINUTE", FLOOD)
    async with running_site(tmp_path) as site:
        assert [(await ask(site, "203.0.113.7")).status for _ in range(FLOOD + 5)] == [200] * (FLOOD + 5)


async def test_no_address_is_kept_or_logged(site: Site, capsys: pytest.CaptureFixture[str]) -> None:
    with logs_as_they_were():
        configure_logs("DEBUG", "json")
        for _ in range(FLOOD + 5):
            await ask(site, "203.0.113.77")
        written = capsys.readouterr().err
    assert "203.0.113" not in written
    assert b"203.0.113" not in site.settings.database_file.read_bytes()


async def hello(_request: web.Request) -> web.Response:
    return web.Response(text="hello")


async def served(port: int) -> float:
    """Seconds until a person who asks at once is answered."""
    start = time.perf_counter()
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
    answer = await asyncio.wait_for(reader.read(), 5)
    writer.close()
    assert re.match(rb"HTTP/1.1 200 .*hello$", answer, re.DOTALL)
    return time.perf_counter() - start


async def test_slow_clients_push_each_other_out_and_people_are_served() -> None:
    app = web.Application()
    app.router.add_get("/", hello)
    door = Door(app, most=50, header_seconds=30)
    port = await door.open("127.0.0.1", 0)
    try:
        slow = [await asyncio.open_connection("127.0.0.1", port) for _ in range(200)]
        for _, writer in slow:
            writer.write(b"GET / HTTP/1.1\r\nX-Slow: ")
        times = [await served(port) for _ in range(20)]
        assert max(times) < 1
        assert await asyncio.wait_for(slow[0][0].read(), 5) == b""
        for _, writer in slow:
            writer.close()
    finally:
        await door.close()


async def test_who_asked_once_and_then_dawdles_is_hung_up_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.door.KEEP_ALIVE_SECONDS", 0.3)
    app = web.Application()
    app.router.add_get("/", hello)
    door = Door(app)
    port = await door.open("127.0.0.1", 0)
    try:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
        await asyncio.wait_for(reader.readuntil(b"hello"), 5)
        writer.write(b"GET / HTTP/1.1\r\nX-Slow: ")
        assert await asyncio.wait_for(reader.read(), 5) == b""
        writer.close()
    finally:
        await door.close()


async def test_a_body_sent_a_byte_at_a_time_holds_up_nobody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.pages.forms.BODY_SECONDS", 0.5)
    async with running_site(tmp_path) as site, AsyncExitStack() as open_connections:
        head = b"POST /api/chat/messages HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        slow = []
        for _ in range(50):
            reader, writer = await asyncio.open_connection("127.0.0.1", int(site.url.rsplit(":", 1)[1]))
            open_connections.callback(writer.close)
            writer.write(head + b"Content-Length: 1000\r\n\r\n{")
            slow.append(reader)
        start = time.perf_counter()
        assert (await site.send(text="hello"))[0] == 200
        assert time.perf_counter() - start < 2
        for reader in slow:
            assert b"408" in await asyncio.wait_for(reader.readline(), 5)
