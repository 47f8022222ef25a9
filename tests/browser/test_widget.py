"""The chat on another site's page, in a real Chromium: that page is on another host and allows almost nothing."""

import os
import re
import shutil
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from axekit import check_everywhere
from pagekit import DESK, NARROW, PHONE, check_colours, check_targets, contrast
from playwright.sync_api import Browser, BrowserContext, Frame, FrameLocator, Locator, Route, expect

COOKIE = "__Host-signpost-embed"
LABEL = "Alcohol and drug help"
POLICY = "default-src 'none'; script-src {site}; frame-src {site}"
"""The two directives the README asks for, and nothing else: no style, no picture, no connection."""
AWAY = "https://weather.example/"


class Council:
    """Another site, at http://127.0.0.1 where ours is http://localhost: to a browser two sites. Its one page has us."""

    def __init__(self) -> None:
        self.site = ""
        self.tag = ""
        council = self

        class Page(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                body = council.html().encode()
                self.send_response(200)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                self.send_header("Content-Security-Policy", POLICY.format(site=council.site))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Page)
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def html(self) -> str:
        tag = f'<script src="{self.site}/embed.js" {self.tag} async></script>'
        words = "<p>Bins, parking and council tax.</p>" * 40
        link = '<a href="#">A link</a>'
        return f'<!doctype html><html lang="en"><title>Council</title><h1>Council</h1>{link}{words}{tag}'


@contextmanager
def served(folder: Path, **settings: str) -> Iterator[str]:
    """The address of our site, served by the real command with these settings."""
    env = {"PORT": "0", "PYTHONPATH": str(Path(__file__).parents[2]), "PATH": os.environ["PATH"], **settings}
    process = subprocess.Popen(
        [sys.executable, "-m", "bot", "serve"], cwd=folder, env=env, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    ready = re.search(r"http://localhost:\d+", process.stdout.readline())
    assert ready is not None
    try:
        yield ready.group()
    finally:
        process.terminate()
        process.wait(20)


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Council]:
    council = Council()
    threading.Thread(target=council.server.serve_forever, daemon=True).start()
    with served(tmp_path_factory.mktemp("site"), EMBED_ORIGINS=council.url) as council.site:
        yield council
    council.server.shutdown()


@pytest.fixture
def council(shared: Council) -> Council:
    shared.tag = ""
    return shared


class Visit:
    """A browser on the council's page; what it asked of our site and complained of is noted."""

    def __init__(self, context: BrowserContext, council: Council) -> None:
        self.context, self.council = context, council
        self.page = context.new_page()
        self.asked: list[str] = []
        self.complaints: list[str] = []
        self.page.on("request", self._note)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("console", lambda message: self.complaints.append(message.text))
        self.page.goto(council.url)
        expect(self.opener).to_be_visible()

    def _note(self, request: object) -> None:
        url = str(getattr(request, "url", ""))
        if url.startswith(self.council.site):
            self.asked.append(url.removeprefix(self.council.site))

    @property
    def opener(self) -> Locator:
        return self.page.locator("signpost-chat .open")

    @property
    def panel(self) -> Locator:
        return self.page.locator("signpost-chat dialog")

    @property
    def chat(self) -> FrameLocator:
        return self.page.frame_locator("signpost-chat iframe")

    @property
    def frame(self) -> Frame:
        (found,) = [frame for frame in self.page.frames if frame.url.startswith(f"{self.council.site}/embed")]
        return found

    def open(self) -> None:
        """Opens the chat; done when it has come to rest where it stays."""
        self.opener.click()
        expect(self.chat.locator("#options")).to_be_focused()
        self.panel.evaluate("panel => Promise.all(panel.getAnimations().map(each => each.finished))")

    def tap(self, label: str) -> None:
        self.chat.locator("#options").get_by_role("button", name=label, exact=True).click()
        expect(self.chat.locator(".pending")).to_have_count(0)

    def say(self, text: str) -> None:
        self.chat.get_by_role("textbox").fill(text)
        self.chat.get_by_role("textbox").press("Enter")

    def cookies(self) -> list[str]:
        return [str(cookie["name"]) for cookie in self.context.cookies()]


Opener = Callable[..., Visit]


