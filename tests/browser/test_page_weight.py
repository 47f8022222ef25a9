"""What it costs to open the chat on a phone: bytes over the wire, and from whom."""

import pytest
from chatkit import answered, tap
from playwright.sync_api import Browser, BrowserContext, expect

CHAT_BYTES = 100_000
"""Issue 9, point 6: the chat page in all, compressed."""
KEPT_BYTES = 150_000
"""What choosing to keep help for no signal costs once, of somebody's data allowance."""


def test_the_chat_page_is_light_and_asks_nobody_else(context: BrowserContext, site: str) -> None:
    page = context.new_page()
    asked: list[str] = []
    weighed: list[int] = []
    page.on("request", lambda request: asked.append(request.url))
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    session.on("Network.loadingFinished", lambda event: weighed.append(int(event["encodedDataLength"])))
    page.goto(site)
    tap(page, "Me")
    answered(page, 1)
    assert all(url.startswith(site) for url in asked), asked
    assert len(weighed) >= 8  # the page, its style, its scripts, its icon, a message
    assert sum(weighed) < CHAT_BYTES, f"{sum(weighed):,} bytes"
    assert sum(weighed) < 40_000, "it was 27 kB when this was written: look at what came to it"


def test_a_second_visit_brings_only_the_page_itself(context: BrowserContext, site: str) -> None:
    page = context.new_page()
    page.goto(site)
    with page.expect_response("**/static/site.css") as again:
        page.reload()
    assert again.value.request.sizes()["responseBodySize"] == 0
    expect(page.locator("#options")).to_be_visible()


@pytest.mark.parametrize("path", ["/static/site.css", "/static/chat.js", "/offline"])
def test_what_holds_no_secret_is_compressed(browser: Browser, site: str, path: str) -> None:
    context = browser.new_context()
    response = context.request.get(site + path)
    assert response.headers["content-encoding"] in ("gzip", "deflate")
    page = context.new_page()
    with page.expect_response(f"**{path}") as asked:
        page.goto(site + path)
    assert asked.value.request.sizes()["responseBodySize"] < min(KEPT_BYTES, len(response.body()) // 2)
    context.close()
