"""What protects a person's browser and the site: headers, cookies, whose request it is, floods, slow connections.

The threats are those of reporting_privacy.md 3.5.
"""

import asyncio
import json
import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path
from uuid import uuid4

import pytest
import pytest_asyncio
from aiohttp import web
from webkit import Site, buttons, form_token, new_browser, running_site, visiting

from bot.door import Door
from bot.pages.security import Pace

EVERY_PAGE = ["/", "/find", "/privacy", "/summary", "/summary.txt", "/healthz", "/readyz", "/api/openapi.json",
              "/nothing-here", "/summary/referral.pdf", "/api/chat/messages", "/api/nothing-here", "/static/site.css",
              "/static/chat.js", "/static/find.js"]  # fmt: skip


pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shared(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Site]:
    """One site for the tests that neither count its rows nor break it."""
    async with running_site(tmp_path_factory.mktemp("site")) as running:
        yield running


@pytest_asyncio.fixture(loop_scope="module")
async def site(shared: Site) -> AsyncIterator[Site]:
    """The shared site, in a new browser."""
    async with visiting(shared) as visited:
        yield visited


@pytest_asyncio.fixture(loop_scope="module")
async def own_site(tmp_path: Path) -> AsyncIterator[Site]:
    """A site with a database of its own."""
    async with running_site(tmp_path) as running:
        yield running


@pytest.mark.parametrize("path", EVERY_PAGE)
async def test_every_answer_forbids_foreign_and_inline_script(site: Site, path: str) -> None:
    async with site.browser.get(site.url + path) as response:
        headers = response.headers
        policy = dict(part.strip().split(" ", 1) for part in headers["Content-Security-Policy"].split(";"))
        assert policy["default-src"] == "'none'"
        assert policy["script-src"] == policy["style-src"] == policy["connect-src"] == policy["form-action"] == "'self'"
        assert policy["base-uri"] == policy["frame-ancestors"] == "'none'"
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "no-referrer"
        assert "camera=()" in headers["Permissions-Policy"]
        assert "aiohttp" not in headers["Server"]
        html = await response.text() if "html" in response.content_type else ""
        assert "<style" not in html
        assert " style=" not in html
        assert " onclick=" not in html
        assert "<script>" not in html


@pytest.mark.parametrize("path", ["/", "/summary", "/privacy", "/api/chat/messages"])
async def test_nothing_of_a_talk_stays_in_a_shared_browser_cache(site: Site, path: str) -> None:
    async with site.browser.get(site.url + path) as response:
        assert response.headers["Cache-Control"] == "no-store"


async def test_the_session_is_a_strong_secret_that_script_cannot_read(site: Site) -> None:
    seen = set()
    for _ in range(5):
        async with new_browser() as browser, browser.get(site.url) as response:
            cookie = response.cookies["signpost"]
            assert len(cookie.value) == 43  # 256 bits in base64
            assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Lax", "/")
            assert cookie["max-age"] == cookie["expires"] == cookie["domain"] == ""
            seen.add(cookie.value)
    assert len(seen) == 5


async def test_over_https_the_cookie_is_bound_to_this_host(tmp_path: Path) -> None:
    https = {"public_url": "https://chat.example.org"}
    async with running_site(tmp_path, **https) as site, site.browser.get(site.url) as response:
        cookie = response.cookies["__Host-signpost"]
        assert (cookie["secure"], cookie["httponly"], cookie["path"], cookie["domain"]) == (True, True, "/", "")
        assert response.headers["Strict-Transport-Security"] == "max-age=31536000"


@pytest.mark.parametrize("planted", ["", "short", "a" * 42, "a" * 44, "<script>" + "a" * 35])
async def test_a_made_up_session_is_replaced(site: Site, planted: str) -> None:
    cookie = {"Cookie": f"signpost={planted}"}
    async with new_browser() as browser, browser.get(site.url, headers=cookie) as response:
        assert len(response.cookies["signpost"].value) == 43


async def test_a_visit_stores_nothing(own_site: Site) -> None:
    await own_site.page()
    await own_site.so_far()
    assert own_site.rows("conversation") == own_site.rows("inbound") == own_site.rows("outbox") == 0


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
async def test_another_site_can_neither_send_nor_delete(own_site: Site, headers: dict[str, str]) -> None:
    await own_site.say("hello")
    before = own_site.rows("outbox")
    message = {"id": str(uuid4()), "text": "hello"}
    async with own_site.browser.post(f"{own_site.url}/api/chat/messages", json=message, headers=headers) as response:
        assert response.status == 403
        assert set(await response.json()) == {"error"}
    async with own_site.browser.delete(f"{own_site.url}/api/chat", headers=headers) as response:
        assert response.status == 403
    assert own_site.rows("outbox") == before


