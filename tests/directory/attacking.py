"""What somebody can work out who has every published figure: for each one, the least and the most it can truly be.

Two linear programs for each figure, over all that is known together: all tables, filters and months, and how far off
they may be. The attacker knows the method, the bound and every combination of codes that may occur; not the secret.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from math import ceil, floor

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linprog
from scipy.sparse import csr_array, vstack

from directory.protection.cube import BASE, Cell, Cube
from directory.protection.release import Release, financial_year

TOLERANCE = 1e-6
"""Of the solver: a bound so near to a whole number is that number."""

MANY = 1000
"""Unknowns from which the interior-point method is faster than the simplex: on a year of Kent, five times."""


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
        self._sums = vstack([matrix, -matrix], format="csr")
        self._most = np.array([*(each.most for each in known), *(-each.least for each in known)])

    def find(self, places: Sequence[int]) -> Found:
        """What the sum of these counts can be. Raises ValueError where what is known cannot all be true."""
        wanted = np.zeros(self._unknowns)
        wanted[list(places)] = 1
        return Found(ceil(self._least(wanted) - TOLERANCE), floor(-self._least(-wanted) + TOLERANCE))

    def _least(self, wanted: NDArray[np.float64]) -> float:
        method = "highs-ds" if self._unknowns < MANY else "highs-ipm"
        result = linprog(wanted, A_ub=self._sums, b_ub=self._most, method=method)
        if result.x is None:
            raise ValueError(f"what is known cannot all be true: {result.message}")
        return float(result.fun)


@dataclass(frozen=True)
class Figure:
    """A published figure: the places of what it adds up, the figure and how far off it may be."""

    places: tuple[int, ...]
    shown: int
    bound: int


@dataclass(frozen=True)
class Published:
    """All that releases of months in order say of some cells: `cells` has those of each month that may hold anybody.

    The counts to find are those of the cells, month after month.
    """

    cube: Cube
    releases: Sequence[Release]
    cells: Sequence[Sequence[Cell]]

    @cached_property
    def counts(self) -> Sequence[tuple[int, Cell]]:
        """The month, from 0, and the cell of every count to find."""
        return [(number, cell) for number, cells in enumerate(self.cells) for cell in cells]

    def known(self) -> Iterator[Known]:
        """How far off every cell and every published figure may be."""
        for place, (number, cell) in enumerate(self.counts):
            yield _around((place,), self.releases[number].cells.get(cell, 0), BASE - 1)
        for figure in self.figures():
            yield _around(figure.places, figure.shown, figure.bound)

    def figures(self) -> Iterator[Figure]:
        """Every published figure that is not of the same cells as another: of each month, then of its year so far."""
        members = self.cube.members([cell for _, cell in self.counts]).values()
        seen: set[tuple[int, ...]] = set()
        for (first, last), places in product(self._spans(), members):
            at = tuple(place for place in places if first <= self.counts[place][0] <= last)
            if at and at not in seen:
                seen.add(at)
                yield Figure(at, sum(map(self._shown, at)), self.releases[last].bound)

    def _spans(self) -> Iterator[tuple[int, int]]:
        """The first and last month of each month and of each year so far."""
        years = [financial_year(release.month) for release in self.releases]
        for number, year in enumerate(years):
            yield number, number
            yield years.index(year), number

    def _shown(self, place: int) -> int:
        number, cell = self.counts[place]
        return self.releases[number].cells.get(cell, 0)


def attacker(published: Published) -> Attacker:
    """Who has read all of it."""
    return Attacker(len(published.counts), list(published.known()))


def suppressed(shown: int | str, places: Sequence[int]) -> Known:
    """What NHS England's rule says of a figure: 0 is none, `*` is 1 to 7, all else is to the nearest 5."""
    if shown == "*":
        return Known(tuple(places), 1, 7)
    count = int(shown)
    return Known(tuple(places), *((0, 0) if count == 0 else (count - 2, count + 2)))


def _around(places: tuple[int, ...], figure: int, bound: int) -> Known:
    return Known(places, max(0, figure - bound), figure + bound)
