"""The chat page in a real Chromium: with its script and without, on a phone and on a desk."""

import pytest
from chatkit import answered, tap, type_in
from pagekit import DESK, NARROW, PHONE, check_colours, check_targets
from playwright.sync_api import Browser, BrowserContext, Page, expect

CHECK = [
    "Me", "30 to 39", "Check my drinking", "No, or it doesn't apply to me",
    "4 or more times per week", "10 or more", "Daily or almost daily",
    "Never", "Never", "Never", "Never", "Never", "No", "No",
    "No",
]  # fmt: skip
"""AUDIT items 1 to 3 at 4 points each, the other seven at 0: 12 in all. Then: no shakes."""

TYPED = ["7", "12", "yes", "Margate"]
"""Days a week, units a day, a service wanted, where."""


def talk_to_a_referral(page: Page) -> None:
    for number, label in enumerate(CHECK, start=1):
        tap(page, label)
        answered(page, number)
    for number, text in enumerate(TYPED, start=len(CHECK) + 1):
        type_in(page, text)
        answered(page, number)
    expect(page.locator("#log")).to_contain_text("You scored 12 out of 40")
    page.locator("#options button").first.click()
    expect(page.locator("#log")).to_contain_text("Your reference is")


def test_a_whole_conversation_with_script(page: Page) -> None:
    talk_to_a_referral(page)
    page.get_by_role("link", name="Keep a copy").click()
    expect(page.locator("article")).to_contain_text("12")
    page.evaluate("window.print = () => document.body.dataset.printed = 'yes'")
    page.get_by_role("button", name="Print this page").click()
    assert page.evaluate("document.body.dataset.printed") == "yes"
    with page.expect_download() as download:
        page.get_by_role("link", name="Save as a text file").click()
    assert download.value.suggested_filename == "notes.txt"


def test_a_whole_conversation_without_script(browser: Browser, site: str) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 844}, java_script_enabled=False)
    page = context.new_page()
    page.goto(site)
    talk_to_a_referral_without_script(page)
    page.get_by_text("Forget me", exact=True).click()
    page.get_by_role("button", name="Delete this chat").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your chat is deleted")
    page.get_by_role("link", name="Start again").click()
    expect(page.locator(".mine")).to_have_count(0)
    context.close()


def talk_to_a_referral_without_script(page: Page) -> None:
    for label in CHECK:
        tap(page, label)
    for text in TYPED:
        type_in(page, text)
    page.locator("#options button").first.click()
    expect(page.locator("#log")).to_contain_text("Your reference is")
    expect(page.locator("#log")).to_contain_text("You scored 12 out of 40")


def test_a_double_click_answers_one_question(page: Page) -> None:
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    tap(page, "Me")
    page.locator("#options").get_by_role("button", name="30 to 39").dblclick()
    answered(page, 2)
    page.wait_for_timeout(700)
    answered(page, 2)
    assert len(sent) == 2


def test_a_double_click_without_script_sends_once(browser: Browser, site: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(site)
    page.locator("#options").get_by_role("button", name="Me", exact=True).dblclick()
    answered(page, 1)
    context.close()


def test_everything_so_far_is_there_after_a_reload(page: Page) -> None:
    for label in CHECK[:5]:
        tap(page, label)
    expect(page.locator("#log")).to_contain_text("Question 2 of 10")
    before = page.locator("#log").inner_text()
    options = page.locator("#options").inner_text()
    page.reload()
    assert words(page.locator("#log").inner_text()) == words(before)
    assert words(page.locator("#options").inner_text()) == words(options)
    tap(page, "10 or more")
    expect(page.locator("#log")).to_contain_text("Question 3 of 10")


def words(text: str) -> list[str]:
    return text.split()


def test_two_open_pages_stay_in_step(page: Page, context: BrowserContext, site: str) -> None:
    tap(page, "Me")
    answered(page, 1)
    other = context.new_page()
    other.goto(site)
    tap(other, "30 to 39")
    expect(other.locator(".mine")).to_have_count(2)
    page.bring_to_front()
    answered(page, 2)
    expect(page.locator("#options")).to_contain_text("Check my drinking")


def test_typed_markup_is_shown_as_typed(page: Page) -> None:
    type_in(page, "<img src=x onerror=alert(1)><b>bold</b>")
    expect(page.locator(".mine").last).to_contain_text("<img src=x onerror=alert(1)><b>bold</b>")
    assert page.locator("#log img, #log b").count() == 0


def test_forgetting_in_words_clears_the_screen(page: Page) -> None:
    tap(page, "Me")
    answered(page, 1)
    type_in(page, "forget me")
    expect(page.locator("#log")).to_contain_text("deleted")
    expect(page.locator(".mine")).to_have_count(0)
    expect(page.get_by_role("textbox")).to_be_hidden()
    page.get_by_role("link", name="Start again").click()
    expect(page.locator("#options")).to_contain_text("Me")


def test_leaving_shows_something_else_and_takes_the_chat_out_of_the_way_back(page: Page) -> None:
    page.route("https://www.bbc.co.uk/**", lambda route: route.fulfill(body="weather", content_type="text/plain"))
    assert page.title() == "Signpost"
    page.get_by_role("link", name="Leave this page").click()
    page.wait_for_url("https://www.bbc.co.uk/weather")
    page.go_back()
    assert "Signpost" not in page.content()


def test_help_in_danger_and_the_way_out_are_always_in_view(page: Page) -> None:
    for label in CHECK[:4]:
        tap(page, label)
    expect(page.locator("#options")).to_contain_text("Monthly or less")
    expect(page.get_by_role("link", name="Call 999")).to_be_in_viewport()
    expect(page.get_by_role("link", name="Leave this page")).to_be_in_viewport()
    expect(page.get_by_role("textbox")).to_be_in_viewport()
    expect(page.locator("#latest")).to_be_in_viewport()
    assert page.get_by_role("link", name="Call 999").get_attribute("href") == "tel:999"


def test_keyboard_alone_is_enough(page: Page) -> None:
    page.locator("#options button").first.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#options")).to_contain_text("Under 13")
    expect(page.locator("#options")).to_be_focused()
    expect(page.locator("#options button").first).to_be_enabled()
    page.keyboard.press("Tab")
    expect(page.locator("#options button").first).to_be_focused()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [PHONE, DESK, NARROW], ids=["phone", "desk", "narrow"])
def test_every_target_is_big_enough_and_nothing_runs_off_the_side(
    browser: Browser, site: str, size: tuple[int, int], scheme: str
) -> None:
    context = browser.new_context(
        viewport={"width": size[0], "height": size[1]}, color_scheme="dark" if scheme == "dark" else "light"
    )
    page = context.new_page()
    page.goto(site)
    tap(page, "Me")
    expect(page.locator("#options")).to_contain_text("65 or over")
    check_targets(page, size[0])
    check_colours(page)
    context.close()
