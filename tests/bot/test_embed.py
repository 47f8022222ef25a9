"""The chat on another site's page: who may show it, its cookie, and that other sites can do nothing with it."""

import gzip
import re
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import pytest_asyncio
from aiohttp import ClientResponse, ClientSession, DummyCookieJar
from webkit import Site, running_site

from bot.settings import SettingsError, load_settings

COUNCIL, OTHER = "https://www.council.example", "https://news.council.example:8443"
COOKIE = "__Host-signpost-embed"
OWN = {"Sec-Fetch-Site": "same-origin", "Origin": "https://chat.example.org"}
FRAMED = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Dest": "iframe", "Sec-Fetch-Mode": "navigate"}

pytestmark = pytest.mark.asyncio(loop_scope="module")


def embedding(where: Path) -> AbstractAsyncContextManager[Site]:
    return running_site(where, public_url="https://chat.example.org", embed_origins=f"{COUNCIL}, {OTHER}")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def site(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Site]:
    """A site that two others may show."""
    async with embedding(tmp_path_factory.mktemp("site")) as running:
        yield running


class Frame:
    """The frame's page as a browser holds it: its one cookie, brought back only where it may be."""

    def __init__(self, site: Site, browser: ClientSession) -> None:
        self.site, self.browser = site, browser
        self.cookie: str | None = None
        self.set_cookie: str | None = None

    async def ask(self, method: str, path: str, **more: Any) -> tuple[int, Any]:
        held = {"Cookie": f"{COOKIE}={self.cookie}"} if self.cookie else {}
        headers = {**OWN, **held, **more.pop("headers", {})}
        async with self.browser.request(method, self.site.url + path, headers=headers, **more) as response:
            self._keep(response)
            return response.status, await response.json()

    async def say(self, text: str, talk: str = "on") -> tuple[int, Any]:
        message = {"id": str(uuid4()), "text": text}
        return await self.ask("POST", f"/api/chat/messages?embed={talk}", json=message)

    async def so_far(self) -> list[dict[str, Any]]:
        status, document = await self.ask("GET", "/api/chat/messages?embed=new")
        assert status == 200
        replies: list[dict[str, Any]] = document["replies"]
        return replies

    def _keep(self, response: ClientResponse) -> None:
        self.set_cookie = response.headers.get("Set-Cookie")
        if self.set_cookie is not None:
            self.cookie = self.set_cookie.partition(";")[0].removeprefix(f"{COOKIE}=") or None


@pytest_asyncio.fixture(loop_scope="module")
async def frame(site: Site) -> AsyncIterator[Frame]:
    async with ClientSession(cookie_jar=DummyCookieJar()) as browser:
        yield Frame(site, browser)


async def test_only_the_named_sites_may_show_the_frame(site: Site) -> None:
    async with site.browser.get(f"{site.url}/embed", headers=FRAMED) as response:
        assert response.status == 200
        policy = response.headers["Content-Security-Policy"]
        assert policy.endswith(f"; frame-ancestors {COUNCIL} {OTHER}")
        assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self';")
        assert "X-Frame-Options" not in response.headers
        assert response.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("path", ["/", "/privacy", "/summary", "/nothing-here", "/api/chat/messages", "/embed.js"])
async def test_nothing_else_can_be_framed(site: Site, path: str) -> None:
    async with site.browser.get(site.url + path) as response:
        assert response.headers["Content-Security-Policy"].endswith("frame-ancestors 'none'")


async def test_looking_sets_no_cookie_and_stores_nothing(frame: Frame, site: Site) -> None:
    before = site.rows("conversation")
    for path in ("/embed", "/embed.js", "/api/chat/messages?embed=new"):
        async with frame.browser.get(site.url + path, headers=OWN) as response:
            assert response.status == 200
            assert "Set-Cookie" not in response.headers
    assert site.rows("conversation") == before


async def test_the_first_message_brings_a_cookie_that_works_in_a_frame_and_for_that_site_only(frame: Frame) -> None:
    status, answer = await frame.say("hello", talk="new")
    assert status == 200
    assert answer["replies"]
    assert frame.set_cookie is not None
    value, *flags = frame.set_cookie.split("; ")
    assert re.fullmatch(rf"{COOKIE}=[A-Za-z0-9_-]{{43}}", value)  # 256 bits
    assert set(flags) == {"Path=/", "HttpOnly", "Secure", "SameSite=None", "Partitioned"}  # issue 5, point 5