@pytest.fixture
def visit(browser: Browser, council: Council) -> Iterator[Opener]:
    """Opens the council's page: `tag` are attributes of our script there, the rest is the browser's."""
    opened: list[BrowserContext] = []

    def start(size: tuple[int, int] = DESK, tag: str = "", **browser_settings: object) -> Visit:
        council.tag = tag
        viewport = {"width": size[0], "height": size[1]}
        context = browser.new_context(viewport=viewport, **browser_settings)  # type: ignore[arg-type] # passed on as it came
        opened.append(context)
        return Visit(context, council)

    yield start
    for context in opened:
        context.close()


def test_nothing_but_the_script_is_loaded_and_no_cookie_set_before_it_is_used(visit: Opener) -> None:
    seen = visit()
    seen.page.wait_for_timeout(500)
    assert seen.asked == ["/embed.js"]
    seen.open()
    assert seen.cookies() == []
    assert not any(path.startswith("/api/") for path in seen.asked)
    seen.tap("Me")
    expect(seen.chat.locator("#options")).to_contain_text("30 to 39")
    (cookie,) = seen.context.cookies()
    assert (cookie["name"], cookie["secure"], cookie["httpOnly"], cookie["sameSite"]) == (COOKIE, True, True, "None")
    assert cookie["partitionKey"] == "http://127.0.0.1"  # kept for this site's pages only
    assert seen.complaints == []


def talk_to_a_referral(seen: Visit) -> None:
    for label in ("Me", "30 to 39", "Find help near me", "Alcohol"):
        seen.tap(label)
    seen.say("Margate")
    expect(seen.chat.locator("#log")).to_contain_text("Do you mean to use one of these?")
    seen.chat.locator("#options button").first.click()
    expect(seen.chat.locator("#log")).to_contain_text("Your reference is")
    expect(seen.chat.locator(".mine").last).to_be_in_viewport()  # a long answer is shown from its beginning


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_a_whole_talk_in_the_frame(visit: Opener, size: tuple[int, int]) -> None:
    seen = visit(size)
    seen.open()
    talk_to_a_referral(seen)
    with seen.page.expect_download() as download:
        seen.chat.get_by_role("link", name="Keep a copy").click()
    assert "Area: Thanet" in download.value.path().read_text(encoding="utf-8")
    seen.page.reload()
    seen.open()
    expect(seen.chat.locator("#log")).to_contain_text("Your reference is")
    seen.page.goto(seen.council.site)
    expect(seen.page.locator(".theirs").first).to_be_visible()
    expect(seen.page.locator(".mine")).to_have_count(0)  # the talk on our own page is another
    assert seen.complaints == []


def test_the_keyboard_alone_is_enough(visit: Opener) -> None:
    seen = visit()
    seen.page.get_by_role("link", name="A link").focus()
    seen.page.keyboard.press("Tab")
    expect(seen.opener).to_be_focused()
    seen.page.keyboard.press("Enter")
    expect(seen.chat.locator("#options")).to_be_focused()
    seen.page.keyboard.press("Tab")
    expect(seen.chat.get_by_role("button", name="Me", exact=True)).to_be_focused()
    seen.page.keyboard.press("Enter")
    expect(seen.chat.locator("#options")).to_contain_text("30 to 39")
    expect(seen.chat.locator("#options")).to_be_focused()
    seen.page.keyboard.press("Escape")
    expect(seen.panel).to_be_hidden()
    expect(seen.opener).to_be_focused()
    seen.page.keyboard.press("Enter")
    expect(seen.chat.locator("#options")).to_be_focused()
    expect(seen.chat.locator(".mine")).to_have_count(1)


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_closing_brings_the_focus_back_and_keeps_what_was_typed(visit: Opener, size: tuple[int, int]) -> None:
    seen = visit(size)
    seen.open()
    seen.chat.get_by_role("textbox").fill("half a sentence")
    seen.page.get_by_role("button", name="Close the chat").click()
    expect(seen.panel).to_be_hidden()
    expect(seen.opener).to_be_focused()
    seen.open()
    expect(seen.chat.get_by_role("textbox")).to_have_value("half a sentence")
    seen.page.get_by_role("button", name="Close the chat").focus()
    seen.page.keyboard.press("Escape")
    expect(seen.panel).to_be_hidden()
    expect(seen.opener).to_be_focused()


