"""What somebody can work out who has every published figure: for each one, the least and the most it can truly be.

Two linear programs for each figure, over all that is known together: all tables, filters and months, and how far off
they may be. The attacker knows the method, the bound and every combination of codes that may occur; not the secret.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import ceil, floor

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import LinearConstraint, milp
from scipy.sparse import csr_array

from directory.protection.cube import BASE, Cell, Cube
from directory.protection.release import Release, financial_year

TOLERANCE = 1e-6
"""Of the solver: a bound so near to a whole number is that number."""


@dataclass(frozen=True)
class Known:
    """That the unknown counts at these places add up to something from `least` to `most`."""

    places: tuple[int, ...]
    least: float
    most: float


@dataclass(frozen=True)
class Found:
    """What a figure can be, both ends included."""

    least: int
    most: int

    @property
    def values(self) -> int:
        """How many whole numbers it can be: 1 means that it is found out."""
        return self.most - self.least + 1


class Attacker:
    """`unknowns`: how many counts there are to find, each 0 or more."""

    def __init__(self, unknowns: int, known: Sequence[Known]) -> None:
        starts = np.cumsum([0, *(len(each.places) for each in known)])
        flat = np.array([place for each in known for place in each.places], dtype=np.int64)
        matrix = csr_array((np.ones(len(flat)), flat, starts), shape=(len(known), unknowns))
        self._unknowns = unknowns
        self._known = LinearConstraint(matrix, [each.least for each in known], [each.most for each in known])

    def find(self, places: Sequence[int]) -> Found:
        """What the sum of these counts can be. Raises ValueError where what is known cannot all be true."""
        wanted = np.zeros(self._unknowns)
        wanted[list(places)] = 1
        return Found(ceil(self._least(wanted) - TOLERANCE), floor(-self._least(-wanted) + TOLERANCE))

    def _least(self, wanted: NDArray[np.float64]) -> float:
        result = milp(wanted, constraints=self._known)
        if result.x is None:
            raise ValueError(f"what is known cannot all be true: {result.message}")
        return float(result.fun)


@dataclass(frozen=True)
class Published:
    """All that releases say of these cells. The count of a cell in a month is at `month * len(cells) + cell`."""

    cube: Cube
    releases: Sequence[Release]
    cells: Sequence[Cell]

    @property
    def unknowns(self) -> int:
        """How many counts there are to find."""
        return len(self.releases) * len(self.cells)

    def known(self) -> Iterator[Known]:
        """Every cell, and every published figure of each month and of its financial year so far."""
        for number, release in enumerate(self.releases):
            for place, cell in enumerate(self.cells):
                yield _around((number * len(self.cells) + place,), release.cells.get(cell, 0), BASE - 1)
        for places, figure, bound in self.figures():
            yield _around(places, figure, bound)

    def figures(self) -> Iterator[tuple[tuple[int, ...], int, int]]:
        """The places of every published figure, the figure and its bound: of each month, then of its year so far."""
        members = list(self.cube.members(self.cells).values())
        for number, release in enumerate(self.releases):
            year = financial_year(release.month)
            first = next(at for at, each in enumerate(self.releases) if financial_year(each.month) == year)
            for start in sorted({first, number}):
                for places in members:
                    months = range(start, number + 1)
                    at = tuple(month * len(self.cells) + place for month in months for place in places)
                    yield at, self._sum(places, months), release.bound

    def _sum(self, places: Sequence[int], months: Sequence[int]) -> int:
        return sum(self.releases[month].cells.get(self.cells[place], 0) for month in months for place in places)


def attacker(published: Published) -> Attacker:
    """Who has read all of it."""
    return Attacker(published.unknowns, list(published.known()))


def suppressed(shown: int | str, places: Sequence[int]) -> Known:
    """What NHS England's rule says of a figure: 0 is none, `*` is 1 to 7, all else is to the nearest 5."""
    if shown == "*":
        return Known(tuple(places), 1, 7)
    count = int(shown)
    return Known(tuple(places), *((0, 0) if count == 0 else (count - 2, count + 2)))


def _around(places: tuple[int, ...], figure: int, bound: int) -> Known:
    return Known(places, max(0, figure - bound), figure + bound)
