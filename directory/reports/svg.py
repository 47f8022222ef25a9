"""Pieces of an SVG picture. Presentation attributes only: no script, no style, nothing fetched.

Lengths are in units of the picture; a chart is `WIDTH` across, so that its words can still be read on a phone.
"""

from collections.abc import Iterable, Sequence
from html import escape
from typing import Literal

WIDTH = 480
SIZE, SMALL = 14, 12
"""Heights of words."""
INK, QUIET, PAPER, FILL, PALE = "#14323c", "#5b6b71", "#ffffff", "#1f6f8b", "#d5e6ec"
"""INK, QUIET and FILL stand out from PAPER by more than 4.5 to 1."""
LETTER = 0.58
"""The width of a letter of a wide sans-serif, in heights: where Arial is missing another takes its place."""

Anchor = Literal["start", "middle", "end"]


def document(name: str, title: str, description: str, height: float, body: Iterable[str]) -> str:
    """A whole picture, of no more than `WIDTH` by `height`. `name` keeps its ids apart from those of other pictures."""
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height:g}" '
            f'viewBox="0 0 {WIDTH} {height:g}" role="img" aria-labelledby="{name}-title {name}-desc">',
            f'<title id="{name}-title">{escape(title)}</title>',
            f'<desc id="{name}-desc">{escape(description)}</desc>',
            rect(0, 0, WIDTH, height, PAPER),
            *body,
            "</svg>",
            "",
        ]
    )


def words(x: float, y: float, text: str, *, size: int = SIZE, bold: bool = False, anchor: Anchor = "start",
          fill: str = INK) -> str:  # fmt: skip
    """One line of words; `y` is what they stand on."""
    weight = ' font-weight="bold"' if bold else ""
    return (
        f'<text x="{x:g}" y="{y:g}" font-family="Arial, Helvetica, sans-serif" font-size="{size}"{weight} '
        f'text-anchor="{anchor}" fill="{fill}">{escape(text)}</text>'
    )


def rect(x: float, y: float, width: float, height: float, fill: str) -> str:
    """A box without a border."""
    return f'<rect x="{x:g}" y="{y:g}" width="{width:.4g}" height="{height:g}" fill="{fill}"/>'


def line(points: Sequence[tuple[float, float]], stroke: str = INK, width: float = 1, dash: str = "") -> str:
    """A line through points; `dash` as in SVG's stroke-dasharray."""
    dashes = f' stroke-dasharray="{dash}"' if dash else ""
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    return f'<polyline points="{path}" fill="none" stroke="{stroke}" stroke-width="{width:g}"{dashes}/>'


def area(points: Sequence[tuple[float, float]], fill: str, opacity: float = 1) -> str:
    """A filled shape."""
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    return f'<polygon points="{path}" fill="{fill}" fill-opacity="{opacity:g}"/>'


def fold(text: str, width: float, size: int = SIZE) -> list[str]:
    """Words on as many lines as they need to be about `width` wide."""
    letters = max(1, int(width / (size * LETTER)))
    lines = [""]
    for word in text.split():
        if lines[-1] and len(lines[-1]) + 1 + len(word) > letters:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return lines


def scale_end(most: int) -> int:
    """Where an axis from 0 ends so that it has four equal steps of round numbers."""
    step = 5
    for step in (factor * 10**power for power in range(9) for factor in (5, 10, 15, 20, 25, 30, 40)):
        if 4 * step >= most:
            break
    return 4 * step
