"""What every page has to keep to on every screen: targets that can be hit, colours that can be read."""

import re

from playwright.sync_api import Page

PHONE, DESK, NARROW = (390, 844), (1280, 800), (320, 640)


def check_targets(page: Page, width: int) -> None:
    """Nothing runs off the side; whatever can be pressed is 44 px high (WCAG 2.2, 2.5.5, as the brief asks)."""
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    for target in page.locator(TARGETS).all():
        box = target.bounding_box()
        assert box is not None
        assert box["height"] >= 44, target.inner_text()


def check_colours(page: Page) -> None:
    """Every pair of colours used for text has a contrast of 4.5 or more (WCAG 2.2, 1.4.3)."""
    for foreground, background in page.evaluate(COLOURS):
        assert contrast(foreground, background) >= 4.5, (foreground, background)


TARGETS = (
    "button:visible, a:visible:not(.skip), summary:visible, textarea:visible, select:visible, "
    "input:visible:not(label > input), label:has(> input):visible"
)
"""A radio button or a box to tick is hit by its label."""

COLOURS = """() => {
  const behind = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const colour = getComputedStyle(at).backgroundColor;
      if (!colour.startsWith("rgba(0, 0, 0, 0")) return colour;
    }
    return "rgb(255, 255, 255)";
  };
  const shown = [...document.querySelectorAll("h1, h2, h3, p, a, button, li, summary, input, label, legend")];
  return shown.map((element) => [getComputedStyle(element).color, behind(element)]);
}"""


def contrast(one: str, other: str) -> float:
    """WCAG's contrast ratio of two CSS colours."""
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour: str) -> float:
    channels = [int(part) / 255 for part in re.findall(r"\d+", colour)[:3]]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
