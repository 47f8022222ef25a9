"""Where the boxes and arrows of a journey stand in a picture, from top to bottom; whoever shows it draws the lines.

A layered drawing (Sugiyama, Tagawa and Toda 1981): a step stands below every step that leads to it, arrows back up are
left out of that count, long arrows bend at each layer they cross, and steps stand near what they hang from.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

BOX, LINE = (168, 48), (28, 48)
"""Width and height of a box, and of the gap that a long arrow passes through a layer by."""
ACROSS, DOWN = 20, 60
"""Space between neighbours and between layers, in pixels."""
SWEEPS = 6

Arrow = tuple[str, str, str]
"""From a step, its label, to a step."""
Spot = tuple[str, str, int]
"""A place in a layer: a step (twice, 0), or where the arrow from one step to another crosses that layer."""


@dataclass(frozen=True)
class Box:
    """A step's box: its left upper corner."""

    step: str
    x: float
    y: float


@dataclass(frozen=True)
class Line:
    """An arrow: the points it passes through, what it says, and the steps it joins."""

    start: str
    end: str
    label: str
    points: tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class Chart:
    """A whole picture, in pixels."""

    width: float
    height: float
    boxes: tuple[Box, ...]
    lines: tuple[Line, ...]


def chart(start: str, steps: Iterable[str], arrows: Sequence[Arrow]) -> Chart:
    """The picture of these steps; two arrows between the same steps are one, with both labels."""
    joined = _joined(arrows)
    onward = _onward(start, [*steps], joined)
    layer = _layers([*steps], onward)
    above, below = _neighbours(onward, layer)
    rows = _ordered(_rows(layer, onward), above, below)
    centre = _centres(rows, above)
    top = {number: number * (BOX[1] + DOWN) for number in range(len(rows))}
    boxes = tuple(
        Box(spot[0], centre[spot] - BOX[0] / 2, top[layer[spot[0]]]) for row in rows for spot in row if _is_step(spot)
    )
    lines = tuple(
        Line(one, other, label, _points(one, other, centre, layer, top)) for (one, other), label in joined.items()
    )
    width = max(spot_centre + _size(spot)[0] / 2 for spot, spot_centre in centre.items()) + ACROSS
    return Chart(width, top[len(rows) - 1] + BOX[1], boxes, lines)


def _joined(arrows: Iterable[Arrow]) -> Mapping[tuple[str, str], str]:
    joined: dict[tuple[str, str], str] = {}
    for one, label, other in arrows:
        said = joined.get((one, other), "")
        joined[one, other] = f"{said}, {label}" if said and label else said or label
    return joined


def _onward(start: str, steps: list[str], joined: Iterable[tuple[str, str]]) -> set[tuple[str, str]]:
    """The arrows without those that lead back to a step on the way here."""
    leads: dict[str, list[str]] = {step: [] for step in steps}
    for one, other in joined:
        leads[one].append(other)
    kept: set[tuple[str, str]] = set()
    done: set[str] = set()

    def visit(step: str, way: tuple[str, ...]) -> None:
        for other in leads[step]:
            if other not in (*way, step):
                kept.add((step, other))
                if other not in done:
                    visit(other, (*way, step))
        done.add(step)

    for step in (start, *steps):
        if step not in done:
            visit(step, ())
    return kept


def _layers(steps: Iterable[str], onward: set[tuple[str, str]]) -> dict[str, int]:
    """Each step one layer below the lowest step that leads to it."""
    before: dict[str, list[str]] = {step: [] for step in steps}
    for one, other in onward:
        before[other].append(one)
    found: dict[str, int] = {}

    def place(step: str) -> int:
        if step not in found:
            found[step] = max((place(each) + 1 for each in before[step]), default=0)
        return found[step]

    for step in before:
        place(step)
    return found


