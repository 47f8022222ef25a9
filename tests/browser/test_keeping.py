"""Help without a network: only for who chose it, never the talk, and off again with one press."""

from chatkit import answered, tap
from playwright.sync_api import BrowserContext, Page, expect

KEPT = "Helplines and articles are kept here now."
EVERYTHING = """async () => {
  const found = [];
  for (const name of await caches.keys())
    for (const request of await (await caches.open(name)).keys()) found.push(new URL(request.url).pathname);
  return found.sort();
}"""


def keep(page: Page, site: str) -> None:
    page.goto(f"{site}/keep")
    page.get_by_role("button", name="Keep help here").click()
    expect(page.get_by_text(KEPT)).to_be_visible()


def test_nothing_is_kept_before_the_person_chooses_to(page: Page, site: str) -> None:
    registered = "async () => (await navigator.serviceWorker.getRegistrations()).length"
    page.goto(f"{site}/keep")
    expect(page.get_by_role("heading", name="Do other people use this phone")).to_be_visible()
    expect(page.get_by_text(KEPT)).to_be_hidden()
    assert page.evaluate(registered) == 0
    assert page.evaluate(EVERYTHING) == []
    page.goto(site)
    assert page.evaluate(registered) == 0


def test_helplines_and_articles_open_without_a_network(page: Page, context: BrowserContext, site: str) -> None:
    keep(page, site)
    context.set_offline(True)
    page.goto(site)
    expect(page.get_by_role("heading", level=1)).to_have_text("Helplines and information")
    expect(page.locator(".helplines")).to_contain_text("Samaritans on 116 123")
    page.get_by_text("What a unit of alcohol is", exact=True).click()
    expect(page.locator("details[open]")).to_contain_text("One unit is 10ml")
    assert page.evaluate("getComputedStyle(document.querySelector('.top')).position") == "sticky"  # it has its style
    page.get_by_text("Leave this page").hover()
    context.set_offline(False)
    page.get_by_role("link", name="Open the chat").click()
    expect(page.locator("#options")).to_contain_text("Someone I'm worried about")


def test_the_talk_is_never_kept(page: Page, site: str) -> None:
    keep(page, site)
    page.goto(site)
    tap(page, "Me")
    answered(page, 1)
    page.goto(f"{site}/privacy")
    page.goto(site)
    answered(page, 1)
    kept = ["/offline", "/static/exit.js", "/static/icon.svg", "/static/look.js", "/static/site.css"]
    assert page.evaluate(EVERYTHING) == kept


def test_it_can_be_taken_off_again(page: Page, site: str) -> None:
    keep(page, site)
    page.reload()
    expect(page.get_by_text(KEPT)).to_be_visible()
    page.get_by_role("button", name="Take it off again").click()
    expect(page.get_by_text("Nothing is kept here any more.")).to_be_visible()
    assert page.evaluate(EVERYTHING) == []
    expect(page.get_by_role("button", name="Keep help here")).to_be_visible()


def test_the_app_has_a_neutral_name_and_icons_that_are_there(context: BrowserContext, site: str) -> None:
    response = context.request.get(f"{site}/app.webmanifest")
    assert response.headers["content-type"].startswith("application/manifest+json")
    manifest = response.json()
    assert manifest["name"] == manifest["short_name"] == "Signpost"
    assert {icon["sizes"] for icon in manifest["icons"]} == {"192x192", "512x512"}
    for icon in manifest["icons"]:
        assert context.request.get(site + icon["src"]).body().startswith(b"\x89PNG\r\n\x1a\n")
