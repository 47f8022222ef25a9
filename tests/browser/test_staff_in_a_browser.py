"""Staff in a real Chromium, with invitations made by the real command beside the running site."""

import pytest
from playwright.sync_api import Browser, expect
from staffplace import SIZES, Place, join, sign_in


def test_a_link_fills_in_its_code_and_tells_it_to_no_server(browser: Browser, place: Place) -> None:
    code = place.invite("admin")
    page = browser.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(f"{request.url} {request.headers}"))
    page.goto(f"{place.url}/staff/join#{code}")
    expect(page.get_by_label("Your code")).to_have_value(code)
    expect(page.get_by_label("A new passphrase")).to_be_focused()
    assert code not in page.url, "nor does it stay in the browser's history"
    name = join(page)
    assert not [request for request in asked if code in request]
    sign_in(page, place, name)
    page.get_by_role("link", name="Staff and codes").click()
    expect(page.get_by_role("listitem").filter(has_text=name)).to_contain_text("This is you.")
    page.close()


def test_without_script_the_code_is_typed(browser: Browser, place: Place) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{place.url}/staff/join")
    page.get_by_label("Your code").fill(place.invite("oneyou").lower())
    sign_in(page, place, join(page))
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="Sign in as staff")).to_be_visible()
    context.close()


@pytest.mark.parametrize("size", SIZES)
def test_no_page_is_wider_than_its_window(browser: Browser, place: Place, size: str) -> None:
    width, height = SIZES[size]
    context = browser.new_context(viewport={"width": width, "height": height})
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text) if "Content Security" in said.text else None)
    page.goto(f"{place.url}/staff/join#{place.invite('admin')}")
    sign_in(page, place, join(page))
    for path in ("/staff", "/staff/people", "/staff/outcome", "/staff/join", "/nothing-here"):
        page.goto(place.url + path)
        wide = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
        assert wide[0] <= wide[1], path
    assert complaints == []
    context.close()
