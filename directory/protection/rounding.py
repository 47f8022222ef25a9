"""Cumulative controlled rounding to base 5 (CCR5): a month of counts, rounded at once.

Every count of the finest cells goes to a multiple of 5 next to it, so that everything made of them adds up. Which way
each one goes is chosen so that no published figure is further than a bound from the true one, neither in this month nor
in its financial year so far; and among those ways by chance, from a secret.
"""

import hmac
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import chain, count
from typing import Any

from directory.protection.cube import BASE, Cell, Cube, MarginCell

VERSION = "ccr5/1"
LADDER = (6, 7, 9, 12, 15)
"""Bounds to try in turn; the first that can be kept is published."""
STEP = 5
"""From one bound to the next beyond the ladder."""


@dataclass(frozen=True)
class Protected:
    """`cells`: the protected counts above 0. `drift`: for each published figure that has one, the error of the year."""

    cells: Mapping[Cell, int]
    bound: int
    drift: Mapping[MarginCell, int]


def protect(
    cube: Cube,
    counts: Mapping[Cell, int],
    drift: Mapping[MarginCell, int],
    secret: bytes,
    month: str,
    least: int = 0,
) -> Protected:
    """Rounds the true `counts` of a month. `drift`: the error of the financial year before it.

    `least`: the bound of the month before in the financial year, which this one's is not below.
    """
    from directory.protection.solving import Problem  # noqa: PLC0415 - SciPy is heavy, and only a close needs it

    cells = sorted(cell for cell, number in counts.items() if number)
    members = cube.members(cells)
    problem = Problem([counts[cell] for cell in cells], members, drift, _seed(cube, secret, month))
    bound, up = problem.solve(_bounds(least))
    rounded = [counts[cell] // BASE * BASE + BASE * int(goes_up) for cell, goes_up in zip(cells, up, strict=True)]
    errors = [after - counts[cell] for cell, after in zip(cells, rounded, strict=True)]
    return Protected(
        {cell: after for cell, after in zip(cells, rounded, strict=True) if after},
        bound,
        dict(_drifted(drift, members, errors)),
    )


def _bounds(least: int) -> Iterator[int]:
    rungs = chain(LADDER, count(LADDER[-1] + STEP, STEP))
    return (rung for rung in rungs if rung >= least)


def _seed(cube: Cube, secret: bytes, month: str) -> int:
    said = f"ccr5|{month}|{cube.fingerprint}".encode()
    return int.from_bytes(hmac.digest(secret, said, "sha256"))


def _drifted(
    drift: Mapping[MarginCell, int], members: Mapping[MarginCell, Any], errors: list[int]
) -> Iterator[tuple[MarginCell, int]]:
    for margin in sorted({*drift, *members}):
        after = drift.get(margin, 0) + sum(errors[place] for place in members.get(margin, ()))
        if after:
            yield margin, after
