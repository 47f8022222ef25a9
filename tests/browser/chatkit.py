"""How a person uses the chat page: tapping, typing, and waiting until it is at rest."""

from playwright.sync_api import Page, expect


def tap(page: Page, label: str) -> None:
    page.locator("#options").get_by_role("button", name=label, exact=True).click()


def type_in(page: Page, text: str) -> None:
    page.get_by_role("textbox").fill(text)
    page.get_by_role("textbox").press("Enter")


def answered(page: Page, times: int) -> None:
    """Wait until so many of the person's messages are on the page and none is on its way."""
    expect(page.locator(".mine")).to_have_count(times)
    expect(page.locator(".pending")).to_have_count(0)


def eventually(page: Page, expression: str) -> None:
    """Wait until this is so. Playwright's own way is forbidden by the page's content security policy."""
    for _ in range(200):
        if page.evaluate(expression):
            return
        page.wait_for_timeout(50)
    raise AssertionError(f"not within ten seconds: {expression}")
