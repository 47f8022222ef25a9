"""A chat goes on on another device, as a person with a computer and a phone does it."""

from chatkit import answered, tap
from pagekit import DESK, PHONE, check_colours, check_targets
from playwright.sync_api import Browser, Page, expect


def make_code(page: Page, site: str) -> str:
    page.goto(site)
    tap(page, "Me")
    answered(page, 1)
    page.get_by_role("link", name="Use another device").click()
    page.get_by_role("button", name="Make a code").click()
    return page.locator(".secret").inner_text()


def test_from_a_computer_to_a_phone_and_both_stay_in_step(page: Page, browser: Browser, site: str) -> None:
    code = make_code(page, site)
    expect(page.get_by_role("img", name="A picture of the link, for a camera")).to_be_visible()
    page.get_by_role("link", name="Back to the chat").click()
    context = browser.new_context(viewport={"width": PHONE[0], "height": PHONE[1]})
    phone = context.new_page()
    sent: list[str] = []
    phone.on("request", lambda request: sent.append(request.url))
    phone.goto(f"{site}/go-on#{code}")
    expect(phone.get_by_role("textbox", name="Code")).to_have_value(code)
    assert code not in phone.url
    check_targets(phone, PHONE[0])
    check_colours(phone)
    phone.get_by_role("button", name="Open the chat here").click()
    expect(phone.locator("#latest")).to_contain_text("open on another device too")
    expect(page.locator("#latest")).to_contain_text("open on another device too")
    tap(phone, "30 to 39")
    expect(page.locator("#options")).to_contain_text("Check my drinking")
    answered(page, 2)
    tap(page, "Check my drinking")
    answered(phone, 3)
    phone.go_back()
    assert code not in phone.url
    assert all(code not in url.partition("#")[0] for url in sent)
    context.close()


def test_a_code_can_be_typed_without_script(browser: Browser, site: str) -> None:
    desk = browser.new_context(viewport={"width": DESK[0], "height": DESK[1]}, java_script_enabled=False)
    code = make_code(desk.new_page(), site)
    other = browser.new_context(java_script_enabled=False)
    phone = other.new_page()
    phone.goto(f"{site}/go-on")
    phone.get_by_role("textbox", name="Code").fill("not a code")
    phone.get_by_role("button", name="Open the chat here").click()
    expect(phone.get_by_role("alert")).to_contain_text("That code does not work.")
    phone.get_by_role("textbox", name="Code").fill(code.lower().replace("-", ""))
    phone.get_by_role("button", name="Open the chat here").click()
    expect(phone.locator("#options")).to_contain_text("30 to 39")
    desk.close()
    other.close()
