"""An admin takes care of the directory in a real Chromium, without script, on a phone and on a desk."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect
from staffplace import SIZES, Place, join, sign_in

EAST = "/staff/directory/adult_east_kent"
NUMBER = "01843 999 000"


@pytest.fixture(params=SIZES)
def admin(request: pytest.FixtureRequest, browser: Browser, place: Place) -> Iterator[Page]:
    """An admin's window of each size, without script."""
    width, height = SIZES[request.param]
    context = browser.new_context(viewport={"width": width, "height": height}, java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{place.url}/staff/join")
    page.get_by_label("Your code").fill(place.invite("admin"))
    sign_in(page, place, join(page))
    yield page
    context.close()


def test_a_number_is_typed_looked_at_saved_confirmed_and_taken_back(admin: Page, place: Place) -> None:
    admin.get_by_role("link", name="The directory").click()
    admin.get_by_role("link", name="East Kent Drug and Alcohol Service").click()
    form = admin.locator("#change")
    form.get_by_label("Phone").first.fill(NUMBER)
    form.get_by_label("Why").fill("a leaflet")
    form.get_by_role("button", name="See what would change").click()
    expect(admin.get_by_role("row", name=f"Phone nothing {NUMBER}").first).to_be_visible()
    form.get_by_role("button", name="Save").click()
    expect(admin.get_by_role("status")).to_contain_text("Saved.")
    expect(admin.get_by_text("Not shown until confirmed: Phone")).to_be_visible()
    expect(admin.get_by_label("Its own details")).to_be_checked()
    admin.get_by_role("button", name="Confirm what is ticked").click()
    expect(admin.get_by_role("status")).to_contain_text("Confirmed.")
    assert NUMBER in place.run("directory", "show", "adult_east_kent")
    admin.get_by_text("Go back to how it came").click()
    back = admin.locator("details", has_text="Go back to how it came")
    back.get_by_label("Why").fill("this was a test")
    back.get_by_role("button", name="Go back").click()
    expect(admin.get_by_role("status")).to_contain_text("It says again what that version said.")
    assert NUMBER not in place.run("directory", "show", "adult_east_kent")


def test_a_mistake_stands_beside_its_field_also_in_a_part_that_was_closed(admin: Page, place: Place) -> None:
    admin.goto(place.url + EAST)
    admin.get_by_text("Add a place").click()
    admin.locator("[name='sites.5.name']").fill("Ramsgate hub")
    admin.locator("#change").get_by_label("Why").fill("a new hub")
    admin.get_by_role("button", name="Save").click()
    expect(admin.get_by_role("alert")).to_contain_text("This is not saved yet")
    kind = admin.locator("[name='sites.5.kind']")
    expect(kind).to_be_visible()
    expect(kind).to_have_attribute("aria-invalid", "true")
    expect(admin.locator("[name='sites.5.name']")).to_have_value("Ramsgate hub")


@pytest.mark.parametrize("size", SIZES)
def test_no_page_is_wider_than_its_window_and_every_field_has_a_name(browser: Browser, place: Place, size: str) -> None:
    width, height = SIZES[size]
    context = browser.new_context(viewport={"width": width, "height": height})
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text) if "Content Security" in said.text else None)
    page.goto(f"{place.url}/staff/join#{place.invite('admin')}")
    sign_in(page, place, join(page))
    for path in ("/staff/directory", EAST, "/staff/directory/safe_havens", "/staff/directory/nobody"):
        page.goto(place.url + path)
        page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
        wide = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
        assert wide[0] <= wide[1], path
        fields = "input:not([type=hidden]), select, textarea"
        nameless = f"[...document.querySelectorAll('{fields}')].filter(each => !each.labels.length).length"
        assert page.evaluate(nameless) == 0, path
        twice = "[...document.querySelectorAll('[id]')].map(each => each.id)"
        ids = page.evaluate(twice)
        assert len(ids) == len(set(ids)), path
    assert complaints == []
    context.close()
