"""The search for a rounding: a mixed-integer linear program, solved by HiGHS through SciPy."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array

from directory.protection.cube import MarginCell
from directory.protection.rounding import BASE, GAP, NODES


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
        self._free = true % BASE != 0
        down = true // BASE * BASE - true
        self._cost = np.random.default_rng(seed).uniform(-1, 1, len(true))
        self._rows = [np.array(places, dtype=np.int64) for places in members.values()]
        self._low = np.array([down[places].sum() for places in self._rows], dtype=np.int64)
        self._drift = np.array([drift.get(margin, 0) for margin in members], dtype=np.int64)

    def solve(self, bound: int) -> NDArray[np.bool_] | None:
        """Which counts go up so that no figure's error is beyond `bound`; None where no way was found."""
        if not self._free.any():
            return self._free
        least = -((np.maximum(-bound, -bound - self._drift) - self._low) // -BASE)
        most = (np.minimum(bound, bound - self._drift) - self._low) // BASE
        result = milp(
            self._cost,
            integrality=np.ones(len(self._cost)),
            bounds=Bounds(0, self._free.astype(float)),
            constraints=LinearConstraint(self._matrix(), least, most),
            options={"node_limit": NODES, "mip_rel_gap": GAP},
        )
        return None if result.x is None else result.x > 1 / 2

    def _matrix(self) -> csr_array:
        starts = np.cumsum([0, *(len(row) for row in self._rows)])
        places = np.concatenate(self._rows)
        return csr_array((np.ones(len(places)), places, starts), shape=(len(self._rows), len(self._cost)))
