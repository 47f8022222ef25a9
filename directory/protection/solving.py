"""The search for a rounding within a bound, the same for the same seed on every machine that counts alike.

From a start by chance, single counts are turned up or down, the best turn first, until no figure is too far off. Where
that gets stuck, a mixed-integer linear program finds the turns of the counts around the figures that still are: solved
by HiGHS through SciPy, stopped after a number of nodes, never by the clock.
"""

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csc_array, csr_array

from directory.protection.cube import BASE, MarginCell

NEAR = 4
"""An error up to this is as good as none: to prefer smaller ones would tell more of what a figure was."""
TOO_FAR = 50.0
"""What a unit of error beyond the bound weighs, beside one beyond `NEAR`; both squared."""
CHANCE = 2.0
"""What going up weighs by chance, from -2 to 2: less the larger what is rounded away is."""
LOOKED_AT = 1500
"""Counts that are compared at a time. Where there are more, these are drawn anew for each round."""
TURNS, TURNS_EACH = 4000, 20
"""Turns of the last round, at most, in all and for each count."""
SHORT, SHORTS = 100, 2
"""Turns of each round before the last, and how often, about, each count is drawn for them."""
REST = (5, 15)
"""For so many turns a count that was turned is left alone."""
WINDOWS, FAILED, WINDOW = 30, 10, 120
"""Programs solved before a bound is given up, those that brought nothing, and the counts that one may turn."""
NODES, GAP = 50, 0.5
"""Of a program: nodes searched, and how far from the best its answer may be. Any answer will do."""

Ints = NDArray[np.int64]
Bits = NDArray[np.bool_]
Floats = NDArray[np.float64]


