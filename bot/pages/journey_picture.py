"""The drawing of a journey as the template needs it: boxes that lead to their words, arrows as paths with labels."""

from dataclasses import dataclass
from itertools import pairwise

from screening.chart import BOX, Line, chart
from screening.reviewing import Review

MARGIN = 8
"""Pixels round the drawing, so that no edge is cut off."""
LONGEST_LABEL = 16
"""Characters; the words beside the drawing have it whole."""
LONGEST_NAME = 18


@dataclass(frozen=True)
class Shape:
    """A step's box and what it says: its name and its kind."""

    step: str
    name: str
    kind: str
    x: float
    y: float


@dataclass(frozen=True)
class Curve:
    """An arrow as an SVG path, its label and where that stands."""

    path: str
    label: str
    x: float
    y: float


@dataclass(frozen=True)
class Picture:
    """A whole drawing, in pixels."""

    width: float
    height: float
    box: tuple[int, int]
    shapes: tuple[Shape, ...]
    curves: tuple[Curve, ...]


def picture(of: Review) -> Picture:
    """The drawing of a journey."""
    kinds = {step.name: step.kind for step in of.steps}
    found = chart(of.start, kinds, [(step.name, label, target) for step in of.steps for label, target in step.leads])
    shapes = tuple(
        Shape(
            box.step, _short(box.step.replace("_", " "), LONGEST_NAME), kinds[box.step], box.x + MARGIN, box.y + MARGIN
        )
        for box in found.boxes
    )
    curves = tuple(map(_curve, found.lines))
    return Picture(found.width + 2 * MARGIN, found.height + 2 * MARGIN, BOX, shapes, curves)


def _curve(line: Line) -> Curve:
    """Out of each point and into the next straight down; the label near the end of its first bend."""
    points = [(x + MARGIN, y + MARGIN) for x, y in line.points]
    path = f"M{points[0][0]:g} {points[0][1]:g}"
    for (x, y), (to_x, to_y) in pairwise(points):
        middle = (y + to_y) / 2
        path += f"C{x:g} {middle:g} {to_x:g} {middle:g} {to_x:g} {to_y:g}"
    (x, y), (to_x, to_y) = points[:2]
    return Curve(
        path, _short(line.label.replace("_", " "), LONGEST_LABEL), x + (to_x - x) * 0.81, y + (to_y - y) * 0.68
    )


def _short(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"