async def test_our_own_pages_may(site: Site) -> None:
    message = {"id": str(uuid4()), "text": "hello"}
    own = {"Origin": site.url, "Sec-Fetch-Site": "same-origin"}
    async with site.browser.post(f"{site.url}/api/chat/messages", json=message, headers=own) as response:
        assert response.status == 200


@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""])
async def test_the_api_takes_json_only_so_that_a_foreign_form_cannot_reach_it(site: Site, content_type: str) -> None:
    body = json.dumps({"id": str(uuid4()), "text": "hello"})
    async with site.browser.post(
        f"{site.url}/api/chat/messages", data=body.encode(), headers={"Content-Type": content_type}
    ) as response:
        assert response.status == 415
        assert "application/json" in (await response.json())["error"]


async def test_a_form_needs_the_token_of_this_browser(own_site: Site) -> None:
    html = await own_site.page()
    fields = {"id": str(uuid4()), "choice": next(iter(buttons(html).values()))}
    for token in ["", "0" * 64, "é"]:
        async with own_site.browser.post(own_site.url, data={**fields, "form_token": token}) as response:
            assert response.status == 403
    async with (
        new_browser() as other,
        other.post(own_site.url, data={**fields, "form_token": form_token(html)}) as response,
    ):
        assert response.status == 403
    assert own_site.rows("conversation") == 0
    own = {**fields, "form_token": form_token(html)}
    async with own_site.browser.post(
        own_site.url, data=own, headers={"Origin": "null"}, allow_redirects=False
    ) as response:
        assert (response.status, response.headers["Location"]) == (303, "/#latest")
    assert own_site.rows("conversation") == 1


async def test_one_browser_cannot_read_another_ones_talk(site: Site) -> None:
    await site.tap("Me")
    async with new_browser() as other, other.get(f"{site.url}/api/chat/messages") as response:
        seen = (await response.json())["replies"]
    assert len(seen) < len(await site.so_far())


async def test_a_flood_is_slowed_with_kind_words_and_a_time_to_wait(site: Site) -> None:
    await site.page()
    repeated = {"id": str(uuid4()), "text": "hello"}
    for _ in range(60):
        assert (await site.send(**repeated))[0] == 200
    refused = [answer for status, answer in [await site.send(**repeated) for _ in range(60)] if status == 429]
    assert len(refused) > 10
    assert "Wait a few seconds" in refused[0]["error"]
    async with site.browser.post(f"{site.url}/api/chat/messages", json=repeated) as response:
        assert (response.status, int(response.headers["Retry-After"])) == (429, 1)
    async with new_browser() as other:
        assert (await site.send(other, text="hello"))[0] == 200


async def test_the_pace_refills_evenly() -> None:
    now = [0.0]
    pace = Pace(a_minute=60, clock=lambda: now[0])
    assert [pace.wait("a") for _ in range(60)] == [0.0] * 60
    assert pace.wait("a") == pytest.approx(1.0)
    now[0] = 0.5
    assert pace.wait("a") == pytest.approx(0.5)
    now[0] = 1.01
    assert pace.wait("a") == 0.0
    assert pace.wait("a") > 0
    now[0] = 1000.0
    assert [pace.wait("a") for _ in range(60)] == [0.0] * 60
    assert pace.wait("a") > 0


async def test_a_body_over_64_kib_is_refused(site: Site) -> None:
    body = b'{"id": "x", "text": "' + b"a" * 70_000 + b'"}'
    async with site.browser.post(
        f"{site.url}/api/chat/messages", data=body, headers={"Content-Type": "application/json"}
    ) as response:
        assert response.status == 413
        assert set(await response.json()) == {"error"}


