"""What keeps messages until the server has them, the page's sending.js, by itself: with a made-up way to the server."""

from typing import Any

import pytest
from chatkit import eventually
from playwright.sync_api import Page

SETUP = """async (outcomes) => {
  const { Sending } = await import("/static/sending.js");
  window.carried = [];
  window.shown = [];
  window.sending = new Sending(
    async (message) => {
      window.carried.push(message.id);
      return outcomes.length > 0 ? outcomes.shift() : { answer: {} };
    },
    (item, state) => window.shown.push(`${item.message.id} ${state}`),
  );
  for (const id of ["a", "b", "c"]) window.sending.add({ id, text: id }, id, null);
}"""
AGAIN = {"again": 0.01}
FAILING = {"again": 0.01, "failing": True}


@pytest.fixture
def quiet(page: Page) -> Page:
    """The page, its own messages out of the way."""
    page.evaluate("sessionStorage.clear()")
    return page


def run(page: Page, *outcomes: dict[str, Any], until: int) -> list[str]:
    """The ids carried to the server, once there were so many."""
    page.evaluate(SETUP, list(outcomes))
    eventually(page, f"window.carried.length >= {until}")
    page.wait_for_timeout(100)
    carried: list[str] = page.evaluate("window.carried")
    return carried


def test_messages_go_one_after_another_in_order(quiet: Page) -> None:
    assert run(quiet, until=3) == ["a", "b", "c"]
    assert quiet.evaluate("window.sending.items.length") == 0
    assert quiet.evaluate("sessionStorage.getItem('signpost-unsent')") is None


def test_one_that_does_not_get_through_is_tried_again_and_the_others_wait(quiet: Page) -> None:
    assert run(quiet, AGAIN, AGAIN, until=5) == ["a", "a", "a", "b", "c"]


def test_without_a_network_it_never_gives_up(quiet: Page) -> None:
    assert run(quiet, *[AGAIN] * 9, until=12) == ["a"] * 10 + ["b", "c"]


def test_one_that_the_server_fails_at_again_and_again_does_not_hold_up_the_others(quiet: Page) -> None:
    assert run(quiet, *[FAILING] * 4, until=6) == ["a"] * 4 + ["b", "c"]
    assert "a refused" in quiet.evaluate("window.shown")


def test_a_refused_one_does_not_hold_up_the_others(quiet: Page) -> None:
    assert run(quiet, {"refused": "No."}, until=3) == ["a", "b", "c"]
    assert [state for state in quiet.evaluate("window.shown") if state.startswith("a")][-1] == "a refused"


def test_one_that_is_taken_back_is_not_sent_again(quiet: Page) -> None:
    quiet.evaluate(SETUP, [{"again": 30}])
    eventually(quiet, "window.shown.includes('a trying')")
    quiet.evaluate("window.sending.drop(window.sending.items[0])")
    quiet.evaluate("window.sending.hurry()")
    eventually(quiet, "window.sending.items.length === 0")
    assert quiet.evaluate("window.carried") == ["a", "b", "c"]


def test_what_waits_is_kept_for_the_page_after_a_reload(quiet: Page) -> None:
    quiet.evaluate(SETUP, [{"again": 30}])
    eventually(quiet, "window.shown.includes('a trying')")
    kept = quiet.evaluate("window.sending.left()")
    assert [item["message"]["id"] for item in kept] == ["a", "b", "c"]
    quiet.evaluate("sessionStorage.clear()")


def test_a_browser_that_keeps_nothing_sends_all_the_same(quiet: Page) -> None:
    quiet.evaluate("void (Storage.prototype.setItem = () => { throw new DOMException('full'); })")
    assert run(quiet, AGAIN, until=4) == ["a", "a", "b", "c"]