class Problem:
    """Which of `counts` (each above 0) go up to the next multiple of 5, the others going down; multiples stay.

    `members`: every published figure -> the places of its counts. `drift`: its error in the year so far.
    """

    def __init__(
        self,
        counts: Sequence[int],
        members: Mapping[MarginCell, Sequence[int]],
        drift: Mapping[MarginCell, int],
        seed: int,
    ) -> None:
        true = np.array(counts, dtype=np.int64)
        self._over = true % BASE
        self._free = self._over != 0
        self._seed = seed
        places, self._drift, self._weight = _distinct(members, drift, self._free)
        starts = np.cumsum([0, *(len(row) for row in places)])
        ones = np.ones(int(starts[-1]), dtype=np.int64)
        flat = np.array([place for row in places for place in row], dtype=np.int64)
        self._figures = csr_array((ones, flat, starts), shape=(len(places), len(true)))
        self._counts = csr_array(self._figures.T)
        self._columns = csc_array(self._figures)
        self._down = self._figures @ -self._over

    def solve(self, bounds: Iterable[int]) -> tuple[int, Bits]:
        """The first of `bounds` for which a way is found to keep every figure within it, and which counts go up.

        Each bound is tried from where the one before it ended. There must be one that is wide enough.
        """
        rng = np.random.default_rng(self._seed)
        # Where nothing else matters, 1 goes up one time in five and 4 four times: no figure is too high on average.
        chance = CHANCE * (rng.random(len(self._over)) - self._over / BASE)
        up: Bits = chance < 0
        for rung, bound in enumerate(bounds):
            up = self._search(up, bound, chance, rng, rough=rung == 0)
            up = self._mend(up, bound, chance, rng)
            if not self._beyond(up, bound).any():
                return bound, up
        raise ValueError("no bound was wide enough")

    def _mend(self, up: Bits, bound: int, chance: Floats, rng: np.random.Generator) -> Bits:
        """Windows around the figures that are too far off, until none is, or `FAILED` in a row bring nothing."""
        failed = 0
        for _ in range(WINDOWS):
            far = self._beyond(up, bound)
            if failed == FAILED or not far.any():
                break
            mended = self._repair(up, bound, far, chance, rng)
            failed = 0 if self._beyond(mended, bound).sum() < far.sum() else failed + 1
            up = mended
        return up

    def _errors(self, up: Bits) -> Ints:
        """Of this month, for every figure."""
        errors: Ints = self._down + BASE * (self._figures @ up.astype(np.int64))
        return errors

    def _beyond(self, up: Bits, bound: int) -> Bits:
        errors = self._errors(up)
        far: Bits = np.maximum(np.abs(errors), np.abs(errors + self._drift)) > bound
        return far

    def _price(self, errors: Ints, bound: int) -> Floats:
        """What the errors of the figures cost, in the month and in the year."""
        cost = np.zeros(len(errors))
        for size in (np.abs(errors), np.abs(errors + self._drift)):
            cost += np.maximum(0, size - NEAR) ** 2 + TOO_FAR * np.maximum(0, size - bound) ** 2
        return cost * self._weight

    def _search(self, up: Bits, bound: int, chance: Floats, rng: np.random.Generator, rough: bool) -> Bits:
        """A long round of turns; where there are many counts, among some drawn by chance. `rough`: after short ones."""
        free = np.flatnonzero(self._free)
        if len(free) <= LOOKED_AT:
            return self._round(up, bound, chance, rng, free, min(TURNS, TURNS_EACH * len(free)))
        shorts = [SHORT] * (SHORTS * len(free) // LOOKED_AT if rough else 0)
        for turns in (*shorts, TURNS):
            up = self._round(up, bound, chance, rng, np.sort(rng.choice(free, LOOKED_AT, replace=False)), turns)
        return up

    def _round(self, up: Bits, bound: int, chance: Floats, rng: np.random.Generator, among: Ints, turns: int) -> Bits:
        """Turns the count whose turn costs least, even if that is more than before, and returns the best found."""
        best, errors = up.copy(), self._errors(up)
        figures, columns, chance, up = self._counts[among], self._columns[:, among], chance[among], up[among]
        cost = least = 0.0
        ready = np.zeros(len(among), dtype=np.int64)
        for turn in range(turns):
            now = self._price(errors, bound)
            raised = figures @ (self._price(errors + BASE, bound) - now) + chance
            lowered = figures @ (self._price(errors - BASE, bound) - now) - chance
            change = np.where(up, lowered, raised)
            may = (ready <= turn) | (cost + change < least - 1)
            chosen = int(np.argmin(np.where(may, change, np.inf)))
            start, end = columns.indptr[chosen : chosen + 2]
            errors[columns.indices[start:end]] += -BASE if up[chosen] else BASE
            up[chosen] = not up[chosen]
            cost += float(change[chosen])
            ready[chosen] = turn + int(rng.integers(*REST))
            if cost < least:
                best[among], least = up, cost
        return best

    def _repair(self, up: Bits, bound: int, far: Bits, chance: Floats, rng: np.random.Generator) -> Bits:
        """Solves the turns of a window of counts, so that nothing they touch is beyond the bound; else leaves them."""
        window = self._window(far, rng)
        fixed = up.copy()
        fixed[window] = False
        part = self._figures[:, window]
        touched = np.flatnonzero(np.diff(part.indptr))
        errors, drift = self._errors(fixed)[touched], self._drift[touched]
        least = -((np.maximum(-bound, -bound - drift) - errors) // -BASE)
        most = (np.minimum(bound, bound - drift) - errors) // BASE
        if (least > most).any():
            return up
        result = milp(
            chance[window],
            integrality=np.ones(len(window)),
            bounds=Bounds(0, 1),
            constraints=LinearConstraint(part[touched], least, most),
            options={"node_limit": NODES, "mip_rel_gap": GAP},
        )
        if result.x is None:
            return up
        fixed[window] = result.x > 1 / 2
        return fixed

    def _window(self, far: Bits, rng: np.random.Generator) -> Ints:
        """Counts that may turn, up to `WINDOW`: of the figures too far off first, then by chance."""
        near_it = (self._counts @ far.astype(np.int64)) > 0
        order = rng.permutation(len(self._free))
        order = order[np.argsort(~near_it[order], kind="stable")]
        half = order[self._free[order]]
        return np.sort(half[:WINDOW])


def _distinct(
    members: Mapping[MarginCell, Sequence[int]], drift: Mapping[MarginCell, int], free: Bits
) -> tuple[list[tuple[int, ...]], Ints, Ints]:
    """The figures that can change, without repeats: the places of their free counts, their drift, how often each is."""
    found: dict[tuple[tuple[int, ...], int], int] = {}
    for margin, places in members.items():
        changing = tuple(place for place in places if free[place])
        if changing:
            key = (changing, drift.get(margin, 0))
            found[key] = found.get(key, 0) + 1
    drifts = np.array([key[1] for key in found], dtype=np.int64)
    return [key[0] for key in found], drifts, np.array(list(found.values()), dtype=np.int64)
