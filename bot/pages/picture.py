"""The week of the drink diary as bars for a small picture, 7 columns of 40 by 120 in units of its own."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

COLUMN, BAR, TALLEST, FLOOR = 40, 26, 80, 100
LEAST_TOP = Decimal(7)
"""Units that fill the picture at least, so that a small week looks small."""


@dataclass(frozen=True)
class Bar:
    """One day: its short name, its units in words (nothing where none were noted), and where the bar stands."""

    day: str
    units: str
    x: int
    y: int
    height: int

    @property
    def middle(self) -> int:
        return self.x + BAR // 2


def week_bars(diary: Mapping[str, str], days: Mapping[str, str]) -> Sequence[Bar]:
    """A bar for each of `days` (value -> name, in order); none where nothing was noted in the whole week."""
    if not diary:
        return ()
    top = max(LEAST_TOP, *(Decimal(units) for units in diary.values()))
    return [_bar(place, name, diary.get(day), top) for place, (day, name) in enumerate(days.items())]


def _bar(place: int, name: str, units: str | None, top: Decimal) -> Bar:
    height = int(Decimal(units or 0) / top * TALLEST)
    said = "" if units is None else f"{round(Decimal(units), 1):f}".removesuffix(".0")
    return Bar(name[:3], said, place * COLUMN + (COLUMN - BAR) // 2, FLOOR - height, height)