async def test_the_opening_counts_as_seen_so_that_its_buttons_can_be_pressed(frame: Frame) -> None:
    opening = (await frame.so_far())[-1]
    me = next(choice["id"] for choice in opening["choices"] if choice["label"] == "Me")
    message = {"id": str(uuid4()), "choice": me}
    status, answer = await frame.ask("POST", "/api/chat/messages?embed=new", json=message)
    assert status == 200
    assert answer["replies"][0]["answered"] == "Me"
    assert answer["replies"][0]["seq"] == opening["seq"] + 1


async def test_the_talk_goes_on_with_the_cookie_and_is_there_when_the_frame_is_opened_again(frame: Frame) -> None:
    await frame.say("Me", talk="new")
    status, answer = await frame.say("35")
    assert status == 200
    assert frame.set_cookie is None
    assert "What would you like to do?" in answer["replies"][-1]["text"]
    headers = {**FRAMED, "Cookie": f"{COOKIE}={frame.cookie}"}
    async with frame.browser.get(f"{frame.site.url}/embed", headers=headers) as response:
        assert "What would you like to do?" in await response.text()


async def test_a_talk_in_the_frame_and_one_on_the_site_are_two(frame: Frame) -> None:
    await frame.say("Me", talk="new")
    own_page = {"Cookie": f"{COOKIE}={frame.cookie}; __Host-signpost={'s' * 43}"}
    framed = len(await frame.so_far())
    async with frame.browser.get(f"{frame.site.url}/api/chat/messages", headers=own_page) as response:
        assert len((await response.json())["replies"]) < framed
    async with frame.browser.get(frame.site.url, headers=own_page) as response:
        assert 'class="bubble mine"' not in (await response.text()).partition("<template")[0]


async def test_a_browser_that_keeps_no_cookie_is_told_and_no_second_talk_is_begun(frame: Frame, site: Site) -> None:
    await frame.say("Me", talk="new")
    frame.cookie = None
    before = site.rows("conversation")
    for method, path in (("GET", "/api/chat/messages?embed=on&after=3"), ("GET", "/api/chat/stream?embed=on")):
        status, refused = await frame.ask(method, path)
        assert (status, set(refused)) == (409, {"error"})
    status, refused = await frame.say("I drink every day")
    assert status == 409
    assert "new tab" in refused["error"]
    assert "every day" not in refused["error"]
    assert frame.set_cookie is None
    assert site.rows("conversation") == before


async def test_forgetting_in_the_frame_deletes_the_talk_and_the_cookie(frame: Frame) -> None:
    await frame.say("Me", talk="new")
    held = frame.cookie
    status, answer = await frame.ask("DELETE", "/api/chat?embed=on")
    assert (status, answer["forgotten"]) == (200, True)
    assert frame.set_cookie is not None
    assert set(frame.set_cookie.split("; ")) == {
        f"{COOKIE}=", "Max-Age=0", "Path=/", "HttpOnly", "Secure", "SameSite=None", "Partitioned",
    }  # fmt: skip
    frame.cookie = held
    assert all(reply["answered"] is None for reply in await frame.so_far())


async def test_a_refused_first_message_sets_no_cookie(frame: Frame) -> None:
    status, _ = await frame.ask("POST", "/api/chat/messages?embed=new", json={"id": "1", "text": "hello"})
    assert status == 422
    assert frame.set_cookie is None


@pytest.mark.parametrize("site_of", ["cross-site", "same-site"])
@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/api/chat/messages?embed=on"),
        ("DELETE", "/api/chat?embed=on"),
        ("GET", "/api/chat/messages?embed=on"),
        ("GET", "/api/chat/stream?embed=on"),
        ("GET", "/summary.txt?embed=on"),
    ],
)
async def test_another_site_can_neither_write_nor_ask_though_the_cookie_goes_along(
    frame: Frame, method: str, path: str, site_of: str
) -> None:
    """SameSite=None sends the cookie with every site's requests; also with those of the site that shows the frame."""
    await frame.say("Me", talk="new")
    before = len(await frame.so_far())
    body = {"json": {"id": str(uuid4()), "text": "forget me"}} if method == "POST" else {}
    headers = {"Sec-Fetch-Site": site_of, "Origin": COUNCIL, "Cookie": f"{COOKIE}={frame.cookie}"}
    async with frame.browser.request(method, frame.site.url + path, headers=headers, **body) as response:
        assert response.status == 403
        assert "Access-Control-Allow-Origin" not in response.headers
    assert len(await frame.so_far()) == before


