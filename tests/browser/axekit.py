"""What a page must be for everyone, on every screen: axe-core, the keyboard, reflow, high contrast, little motion."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from axe_playwright_python.base import AXE_SCRIPT
from pagekit import DESK, NARROW, PHONE, check_colours
from playwright.sync_api import Frame, Page

WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
SCREENS = (PHONE, DESK, NARROW)
SCHEMES = ("light", "dark")
ZOOMED = (320, 256)
"""A window of 1280 by 1024 at 400 % (WCAG 2.2, 1.4.10)."""
LONGEST_WALK = 250
"""Presses of the Tab key after which a page is taken for a trap."""


def check_everywhere(page: Page, part: str | None = None) -> None:
    """axe-core finds nothing and nothing runs off the side, on each screen, in light and in dark, all parts opened.

    `part`: the CSS selector of what is ours, on a page that is not.
    """
    _look(page, part)
    page.evaluate("document.querySelectorAll('details').forEach((each) => (each.open = true))")
    for width, height in SCREENS:
        page.set_viewport_size({"width": width, "height": height})
        check_reflow(page)
        for scheme in SCHEMES:
            page.emulate_media(color_scheme=scheme)
            _look(page, part)
            check_colours(page)
    page.emulate_media(color_scheme="light")


AT_REST = """async () => {
  if (document.querySelector(".composer")) scrollTo({ top: document.body.scrollHeight, behavior: "instant" });
  const ending = document.getAnimations().filter((each) => each.effect.getComputedTiming().endTime < 5000);
  await Promise.allSettled(ending.map((each) => each.finished));
}"""
"""What moves has come to rest; in the chat, whoever answers has scrolled to the buttons, above the line to type in."""


def _look(page: Page, part: str | None) -> None:
    for frame in page.frames:
        frame.evaluate(AT_REST)
    seen = [*violations(page.main_frame, part), *_in_other_frames(page)]
    assert not seen, (page.url, page.viewport_size, seen)


def _in_other_frames(page: Page) -> Iterator[str]:
    for frame in page.frames[1:]:
        yield from violations(frame)


def violations(frame: Frame, part: str | None = None) -> list[str]:
    """What axe-core finds against WCAG 2.2 A and AA, and its own good practice: rule, element, what is wrong."""
    if not frame.evaluate("typeof window.axe === 'object'"):
        frame.evaluate(AXE_SCRIPT)
    options = {"runOnly": {"type": "tag", "values": WCAG}, "resultTypes": ["violations"], "iframes": False}
    found: dict[str, Any] = frame.evaluate("([part, options]) => axe.run(part || document, options)", [part, options])
    return [
        f"{each['id']}: {node['target']}: {node['failureSummary']}"
        for each in found["violations"]
        for node in each["nodes"]
    ]


def check_reflow(page: Page) -> None:
    """Nobody scrolls in two directions; a table or drawing that must be wide scrolls in a box of its own."""
    wide = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
    assert wide[0] <= wide[1], page.url


def walk(page: Page) -> list[str]:
    """Tab from the top to the end. Everything that can be used gets the focus once, in the order it is read, is in
    view, is not covered by what sticks to the window, and shows that it has the focus. Returns what was walked."""
    page.evaluate(FROM_THE_TOP)
    order: list[int] = []
    names: list[str] = []
    for _ in range(LONGEST_WALK):
        page.keyboard.press("Tab")
        here = page.evaluate(FOCUSED)
        if here is not None and order and here["place"] == order[-1]:
            continue  # a field with parts of its own: day, month, year
        if here is None or here["place"] in order:
            break
        assert here["shown"], f"no sign of focus: {here['name']} on {page.url}"
        assert here["uncovered"], f"focus is covered: {here['name']} on {page.url}"
        order.append(here["place"])
        names.append(here["name"])
    else:
        raise AssertionError(f"the keyboard does not get out of {page.url}: {names[-5:]}")
    assert order == sorted(order), f"focus jumps on {page.url}: {names}"
    assert len(order) == page.evaluate(REACHABLE), f"not all can be reached on {page.url}: {names}"
    return names


def check_motion(page: Page) -> None:
    """Who asked for less motion gets none."""
    page.emulate_media(reduced_motion="reduce")
    assert page.evaluate(MOVING) == [], page.url
    page.emulate_media(reduced_motion="no-preference")


def check_high_contrast(page: Page) -> None:
    """In forced colours whatever can be pressed or filled in still has an edge or a line under it."""
    page.emulate_media(forced_colors="active")
    assert page.evaluate(WITHOUT_EDGE) == [], page.url
    page.emulate_media(forced_colors="none")


@contextmanager
def zoomed(page: Page) -> Iterator[None]:
    """The page as at 400 %."""
    before = page.viewport_size
    page.set_viewport_size({"width": ZOOMED[0], "height": ZOOMED[1]})
    yield
    assert before is not None
    page.set_viewport_size(before)


def check_for_all(page: Page) -> None:
    """All of it, for one page."""
    check_everywhere(page)
    check_motion(page)
    check_high_contrast(page)
    for size in (PHONE, DESK):
        page.set_viewport_size({"width": size[0], "height": size[1]})
        walk(page)
    with zoomed(page):
        check_reflow(page)
        walk(page)


_FIND = """
  const usable = () => [...document.querySelectorAll(
    "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex='0']"
  )].filter((each) => !each.disabled && each.tabIndex >= 0 && each.checkVisibility({visibilityProperty: true}));
  const stop = (each) => each.type === "radio" && each.name
    ? usable().find((other) => other.type === "radio" && other.name === each.name && other.form === each.form) : each;
