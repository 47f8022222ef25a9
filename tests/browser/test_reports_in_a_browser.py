"""The pages of reports, trust and outcomes in a real Chromium, on every screen, with script and without."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from axekit import check_everywhere
from databases import elsewhere
from pagekit import check_colours, check_targets
from playwright.sync_api import Browser, Page, expect
from reportkit import keep, two_years
from staffplace import SIZES, Place, join, sign_in

FIGURES = "/reports/figures?period=2025-26"
PAGES = (
    "/reports",
    FIGURES,
    "/reports/figures?period=2025-26&area=E07000114&audience=criminal_justice&substance=drugs",
    "/reports/figures?run=soon",
    "/reports/releases",
    "/reports/trust",
)


@pytest.fixture(scope="module")
def figures(place: Place) -> Place:
    """The site with two years of closed months."""
    releases = [each for found in two_years(first="2024-10", last="2026-10").values() for each in found]
    elsewhere(keep(f"sqlite+aiosqlite:///{place.folder}/signpost.sqlite3", releases))
    return place


@pytest.fixture(scope="module")
def name(browser: Browser, figures: Place) -> str:
    """A commissioner's sign-in name."""
    page = browser.new_page()
    page.goto(f"{figures.url}/staff/join#{figures.invite('commissioner')}")
    joined = join(page)
    page.close()
    return joined


@pytest.fixture(params=SIZES)
def page(request: pytest.FixtureRequest, browser: Browser, figures: Place, name: str) -> Iterator[Page]:
    """A commissioner, signed in, at a window of this size."""
    width, height = SIZES[request.param]
    context = browser.new_context(viewport={"width": width, "height": height})
    page = context.new_page()
    sign_in(page, figures, name)
    yield page
    context.close()


@pytest.mark.parametrize("path", PAGES)
def test_every_page_can_be_read_and_pressed_on_every_screen(page: Page, figures: Place, path: str) -> None:
    said: list[str] = []
    page.on("console", lambda line: said.append(line.text) if "Content Security" in line.text else None)
    page.goto(figures.url + path)
    assert page.viewport_size is not None
    check_targets(page, page.viewport_size["width"])
    check_colours(page)
    assert page.locator("h1").count() == 1
    assert said == []


@pytest.mark.parametrize("page", ["phone"], indirect=True)
@pytest.mark.parametrize("path", PAGES)
def test_axe_finds_nothing(page: Page, figures: Place, path: str) -> None:
    page.goto(figures.url + path)
    check_everywhere(page)


def test_a_wide_table_is_reached_and_scrolled_by_keyboard(page: Page, figures: Place) -> None:
    page.goto(figures.url + FIGURES)
    region = page.get_by_role("region").first
    region.focus()
    expect(region).to_be_focused()


def test_without_script_a_commissioner_chooses_reads_and_fetches_a_file(
    browser: Browser, figures: Place, name: str, tmp_path: Path
) -> None:
    context = browser.new_context(java_script_enabled=False, accept_downloads=True)
    page = context.new_page()
    sign_in(page, figures, name)
    page.get_by_role("link", name="Reports").click()
    page.get_by_label("Period", exact=True).select_option("2025-26")
    page.get_by_label("Area").select_option(label="Thanet")
    page.get_by_role("button", name="Show the figures").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Thanet, April 2025 to March 2026")
    page.get_by_text("Get the figures as files").click()
    with page.expect_download() as download:
        page.get_by_role("link", name="OpenDocument workbook").click()
    assert download.value.suggested_filename == "signpost-2025-26-thanet.ods"
    page.get_by_role("link", name="Choose something else").click()
    assert page.get_by_label("Area").input_value() == "E07000114", "what was chosen is still there"
    context.close()


def test_on_paper_there_are_the_figures_and_nothing_to_press(browser: Browser, figures: Place, name: str) -> None:
    context = browser.new_context()
    page = context.new_page()
    sign_in(page, figures, name)
    page.goto(figures.url + FIGURES)
    page.emulate_media(media="print")
    expect(page.get_by_text("Get the figures as files")).to_be_hidden()
    expect(page.get_by_role("button", name="Sign out")).to_be_hidden()
    expect(page.get_by_role("link", name="Leave this page")).to_be_hidden()
    expect(page.locator("svg").first).to_be_visible()
    context.close()


def test_a_provider_without_script_sends_a_file(browser: Browser, figures: Place, tmp_path: Path) -> None:
    context = browser.new_context(java_script_enabled=False, viewport={"width": 390, "height": 844})
    page = context.new_page()
    page.goto(f"{figures.url}/staff/join")
    page.get_by_label("Your code").fill(figures.invite("provider"))
    sign_in(page, figures, join(page))
    page.get_by_role("link", name="What became of a referral").click()
    file = tmp_path / "outcomes.csv"
    file.write_text("reference,status\notter-maple-river-42,cured\n")
    page.get_by_label("Your file").set_input_files(file)
    page.get_by_role("button", name="Send the file").click()
    expect(page.get_by_role("alert")).to_contain_text("Line 2: we do not know this word")
    file.write_text("reference,status\notter-maple-river-42,attended\n")
    page.get_by_label("Your file").set_input_files(file)
    page.get_by_role("button", name="Send the file").click()
    expect(page.get_by_role("status")).to_contain_text("Counted: 0. Not counted: 1.")
    check_targets(page, 390)
    check_colours(page)
    context.close()