def test_on_a_phone_it_fills_the_screen_and_the_focus_stays_inside(visit: Opener) -> None:
    seen = visit(PHONE)
    seen.open()
    assert seen.panel.bounding_box() == {"x": 0, "y": 0, "width": PHONE[0], "height": PHONE[1]}
    for _ in range(12):
        seen.page.keyboard.press("Tab")
        assert seen.page.evaluate("document.activeElement.tagName") in ("SIGNPOST-CHAT", "BODY")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [PHONE, DESK, NARROW], ids=["phone", "desk", "narrow"])
def test_everything_fits_and_can_be_hit_and_read(visit: Opener, size: tuple[int, int], scheme: str) -> None:
    seen = visit(size, color_scheme=scheme)
    closed = seen.opener.bounding_box()
    assert closed is not None
    assert closed["height"] >= 44
    assert closed["x"] >= 0
    assert closed["x"] + closed["width"] <= size[0]
    seen.open()
    seen.tap("Me")
    expect(seen.chat.locator("#options")).to_contain_text("65 or over")
    for button in seen.page.locator("signpost-chat button:visible").all():
        box = button.bounding_box()
        assert box is not None
        assert min(box["height"], box["width"]) >= 44
    check_targets(seen.frame, size[0])
    check_colours(seen.frame)
    expect(seen.chat.get_by_role("link", name="Call 999")).to_be_in_viewport()
    expect(seen.chat.get_by_role("link", name="Hide this chat")).to_be_in_viewport()
    assert seen.page.evaluate("document.documentElement.scrollWidth") <= size[0]


def colours(button: Locator) -> tuple[str, str]:
    found = button.evaluate("(it) => [getComputedStyle(it).color, getComputedStyle(it).backgroundColor]")
    return str(found[0]), str(found[1])


@pytest.mark.parametrize(
    ("colour", "ground", "ink"),
    [
        ("#ffdd00", "rgb(255, 221, 0)", "rgb(0, 0, 0)"),
        ("#1d70b8", "rgb(29, 112, 184)", "rgb(255, 255, 255)"),
        ("#777", "rgb(119, 119, 119)", "rgb(0, 0, 0)"),
        ("#757575", "rgb(117, 117, 117)", "rgb(255, 255, 255)"),
        ("#ff0000", "rgb(255, 0, 0)", "rgb(0, 0, 0)"),
    ],
)
def test_the_words_can_be_read_on_whatever_colour_the_host_chose(
    visit: Opener, colour: str, ground: str, ink: str
) -> None:
    seen = visit(tag=f'data-colour="{colour}"')
    assert colours(seen.opener) == (ink, ground)
    assert contrast(ink, ground) >= 4.5  # WCAG 2.2, 1.4.3
    seen.open()
    assert colours(seen.page.get_by_role("button", name="Close the chat")) == (ink, ground)


@pytest.mark.parametrize("colour", ["teal-ish", "#12", "url(https://x.example)", "red;} body {display: none", ""])
def test_a_colour_that_cannot_be_read_leaves_our_own_and_says_so(visit: Opener, colour: str) -> None:
    seen = visit(tag=f'data-colour="{colour}"')
    assert colours(seen.opener) == ("rgb(255, 255, 255)", "rgb(23, 89, 79)")
    assert seen.complaints == ["Signpost: data-colour cannot be used. Write it as in #17594f."]


def test_the_host_chooses_the_words_and_the_side(visit: Opener) -> None:
    seen = visit(tag='data-label="Drinking? &lt;b&gt;Ask" data-side="left"')
    expect(seen.opener).to_have_text("Drinking? <b>Ask")
    box = seen.opener.bounding_box()
    assert box is not None
    assert box["x"] == 16
    seen.open()
    panel = seen.panel.bounding_box()
    assert panel is not None
    assert panel["x"] == 16


def test_hiding_takes_the_talk_off_the_screen_but_leaves_the_hosts_page(visit: Opener) -> None:
    seen = visit()
    seen.open()
    expect(seen.chat.locator("#log")).to_contain_text('To hide it fast, use "Hide this chat".')
    seen.chat.get_by_role("link", name="Hide this chat").click()
    expect(seen.panel).to_be_hidden()
    assert seen.page.locator("signpost-chat iframe").count() == 0
    assert seen.page.url.startswith(seen.council.url)
    expect(seen.opener).to_be_focused()


