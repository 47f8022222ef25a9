"""Leaving at once, and the size of the words: what a person on a shared or small phone relies on."""

import pytest
from pagekit import DESK, NARROW, PHONE, check_colours, check_targets
from playwright.sync_api import Browser, Page, expect

ELSEWHERE = "https://www.bbc.co.uk/weather"


def leads_away(page: Page) -> None:
    page.route("https://www.bbc.co.uk/**", lambda route: route.fulfill(body="weather", content_type="text/plain"))


def is_gone(page: Page) -> None:
    page.wait_for_url(ELSEWHERE)
    page.go_back()
    assert "Signpost" not in page.content()
    assert "Signpost" not in page.title()


def test_esc_twice_leaves_at_once_and_the_way_back_does_not_lead_here(page: Page) -> None:
    leads_away(page)
    page.get_by_role("textbox").fill("half a sentence")
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    is_gone(page)


def test_esc_once_or_slowly_does_not_leave(page: Page) -> None:
    leads_away(page)
    page.keyboard.press("Escape")
    page.wait_for_timeout(1200)
    page.keyboard.press("Escape")
    page.wait_for_timeout(300)
    assert page.get_by_role("textbox").is_visible()


@pytest.mark.parametrize("path", ["/find", "/privacy", "/carry", "/go-on", "/keep", "/offline", "/leaving"])
def test_every_page_can_be_left_so(page: Page, site: str, path: str) -> None:
    leads_away(page)
    page.goto(site + path)
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    page.wait_for_url(ELSEWHERE)


def test_nothing_is_on_the_screen_or_in_the_title_before_the_other_page_comes(page: Page) -> None:
    leads_away(page)
    left = "() => { document.getElementById('exit').click(); return [document.title, document.body.innerText]; }"
    assert page.evaluate(left) == ["Weather", ""]
    page.wait_for_url(ELSEWHERE)


def test_what_was_typed_and_not_sent_is_gone_after_leaving(page: Page, site: str) -> None:
    leads_away(page)
    page.get_by_role("textbox").fill("something private")
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    page.wait_for_url(ELSEWHERE)
    page.goto(site)
    expect(page.get_by_role("textbox")).to_have_value("")


def test_it_is_honest_about_what_stays(page: Page) -> None:
    page.get_by_role("link", name="Shared phone?").click()
    expect(page.locator("article")).to_contain_text("history still shows that you were on this site")


def test_the_words_can_be_made_larger_on_every_page_and_stay_so(page: Page, site: str) -> None:
    def height() -> float:
        size: str = page.evaluate("getComputedStyle(document.body).fontSize")
        return float(size.removesuffix("px"))

    normal = height()
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url))
    page.get_by_role("button", name="Largest text").click()
    largest = height()
    page.get_by_role("button", name="Large text", exact=True).click()
    large = height()
    assert normal < large < largest
    assert sent == []  # no server is told
    expect(page.get_by_role("button", name="Large text", exact=True)).to_have_attribute("aria-pressed", "true")
    page.goto(f"{site}/privacy")
    assert height() == large
    page.goto(site)
    page.get_by_role("button", name="Normal text").click()
    page.reload()
    assert height() == normal


@pytest.mark.parametrize("size", [PHONE, DESK, NARROW], ids=["phone", "desk", "narrow"])
@pytest.mark.parametrize("path", ["/", "/carry", "/go-on", "/keep", "/offline", "/leaving"])
def test_the_largest_words_fit_every_screen(browser: Browser, site: str, size: tuple[int, int], path: str) -> None:
    context = browser.new_context(viewport={"width": size[0], "height": size[1]})
    page = context.new_page()
    page.goto(site)
    page.get_by_role("button", name="Largest text").click()
    page.goto(site + path)
    check_targets(page, size[0])
    check_colours(page)
    context.close()