"""
"""What can be used; buttons of one question are one stop of the Tab key."""

FROM_THE_TOP = """() => {
  document.body.tabIndex = -1;
  document.body.focus();
  document.body.removeAttribute("tabindex");
  window.scrollTo(0, 0);
}"""

REACHABLE = f"""() => {{ {_FIND} return new Set(usable().map(stop)).size; }}"""

FOCUSED = f"""() => {{ {_FIND}
  const at = document.activeElement;
  if (!at || at === document.body) return null;
  const all = [...document.querySelectorAll("*")];
  const seen = at.matches("input[type=radio], input[type=checkbox]") && at.labels.length ? at.labels[0] : at;
  const boxes = [...seen.getClientRects()].map((box) => {{
    const left = Math.max(box.left, 0), top = Math.max(box.top, 0);
    const width = Math.min(box.right, innerWidth) - left, height = Math.min(box.bottom, innerHeight) - top;
    return {{left, top, width, height}};
  }});
  const points = boxes.flatMap((box) => [0.1, 0.5, 0.9].flatMap((across) => [0.2, 0.5, 0.8].map((down) =>
    [box.left + box.width * across, box.top + box.height * down])));
  const mine = (hit) => hit && (seen.contains(hit) || hit.contains(seen) && hit.closest("label") === seen);
  const style = getComputedStyle(at);
  return {{
    place: all.indexOf(stop(at)),
    name: (at.innerText || at.getAttribute("aria-label") || at.name || at.tagName).trim().slice(0, 60),
    uncovered: points.some(([x, y]) => mine(document.elementFromPoint(x, y))),
    shown: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2,
  }};
}}"""

MOVING = """() => [...document.querySelectorAll("*")].filter((each) => {
  const style = getComputedStyle(each);
  const lasts = (times) => times.split(",").some((time) => parseFloat(time) > 0.01);
  return lasts(style.transitionDuration) || (style.animationName !== "none" && lasts(style.animationDuration))
    || style.scrollBehavior === "smooth";
}).map((each) => each.outerHTML.slice(0, 80))"""

WITHOUT_EDGE = """() => [...document.querySelectorAll(
    "button, a[href], input:not([type=hidden]), select, textarea, summary")]
  .filter((each) => each.checkVisibility({visibilityProperty: true})).filter((each) => {
    const style = getComputedStyle(each);
    const edged = style.borderStyle !== "none" && parseFloat(style.borderTopWidth) > 0;
    const native = each.matches("input[type=radio], input[type=checkbox], svg a");  // a drawing has strokes
    return !(edged || native || style.textDecorationLine.includes("underline"));
  }).map((each) => each.outerHTML.slice(0, 80))"""