def test_leaving_goes_away_where_the_host_agreed_and_not_back_by_the_way_back(visit: Opener) -> None:
    seen = visit(tag=f'data-leave="{AWAY}"')
    seen.page.route(f"{AWAY}**", lambda route: route.fulfill(body="Sunny", content_type="text/plain"))
    seen.open()
    expect(seen.chat.locator("#log")).to_contain_text('To hide it fast, use "Leave this page".')
    seen.chat.get_by_role("link", name="Leave this page").click()
    seen.page.wait_for_url(AWAY)
    seen.page.go_back()
    assert "Council" not in seen.page.content()


@pytest.mark.parametrize("leave", ["javascript:alert(1)", "http://weather.example", "/away"])
def test_a_way_out_that_is_not_https_is_refused(visit: Opener, leave: str) -> None:
    seen = visit(tag=f'data-leave="{leave}"')
    assert seen.complaints == ["Signpost: data-leave cannot be used. Write a whole address that begins with https://."]
    seen.open()
    expect(seen.chat.get_by_role("link", name="Hide this chat")).to_be_visible()


def test_what_the_page_around_says_in_our_name_closes_nothing(visit: Opener) -> None:
    seen = visit(tag=f'data-leave="{AWAY}"')
    seen.open()
    seen.page.evaluate("window.postMessage('signpost:leave', '*'); window.postMessage('signpost:close', '*')")
    seen.page.wait_for_timeout(300)
    expect(seen.panel).to_be_visible()
    assert seen.page.url.startswith(seen.council.url)


def test_a_site_that_is_not_named_cannot_show_the_chat(browser: Browser, council: Council) -> None:
    stranger = Council()
    stranger.site = council.site
    threading.Thread(target=stranger.server.serve_forever, daemon=True).start()
    context = browser.new_context()
    seen = Visit(context, stranger)
    seen.opener.click()
    expect(seen.page.locator("signpost-chat iframe")).to_be_visible()
    seen.page.wait_for_timeout(500)
    assert any("frame-ancestors" in complaint for complaint in seen.complaints)
    assert all(frame.locator("#log").count() == 0 for frame in seen.page.frames)
    context.close()
    stranger.server.shutdown()


def test_forgetting_in_the_frame_deletes_the_talk(visit: Opener) -> None:
    seen = visit()
    seen.open()
    seen.tap("Me")
    expect(seen.chat.locator("#options")).to_contain_text("30 to 39")
    seen.chat.get_by_text("Forget me", exact=True).click()
    seen.chat.get_by_role("button", name="Delete this chat").click()
    expect(seen.chat.locator("#log")).to_contain_text("deleted")
    expect(seen.chat.locator(".mine")).to_have_count(0)
    assert seen.cookies() == []
    seen.chat.get_by_role("link", name="Start again").click()
    expect(seen.chat.locator("#options")).to_contain_text("Someone I'm worried about")


def test_a_copy_that_cannot_be_made_is_told(visit: Opener) -> None:
    seen = visit()
    seen.open()
    talk_to_a_referral(seen)
    seen.page.route("**/summary.txt*", lambda route: route.abort())
    seen.chat.get_by_role("link", name="Keep a copy").click()
    expect(seen.chat.get_by_role("alert")).to_have_text("We could not make your copy. Wait a minute, then try again.")


def test_links_out_open_a_tab_of_their_own(visit: Opener) -> None:
    seen = visit()
    seen.open()
    with seen.context.expect_page() as opened:
        seen.chat.get_by_role("link", name="Privacy").click()
    expect(opened.value.get_by_role("heading", level=1)).to_have_text("Privacy")
    assert opened.value.evaluate("window.opener") is None
    expect(seen.chat.locator("#options")).to_contain_text("Me")