async def test_a_body_that_never_arrives_is_given_up(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.pages.forms.BODY_SECONDS", 0.2)
    reader, writer = await asyncio.open_connection("127.0.0.1", int(site.url.rsplit(":", 1)[1]))
    writer.write(
        b"POST /api/chat/messages HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        b'Content-Length: 100\r\n\r\n{"id": '
    )
    assert b"408" in await asyncio.wait_for(reader.readline(), 5)
    writer.close()


ODD_REQUESTS = {
    "path": b"GET /%ff%00 HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "query": b"GET /api/chat/messages?after=%ff HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "cookie": b'GET / HTTP/1.1\r\nHost: localhost\r\nCookie: signpost="; =;;\xff\r\n\r\n',
    "origin": b"DELETE /api/chat HTTP/1.1\r\nHost: localhost\r\nOrigin: http://[\r\n\r\n",
    "method": b"BREW / HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "version": b"GET / HTTP/9\r\n\r\n",
    "length": b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n",
    "long line": b"GET /" + b"a" * 20_000 + b" HTTP/1.1\r\n\r\n",
    "charset": b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\n"
    b"Content-Type: application/x-www-form-urlencoded; charset=klingon\r\n\r\na=b",
    "not text": b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n"
    b"Content-Type: application/x-www-form-urlencoded\r\n\r\na=%ff",
    "parts": b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\n"
    b"Content-Type: multipart/form-data; boundary=x\r\n\r\na=b",
}


@pytest.mark.parametrize("request_bytes", ODD_REQUESTS.values(), ids=ODD_REQUESTS.keys())
async def test_an_odd_request_is_the_senders_mistake_and_not_ours(site: Site, request_bytes: bytes) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", int(site.url.rsplit(":", 1)[1]))
    writer.write(request_bytes)
    status = int((await asyncio.wait_for(reader.readline(), 5)).split()[1])
    writer.close()
    assert status == 200 if request_bytes.startswith(b"GET / HTTP/1.1") else 400 <= status < 500


@pytest.mark.parametrize("path", ["/static/../app.py", "/static/%2e%2e/chat.py", "/static/", "/static/..%2fchat.py"])
async def test_only_the_static_files_are_served(site: Site, path: str) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", int(site.url.rsplit(":", 1)[1]))
    writer.write(f"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode())
    answer = await asyncio.wait_for(reader.read(), 5)
    writer.close()
    assert answer.split(b" ", 2)[1] in (b"403", b"404")
    assert b"import" not in answer


async def test_a_broken_database_gets_kind_words_a_next_step_and_no_detail(own_site: Site) -> None:
    with sqlite3.connect(own_site.settings.database_file) as database:
        database.execute("ALTER TABLE inbound RENAME TO elsewhere")
    status, answer = await own_site.send(text="hello")
    assert status == 500
    assert "try again" in answer["error"]
    response = await own_site.post_form(text="hello")
    html = await response.text()
    assert response.status == 500
    assert "116 123" in html  # Samaritans: facts 4.9
    for detail in ["sqlite", "inbound", "Traceback", "elsewhere", "hello"]:
        assert detail not in answer["error"]
        assert detail not in html


async def test_health_and_readiness(own_site: Site) -> None:
    async with own_site.browser.get(f"{own_site.url}/healthz") as response:
        assert response.status == 200
    async with own_site.browser.get(f"{own_site.url}/readyz") as response:
        assert response.status == 200
    with sqlite3.connect(own_site.settings.database_file) as database:
        database.execute("DROP TABLE alembic_version")
    async with own_site.browser.get(f"{own_site.url}/readyz") as response:
        assert response.status == 503
    async with own_site.browser.get(f"{own_site.url}/healthz") as response:
        assert response.status == 200


async def hello(_request: web.Request) -> web.Response:
    return web.Response(text="hello")


async def test_who_never_finishes_asking_is_hung_up_on() -> None:
    app = web.Application()
    app.router.add_get("/", hello)
    door = Door(app, header_seconds=0.2)
    port = await door.open("127.0.0.1", 0)
    try:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow: ")
        assert await asyncio.wait_for(reader.read(), 5) == b""
        writer.close()
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert b"200 OK" in await asyncio.wait_for(reader.readuntil(b"hello"), 5)
        await asyncio.sleep(0.4)
        writer.write(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert b"200 OK" in await asyncio.wait_for(reader.readuntil(b"hello"), 5)
        writer.close()
    finally:
        await door.close()


async def test_connections_are_capped_and_free_again_when_others_leave() -> None:
    app = web.Application()
    app.router.add_get("/", hello)
    door = Door(app, most=2)
    port = await door.open("127.0.0.1", 0)
    try:
        held = [await asyncio.open_connection("127.0.0.1", port) for _ in range(2)]
        for held_reader, held_writer in held:
            held_writer.write(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
            await asyncio.wait_for(held_reader.readuntil(b"hello"), 5)
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        assert await asyncio.wait_for(reader.read(), 5) == b""
        writer.close()
        for _, open_writer in held:
            open_writer.close()
        await asyncio.sleep(0.1)
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert b"200 OK" in await asyncio.wait_for(reader.readuntil(b"hello"), 5)
        writer.close()
    finally:
        await door.close()
