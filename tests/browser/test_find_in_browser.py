"""The page that finds a service in a real Chromium: keyboard, phone, 320 pixels, no script, and on paper."""

import re
from collections.abc import Iterator

import pytest
from pagekit import DESK, NARROW, PHONE, check_colours, check_targets
from playwright.sync_api import Browser, Page, expect

THANET = ("CT9 1HL", "35", "self")
SWANLEY = ("Swanley", "17", "gp")
MOST_KEYS = 20
"""Key presses from the open page to the route, for somebody who has thirty seconds."""


@pytest.fixture
def page(browser: Browser, site: str) -> Iterator[Page]:
    """The form on a phone, freshly opened. Anything the browser complains of fails the test."""
    context = browser.new_context(
        viewport={"width": PHONE[0], "height": PHONE[1]}, permissions=["clipboard-read", "clipboard-write"]
    )
    opened = context.new_page()
    complaints: list[str] = []
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    opened.on("console", lambda said: complaints.append(said.text) if "Content Security" in said.text else None)
    opened.goto(f"{site}/find")
    yield opened
    assert complaints == []
    context.close()


def ask(page: Page, place: str, age: str, who: str, substance: str | None = None) -> None:
    page.get_by_label("Postcode, town or village").fill(place)
    page.get_by_label("Age of that person").fill(age)
    if who:
        page.locator(f"input[name=audience][value={who}]").check()
    if substance:
        page.locator(f"input[name=substances][value={substance}]").check()
    page.get_by_role("button", name="Find services").click()


def test_a_gp_needs_no_mouse_and_few_keys_for_a_17_year_old_in_swanley(page: Page) -> None:
    keys = 0

    def press(*names: str) -> None:
        nonlocal keys
        for name in names:
            page.keyboard.press(name)
            keys += 1

    press(*["Tab"] * 5)  # past the skip link, the name, the way out and 999
    expect(page.get_by_label("Postcode, town or village")).to_be_focused()
    press(*"Swanley", "Tab", *"17", "Tab", "ArrowDown", "ArrowDown", "Enter")
    expect(page.get_by_role("heading", level=2).first).to_have_text("Kent Young Person Drug and Alcohol Service")
    expect(page.locator(".asked")).to_have_text("Aged 17, in Swanley (Sevenoaks). Asked as a GP.")
    assert keys <= MOST_KEYS, keys


def test_the_first_service_and_its_way_in_are_on_the_first_screen_of_a_phone(page: Page) -> None:
    ask(page, *SWANLEY)
    expect(page.get_by_role("heading", name="Kent Young Person Drug and Alcohol Service")).to_be_in_viewport()
    expect(page.get_by_role("heading", name="How a GP refers")).to_be_in_viewport()


def test_the_copy_button_copies_what_the_plain_text_says(page: Page) -> None:
    ask(page, *THANET)
    page.get_by_role("button", name="Copy these details").first.click()
    expect(page.get_by_role("status").first).to_have_text("Copied")
    copied = str(page.evaluate("navigator.clipboard.readText()"))
    assert copied == page.locator("textarea").first.input_value()
    assert copied.startswith("East Kent Drug and Alcohol Service\n")
    assert "CT9" not in copied


def test_without_a_clipboard_the_plain_text_opens(page: Page) -> None:
    page.add_init_script("""
        Object.defineProperty(navigator, "clipboard", {value: undefined});
        document.execCommand = () => false;
    """)
    ask(page, *THANET)
    page.get_by_role("button", name="Copy these details").first.click()
    expect(page.get_by_role("status").first).to_contain_text("Open the plain text")
    expect(page.locator("textarea").first).to_be_visible()


def test_an_error_takes_the_reader_to_the_field_and_loses_nothing(page: Page) -> None:
    page.locator("summary", has_text="What kind of help?").click()
    page.get_by_label("Needle exchange").check()
    ask(page, "TN15", "130", "", "alcohol")
    expect(page.get_by_role("alert")).to_be_focused()
    expect(page.get_by_role("alert").get_by_role("listitem")).to_have_count(3)
    page.get_by_role("link", name=re.compile("Type an age")).click()
    expect(page.get_by_label("Age of that person")).to_be_focused()
    page.get_by_label("Age of that person").fill("30")
    page.get_by_role("link", name=re.compile("Choose which one")).click()
    page.get_by_label("Sevenoaks").check()
    page.get_by_label("As a GP").check()
    expect(page.get_by_label("Needle exchange")).to_be_checked()
    expect(page.get_by_label("Alcohol", exact=True)).to_be_checked()
    page.get_by_role("button", name="Find services").click()
    expect(page.locator(".asked")).to_have_text("Aged 30, in Sevenoaks. Asked as a GP.")


def test_everything_works_without_script(browser: Browser, site: str) -> None:
    context = browser.new_context(viewport={"width": PHONE[0], "height": PHONE[1]}, java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{site}/find")
    ask(page, *THANET)
    expect(page.locator(".copy:visible")).to_have_count(0)
    page.locator("summary", has_text="Plain text to copy").first.click()
    expect(page.locator("textarea").first).to_have_value(re.compile("^East Kent Drug and Alcohol Service"))
    page.locator("summary", has_text="services do not fit").click()
    page.locator("summary", has_text="It does not cover this area.").click()
    expect(page.get_by_text("West Kent Drug and Alcohol Service", exact=True)).to_be_visible()
    page.locator("summary", has_text="Change your search").click()
    expect(page.get_by_label("Postcode, town or village")).to_have_value("CT9 1HL")
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [PHONE, DESK, NARROW], ids=["phone", "desk", "narrow"])
def test_form_errors_and_answer_fit_the_screen_and_can_be_hit_and_read(
    browser: Browser, site: str, size: tuple[int, int], scheme: str
) -> None:
    context = browser.new_context(
        viewport={"width": size[0], "height": size[1]}, color_scheme="dark" if scheme == "dark" else "light"
    )
    page = context.new_page()
    page.goto(f"{site}/find")
    for folded in page.locator(".finder summary").all():
        folded.click()
    check_targets(page, size[0])
    check_colours(page)
    ask(page, "TN15", "130", "")
    check_targets(page, size[0])
    check_colours(page)
    page.goto(f"{site}/find")
    ask(page, *THANET, "alcohol")
    for folded in page.locator("summary:visible").all():
        folded.click()
    check_targets(page, size[0])
    check_colours(page)
    context.close()


@pytest.mark.parametrize(
    "case",
    [(*SWANLEY, None), (*THANET, "alcohol"), ("Margate", "40", "probation", None), ("Canterbury", "20", "self", None)],
)
def test_an_answer_prints_on_one_sheet(page: Page, case: tuple[str, str, str, str | None]) -> None:
    ask(page, *case)
    expect(page.locator(".asked")).to_contain_text("Aged")
    page.wait_for_load_state("load")
    printed = page.pdf(format="A4")
    assert re.findall(rb"/Type /Pages.*?/Count (\d+)", printed, flags=re.DOTALL) == [b"1"]


def test_the_map_is_a_picture_with_a_name_and_no_tile_is_fetched(page: Page) -> None:
    fetched: list[str] = []
    page.on("request", lambda request: fetched.append(request.url))
    ask(page, *THANET)
    picture = page.get_by_role("img", name=re.compile("Map of Kent and Medway: East Kent"))
    expect(picture).to_be_visible()
    box = picture.bounding_box()
    assert box is not None and box["width"] > 150 and box["height"] > 90
    assert {url.split("/", 3)[2] for url in fetched} == {page.url.split("/", 3)[2]}
