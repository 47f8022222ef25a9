"""Every public page, in every state it can be in, by axe-core and by the keyboard, in a real Chromium."""

from collections.abc import Iterator

import pytest
from axekit import check_for_all, violations
from pagekit import PHONE
from playwright.sync_api import Browser, Page, expect

REFERRED = ["Me", "30 to 39", "Find help near me", "Alcohol"]


@pytest.fixture
def page(browser: Browser, site: str) -> Iterator[Page]:
    """A phone, on the opening of the chat."""
    context = browser.new_context(viewport={"width": PHONE[0], "height": PHONE[1]})
    opened = context.new_page()
    opened.goto(site)
    yield opened
    context.close()


def tap(page: Page, *labels: str) -> None:
    """Press these answers, one after the other."""
    for label in labels:
        before = page.locator(".mine").count()
        page.locator("#options").get_by_role("button", name=label, exact=True).click()
        _answered(page, before)


def type_in(page: Page, text: str) -> None:
    before = page.locator(".mine").count()
    page.get_by_role("textbox").fill(text)
    page.get_by_role("textbox").press("Enter")
    _answered(page, before)


def _answered(page: Page, before: int) -> None:
    expect(page.locator(".mine")).to_have_count(before + 1)
    expect(page.locator(".pending")).to_have_count(0)


def refer(page: Page) -> None:
    """As far as a reference of one's own, so that there is something to keep."""
    tap(page, *REFERRED)
    type_in(page, "Margate")
    page.locator("#options button").first.click()
    expect(page.locator("#log")).to_contain_text("Your reference is")


def test_the_opening_of_the_chat(page: Page) -> None:
    check_for_all(page)


def test_a_question_of_the_check(page: Page) -> None:
    tap(page, "Me", "30 to 39", "Check my drinking", "No, or it doesn't apply to me")
    expect(page.locator(".progress").last).to_be_visible()
    check_for_all(page)


def test_a_question_with_several_answers(page: Page) -> None:
    tap(page, "I'm a professional", "Another role", "30 to 39")
    type_in(page, "Dover")
    tap(page, "Add details first", "Alcohol")
    expect(page.locator("#options")).to_contain_text("That's all")
    check_for_all(page)


def test_an_answer_that_was_not_understood(page: Page) -> None:
    tap(page, "Me")
    type_in(page, "qwertyuiop")
    check_for_all(page)


def test_a_message_that_was_not_sent(page: Page) -> None:
    tap(page, "Me")
    page.context.set_offline(True)
    page.get_by_role("textbox").fill("35")
    page.get_by_role("textbox").press("Enter")
    expect(page.get_by_role("button", name="Try again")).to_be_visible()
    check_for_all(page)


def test_after_words_of_danger(page: Page) -> None:
    type_in(page, "I want to die")
    expect(page.locator("#log")).to_contain_text("Samaritans")
    check_for_all(page)


def test_services_to_choose_from_and_the_copy_to_keep(page: Page, site: str) -> None:
    tap(page, *REFERRED)
    type_in(page, "Margate")
    check_for_all(page)
    page.locator("#options button").first.click()
    expect(page.locator("#log")).to_contain_text("Your reference is")
    check_for_all(page)
    page.goto(f"{site}/summary")
    check_for_all(page)


def test_the_summary_of_a_referral(page: Page, site: str) -> None:
    tap(page, "I'm a professional", "Another role", "30 to 39")
    type_in(page, "Dover")
    tap(page, "Show the route now")
    page.goto(f"{site}/summary")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    check_for_all(page)


def test_a_chat_that_was_deleted(page: Page) -> None:
    tap(page, "Me")
    page.get_by_text("Forget me", exact=True).click()
    page.get_by_role("button", name="Delete this chat").click()
    expect(page.get_by_role("link", name="Start again")).to_be_visible()
    check_for_all(page)


@pytest.mark.parametrize(
    "path",
    ["/accessibility", "/privacy", "/nothing-here", "/summary", "/carry", "/go-on", "/keep", "/offline", "/leaving"],
)
def test_a_page_of_words(page: Page, site: str, path: str) -> None:
    page.goto(site + path)
    check_for_all(page)


def test_find_with_mistakes_and_with_an_answer(page: Page, site: str) -> None:
    page.goto(f"{site}/find")
    check_for_all(page)
    page.get_by_label("Postcode, town or village").fill("Sevenoaks and Margate")
    page.get_by_role("button", name="Find services").click()
    expect(page.get_by_role("alert")).to_be_visible()
    check_for_all(page)
    page.goto(f"{site}/find")
    page.get_by_label("Postcode, town or village").fill("Margate")
    page.get_by_label("Age of that person").fill("30")
    page.locator("input[name=audience][value=gp]").check()
    page.locator("input[name=substances][value=alcohol]").check()
    page.get_by_role("button", name="Find services").click()
    expect(page.locator(".service").first).to_be_visible()
    check_for_all(page)


def test_the_checks_see_what_is_wrong(page: Page) -> None:
    """A page with known mistakes, so that "nothing found" means something."""
    page.goto("about:blank")
    page.set_content(
        "<main style='color: #aaa'><h1>Grey</h1><img src='x.png'><input>"
        "<a href='#a' style='display:inline-block;width:9px;height:9px'>1</a>"
        "<a href='#b' style='display:inline-block;width:9px;height:9px'>2</a></main>"
    )
    rules = {found.partition(":")[0] for found in violations(page.main_frame)}
    assert {"color-contrast", "image-alt", "label", "target-size", "html-has-lang"} <= rules


def test_new_messages_are_announced_and_old_ones_are_not_said_again(page: Page) -> None:
    """A screen reader says what is added to a polite log; nothing that was there may be taken out or put in anew."""
    log = page.get_by_role("log", name="Your chat")
    expect(log).to_have_attribute("aria-live", "polite")
    page.evaluate(
        """() => {
          window.said = []; window.unsaid = [];
          new MutationObserver((changes) => changes.forEach((change) => {
            window.said.push(...[...change.addedNodes].map((each) => each.textContent));
            window.unsaid.push(...[...change.removedNodes].map((each) => each.textContent));
          })).observe(document.getElementById("log"), {childList: true});
        }"""
    )
    tap(page, "Me")
    said = [" ".join(text.split()) for text in page.evaluate("window.said")]
    assert said[0].startswith("You: Me")
    assert said[1].startswith("Signpost: ")
    assert "How old are you?" in said[-1]
    assert page.evaluate("window.unsaid") == []


def test_what_went_wrong_is_announced_at_once(page: Page, site: str) -> None:
    tap(page, "Me")
    page.context.set_offline(True)
    page.get_by_role("textbox").fill("35")
    page.get_by_role("textbox").press("Enter")
    expect(page.get_by_role("status").filter(has_text="this is not sent yet")).to_be_visible()
    page.context.set_offline(False)
    page.goto(f"{site}/find")
    page.get_by_role("button", name="Find services").click()
    expect(page.get_by_role("alert")).to_be_focused()
