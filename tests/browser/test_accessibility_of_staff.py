"""Every page for staff, by axe-core and by the keyboard, in a real Chromium."""

import re
from collections.abc import Iterator

import pytest
from axekit import check_for_all
from pagekit import PHONE
from playwright.sync_api import Browser, Page, expect
from staffplace import Place, join, sign_in

EAST = "/staff/directory/adult_east_kent"


@pytest.fixture(scope="module")
def admin(browser: Browser, place: Place) -> Iterator[Page]:
    """A browser in which an admin is signed in."""
    context = browser.new_context(viewport={"width": PHONE[0], "height": PHONE[1]})
    page = context.new_page()
    page.goto(f"{place.url}/staff/join#{place.invite('admin')}")
    sign_in(page, place, join(page))
    yield page
    context.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": PHONE[0], "height": PHONE[1]})
    yield context.new_page()
    context.close()


def test_signing_in_and_the_mistake_in_it(page: Page, place: Place) -> None:
    page.goto(f"{place.url}/staff/sign-in")
    check_for_all(page)
    page.get_by_label("Sign-in name").fill("otter-maple-river-42")
    page.get_by_label("Passphrase").fill("nobody has this one")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_be_visible()
    check_for_all(page)


def test_joining_and_the_mistake_in_it(page: Page, place: Place) -> None:
    page.goto(f"{place.url}/staff/join")
    check_for_all(page)
    page.get_by_label("Your code").fill(place.invite("oneyou"))
    page.get_by_label("A new passphrase").fill("short")
    page.get_by_label("The same again").fill("short")
    page.get_by_role("button", name="Join").click()
    expect(page.get_by_role("alert")).to_be_visible()
    check_for_all(page)
    join(page)
    check_for_all(page)


@pytest.mark.parametrize("path", [
    "/staff", "/staff/people", "/staff/outcome", "/staff/directory", EAST, "/staff/directory/nobody",
    "/staff/ebi", "/staff/ebi/figures", "/staff/content", "/staff/content/find_help", "/staff/content/find_help/sheet",
])  # fmt: skip
def test_a_page_of_an_admin(admin: Page, place: Place, path: str) -> None:
    admin.goto(place.url + path)
    check_for_all(admin)


def test_an_account_that_was_invited(admin: Page, place: Place) -> None:
    admin.goto(f"{place.url}/staff/people")
    admin.get_by_label("Their role").select_option("provider")
    admin.get_by_text("A provider's own services").click()
    admin.locator("input[name^='service.']").first.check()
    admin.get_by_role("button", name="Make a code").first.click()
    expect(admin.get_by_role("heading", name="Hand over this code")).to_be_visible()
    check_for_all(admin)


def test_a_service_with_a_mistake_and_with_a_change_to_look_at(admin: Page, place: Place) -> None:
    admin.goto(place.url + EAST)
    form = admin.locator("#change")
    form.get_by_label("Phone").first.fill("01843 999 000")
    form.get_by_role("button", name="Save").click()
    expect(admin.get_by_role("alert")).to_be_visible()
    check_for_all(admin)
    form.get_by_label("Why").fill("a leaflet")
    form.get_by_role("button", name="See what would change").click()
    expect(admin.get_by_role("row", name="Phone nothing 01843 999 000").first).to_be_visible()
    check_for_all(admin)


def test_a_practice_session_of_the_ebi_from_end_to_end(admin: Page, place: Place) -> None:
    admin.goto(f"{place.url}/staff/ebi")
    admin.get_by_role("button", name="Start a session").click()
    expect(admin.get_by_role("alert")).to_be_visible()
    check_for_all(admin)
    admin.get_by_role("button", name="Practise with Ray").click()
    admin.get_by_role("button", name="Next").click()
    admin.get_by_role("button", name="Next").click()
    expect(admin.get_by_role("heading", name="Possible dependence")).to_be_visible()
    check_for_all(admin)
    stages = ("engage", "screen", "feedback", "explore", "balance", "options", "plan", "coping", "summary", "follow_up")
    for path in (*(f"stage/{stage}" for stage in stages), "flag/safeguarding", "end", "plan"):
        admin.goto(f"{place.url}/staff/ebi/{path}")
        check_for_all(admin)


def test_a_journey_is_found_read_tried_and_printed(admin: Page, place: Place) -> None:
    admin.goto(f"{place.url}/staff")
    admin.get_by_role("link", name="The words of the chat").click()
    admin.get_by_role("link", name="Find help").click()
    admin.get_by_role("link", name="Substance: Asks").click()
    expect(admin.get_by_role("heading", name="Substance", exact=True)).to_be_in_viewport()
    admin.get_by_role("link", name=re.compile("^Try it from here ?: Substance$")).click()
    check_for_all(admin)
    admin.get_by_role("button", name="Start").click()
    expect(admin.get_by_role("alert")).to_be_visible()
    check_for_all(admin)
    admin.get_by_label("An adult of 30 to 39, for themselves").check()
    admin.get_by_role("button", name="Start").click()
    check_for_all(admin)
    admin.get_by_role("button", name="Alcohol", exact=True).click()
    admin.get_by_label("Type your answer").fill("Margate")
    admin.get_by_role("button", name="Send").click()
    expect(admin.get_by_text("That's in Thanet")).to_be_visible()
    admin.get_by_role("link", name="Back to the journey").click()
    admin.get_by_role("link", name="Print a sheet to sign").click()
    with admin.expect_download() as download:
        admin.get_by_role("link", name="Save it as a Markdown file").click()
    assert re.fullmatch(r"find_help-\d+\.md", download.value.suggested_filename)