def test_where_the_browser_keeps_no_cookie_the_person_is_told_and_loses_no_words(visit: Opener) -> None:
    """As in a browser that blocks other sites' cookies and knows nothing of partitions."""
    seen = visit()
    seen.open()
    seen.tap("Me")
    expect(seen.chat.locator("#options")).to_contain_text("30 to 39")
    seen.context.clear_cookies()
    seen.say("I am thirty five")
    told = seen.chat.get_by_role("alert")
    expect(told).to_contain_text("does not let us keep a chat inside this page")
    expect(seen.chat.locator(".mine").last).to_contain_text("I am thirty five")
    with seen.context.expect_page() as opened:
        told.get_by_role("link", name="Open the chat in a new tab").click()
    expect(opened.value.locator("#options")).to_contain_text("Me")
    expect(seen.chat.locator(".mine").last).to_contain_text("I am thirty five")


def test_where_the_first_cookie_does_not_stick_the_person_is_told_at_once(visit: Opener) -> None:
    seen = visit()
    seen.open()
    seen.page.route(re.compile(r"/api/chat/messages\?embed=new$"), answer_without_the_cookie)
    seen.tap("Me")
    expect(seen.chat.get_by_role("alert")).to_contain_text("Open the chat in a new tab")
    expect(seen.chat.locator("#options")).to_be_hidden()
    assert seen.cookies() == []


def answer_without_the_cookie(route: Route) -> None:
    """The server's own answer, fetched outside the browser."""
    asked = route.request
    request = urllib.request.Request(asked.url, asked.post_data_buffer, {"Content-Type": "application/json"})  # noqa: S310 - our own site
    with urllib.request.urlopen(request) as answer:  # noqa: S310 - our own site
        assert COOKIE in answer.headers["Set-Cookie"]
        route.fulfill(body=answer.read(), content_type="application/json")


def test_where_a_browser_blocks_other_sites_cookies_but_knows_partitions_the_talk_goes_on(
    browser: Browser, council: Council
) -> None:
    flags = ["--no-sandbox", "--disable-gpu", "--test-third-party-cookie-phaseout"]
    strict = browser.browser_type.launch(executable_path=shutil.which("chromium"), args=flags)
    seen = Visit(strict.new_context(), council)
    seen.open()
    talk_to_a_referral(seen)
    strict.close()


def test_the_script_twice_on_a_page_makes_one_button(visit: Opener) -> None:
    seen = visit()
    again = seen.page.locator("script").get_attribute("src")
    seen.page.evaluate("(src) => document.body.append(Object.assign(document.createElement('script'), {src}))", again)
    seen.page.wait_for_timeout(500)
    expect(seen.opener).to_have_count(1)


def test_without_script_in_the_frame_there_is_a_way_to_the_chat(browser: Browser, council: Council) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{council.site}/embed")
    expect(page.get_by_role("textbox")).to_be_hidden()
    expect(page.get_by_role("link", name="Open the chat in a new tab")).to_be_visible()
    expect(page.get_by_role("link", name="Call 999")).to_be_visible()
    expect(page.locator("#exit")).to_be_hidden()  # it could not do what it says
    context.close()


def test_an_old_browser_gets_a_link_to_the_chat(browser: Browser, council: Council) -> None:
    """Safari before 16.4 has no style sheets made by script."""
    council.tag = ""
    context = browser.new_context()
    context.add_init_script("delete Document.prototype.adoptedStyleSheets")
    page = context.new_page()
    page.goto(council.url)
    with context.expect_page() as opened:
        page.get_by_role("link", name=LABEL).click()
    expect(opened.value.locator("#options")).to_contain_text("Me")
    context.close()


def test_it_is_not_printed_and_does_not_move_for_those_who_want_no_motion(visit: Opener) -> None:
    seen = visit(reduced_motion="reduce")
    seen.open()
    assert seen.panel.evaluate("(it) => getComputedStyle(it).animationName") == "none"
    seen.page.emulate_media(media="print")
    expect(seen.panel).to_be_hidden()
    expect(seen.opener).to_be_hidden()


def test_axe_finds_nothing_in_the_button_the_open_chat_and_a_question(visit: Opener) -> None:
    seen = visit(PHONE)
    check_everywhere(seen.page, "signpost-chat")
    seen.open()
    check_everywhere(seen.page, "signpost-chat")
    seen.tap("Me")
    check_everywhere(seen.page, "signpost-chat")