async def test_a_made_up_word_for_the_talk_is_refused(frame: Frame) -> None:
    status, refused = await frame.ask("GET", "/api/chat/messages?embed=perhaps")
    assert status == 422
    assert '"new" or "on"' in refused["error"]


async def test_the_script_is_small_and_may_be_loaded_from_any_page(site: Site) -> None:
    async with site.browser.get(f"{site.url}/embed.js", headers={"Accept-Encoding": "gzip"}) as response:
        assert response.content_type == "text/javascript"
        assert response.headers["Content-Encoding"] == "gzip"
        assert response.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
        assert response.headers["Cache-Control"] == "public, max-age=3600"
        script = await response.read()
    assert len(gzip.compress(script)) < 3072  # issue 9: under 30 kB before opening
    assert b"eval(" not in script
    assert b"innerHTML" not in script


async def test_without_script_the_frame_says_where_the_chat_works(site: Site) -> None:
    html = await site.page("/embed")
    notice = re.search(r'<section class="plain">(.+?)</section>', html, re.DOTALL)
    assert notice is not None
    assert 'href="/" target="_blank" rel="noopener"' in notice.group(1)
    assert "new tab" in notice.group(1)


async def test_framing_is_off_until_sites_are_named_and_the_operator_is_told_once(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    async with running_site(tmp_path) as off:
        for path in ("/embed", "/embed.js", "/embed"):
            async with off.browser.get(off.url + path) as response:
                assert response.status == 404
                assert "EMBED_ORIGINS" not in await response.text()
        async with off.browser.get(f"{off.url}/api/chat/messages?embed=new") as response:
            assert "signpost" in response.cookies
    assert capsys.readouterr().err.count("set EMBED_ORIGINS") == 1


@pytest.fixture
def bare_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    monkeypatch.chdir(tmp_path)
    for name in ("EMBED_ORIGINS", "DATABASE_URL", "HOST", "PORT", "SECRET_KEY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PUBLIC_URL", "https://chat.example.org")
    return monkeypatch


@pytest.mark.parametrize(
    ("value", "origins"),
    [
        ("https://www.kent.gov.uk", ("https://www.kent.gov.uk",)),
        (" https://WWW.kent.gov.uk/ ,https://b.example:443", ("https://www.kent.gov.uk", "https://b.example")),
        ("https://a.example https://b.example:8443", ("https://a.example", "https://b.example:8443")),
        ("http://localhost:3000 http://127.0.0.1", ("http://localhost:3000", "http://127.0.0.1")),
        ("", ()),
    ],
)
async def test_sites_are_named_with_commas_or_spaces(
    value: str, origins: tuple[str, ...], bare_machine: pytest.MonkeyPatch
) -> None:
    bare_machine.setenv("EMBED_ORIGINS", value)
    assert load_settings().embed_origins == origins


@pytest.mark.parametrize(
    ("value", "problem"),
    [
        ("www.kent.gov.uk", "not the address of a site"),
        ("http://www.kent.gov.uk", "without https"),
        ("https://www.kent.gov.uk/bins", "not the address of a site"),
        ("https://*.gov.uk", "not the address of a site"),
        ("*", "not the address of a site"),
        ("https://a.example; script-src *", "not the address of a site"),
        ("https://user@a.example", "not the address of a site"),
        ("https://a.example:99999", "not the address of a site"),
        ("https://a.example, null", "not the address of a site"),
    ],
)
async def test_what_is_not_a_site_is_refused_by_name(
    value: str, problem: str, bare_machine: pytest.MonkeyPatch
) -> None:
    bare_machine.setenv("EMBED_ORIGINS", value)
    with pytest.raises(SettingsError, match=rf"^EMBED_ORIGINS names .*{problem}; give the https addresses"):
        load_settings()


async def test_a_public_site_without_https_cannot_be_framed(bare_machine: pytest.MonkeyPatch) -> None:
    bare_machine.setenv("EMBED_ORIGINS", COUNCIL)
    bare_machine.setenv("PUBLIC_URL", "http://chat.example.org")
    with pytest.raises(SettingsError, match=r"^EMBED_ORIGINS is set, but PUBLIC_URL does not begin with https://"):
        load_settings()
    bare_machine.setenv("PUBLIC_URL", "http://localhost:8080")
    assert load_settings().embed_origins == (COUNCIL,)