def _rows(layer: Mapping[str, int], onward: Iterable[tuple[str, str]]) -> list[list[Spot]]:
    rows: list[list[Spot]] = [[] for _ in range(max(layer.values()) + 1)]
    for step, number in layer.items():
        rows[number].append((step, step, 0))
    for one, other in sorted(onward):
        for number in range(layer[one] + 1, layer[other]):
            rows[number].append((one, other, number))
    return rows


def _neighbours(
    onward: set[tuple[str, str]], layer: Mapping[str, int]
) -> tuple[dict[Spot, list[Spot]], dict[Spot, list[Spot]]]:
    """What each spot hangs from, and what hangs from it."""
    above: dict[Spot, list[Spot]] = {}
    below: dict[Spot, list[Spot]] = {}
    for one, other in sorted(onward):
        for upper, lower in pairwise(_way(one, other, layer)):
            above.setdefault(lower, []).append(upper)
            below.setdefault(upper, []).append(lower)
    return above, below


def _ordered(
    rows: list[list[Spot]], above: Mapping[Spot, list[Spot]], below: Mapping[Spot, list[Spot]]
) -> list[list[Spot]]:
    """Every row in the order of the middle of what its spots hang from, then of what hangs from them, some times."""
    for sweep in range(SWEEPS):
        near, order = (above, range(1, len(rows))) if sweep % 2 == 0 else (below, range(len(rows) - 2, -1, -1))
        for number in order:
            beside = rows[number - 1 if sweep % 2 == 0 else number + 1]
            rows[number] = _sorted(rows[number], beside, near)
    return rows


def _sorted(row: list[Spot], beside: list[Spot], near: Mapping[Spot, list[Spot]]) -> list[Spot]:
    place = {spot: (number + 0.5) / len(beside) for number, spot in enumerate(beside)}

    def middle(numbered: tuple[int, Spot]) -> float:
        number, spot = numbered
        tied = [place[each] for each in near.get(spot, ())]
        return sum(tied) / len(tied) if tied else (number + 0.5) / len(row)

    return [spot for _, spot in sorted(enumerate(row), key=middle)]


def _way(one: str, other: str, layer: Mapping[str, int]) -> list[Spot]:
    """The spots an arrow down passes: its start, one in each layer between, its end."""
    between = [(one, other, number) for number in range(layer[one] + 1, layer[other])]
    return [(one, one, 0), *between, (other, other, 0)]


def _is_step(spot: Spot) -> bool:
    return spot[0] == spot[1]


def _size(spot: Spot) -> tuple[int, int]:
    return BOX if _is_step(spot) else LINE


def _centres(rows: Sequence[Sequence[Spot]], above: Mapping[Spot, list[Spot]]) -> Mapping[Spot, float]:
    """The middle of each spot across: under what it hangs from, or as far to the right of that as its neighbours need.

    So the beginning stands on the left, where whoever opens a wide drawing sees it first.
    """
    centres: dict[Spot, float] = {}
    for row in rows:
        edge = 0.0
        for spot in row:
            half, over = _size(spot)[0] / 2, [centres[each] for each in above.get(spot, ())]
            wanted = sum(over) / len(over) if over else 0.0
            centres[spot] = max(wanted, edge + half)
            edge = centres[spot] + half + ACROSS
    return centres


def _points(
    one: str, other: str, centre: Mapping[Spot, float], layer: Mapping[str, int], top: Mapping[int, float]
) -> tuple[tuple[float, float], ...]:
    """From the foot of one box to the head of the other; an arrow back goes up along the right of both."""
    start = (centre[one, one, 0], top[layer[one]] + BOX[1])
    end = (centre[other, other, 0], top[layer[other]])
    if layer[other] <= layer[one]:
        side = max(start[0], end[0]) + BOX[0] / 2 + ACROSS / 2
        return (start, (side, start[1] + DOWN / 3), (side, end[1] - DOWN / 3), end)
    bends = []
    for spot in _way(one, other, layer)[1:-1]:
        bends += [(centre[spot], top[spot[2]]), (centre[spot], top[spot[2]] + LINE[1])]
    return (start, *bends, end)
