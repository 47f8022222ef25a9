"""Cubes and months of counts to protect: small ones drawn at random, and ones of Kent's shape and size."""

import random
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date

from hypothesis import strategies as st

from directory.protection.cube import CODE, Cell, Cube, Dimension, Level, Margin
from directory.protection.cubes import load_cubes
from directory.protection.release import Closed, close

SECRET = b"a secret made up for tests, 32 b"
YEAR = (*(f"2026-{month:02}" for month in range(4, 13)), "2027-01", "2027-02", "2027-03")
CLOSED_ON = date(2027, 4, 2)

# Thousands of people, about (Census 2021; Swanley of Sevenoaks apart). The other shares are made up.
KENT: Mapping[str, Mapping[str, float]] = {
    "area": {
        "E07000105": 133, "E07000106": 157, "E07000107": 117, "E07000108": 116, "E07000109": 107, "E07000110": 176,
        "E07000111": 100, "E07000111-swanley": 20, "E07000112": 110, "E07000113": 152, "E07000114": 141,
        "E07000115": 132, "E07000116": 115, "E06000035": 30, "outside": 15, "unknown": 120,
    },
    "age_band": {
        "13_15": 1, "16_17": 2, "18_24": 10, "25_29": 12, "30_39": 27, "40_49": 24, "50_64": 17, "65_plus": 4,
        "declined": 4,
    },
    "audience": {"me": 60, "family": 15, "gp": 8, "probation": 7, "oneyou": 4, "police": 2, "any_professional": 6},
    "substance": {"alcohol": 50, "drugs": 28, "alcohol+drugs": 15, "unknown": 7},
    "need": {
        "alcohol": 40, "drugs": 22, "alcohol+drugs": 8, "detox": 5, "rehab": 5, "needles": 5, "after": 5, "mental": 3,
        "family": 4, "housing": 2, "atr": 3, "detox+housing": 5, "ebi": 3,
    },
    "band": {
        "not_screened": 35, "low": 8, "increasing": 17, "higher": 15, "possible_dependence": 20, "probable_problems": 5,
    },
    "service_type": {
        "treatment_service": 55, "pathway": 20, "programme": 4, "digital_tool": 8, "peer_group": 3, "mutual_aid": 4,
        "wellbeing_service": 3, "family_service": 2, "helpline": 1,
    },
    "channel": {"web": 57, "telegram": 43},
    "contact_preference": {"not_asked": 1},
    "outcome": {"signposted": 1},
}  # fmt: skip


def kent_month(cube: Cube, referrals: int, chance: random.Random) -> Counter[Cell]:
    """So many referrals, each column by itself."""
    drawn = {name: chance.choices(list(of), list(of.values()), k=referrals) for name, of in KENT.items()}
    return Counter(cube.cell({name: drawn[name][each] for name in cube.names}) for each in range(referrals))


def kent_year(referrals: int, seed: int) -> tuple[Cube, list[Counter[Cell]]]:
    """The shipped cube of referrals and twelve months of it."""
    cube, chance = load_cubes()["referrals"], random.Random(seed)
    return cube, [kent_month(cube, referrals, chance) for _ in YEAR]


def close_all(cube: Cube, months: Sequence[Mapping[Cell, int]], secret: bytes = SECRET) -> list[Closed]:
    """The months from April on, closed one after the other."""
    closed: list[Closed] = []
    for month, counts in zip(YEAR, months, strict=False):
        before, drift = (closed[-1].release, closed[-1].drift) if closed else (None, {})
        closed.append(close(cube, month, counts, before, drift, secret, CLOSED_ON))
    return closed


def nhs(count: int) -> int | str:
    """NHS England's rule for hospital statistics below national level: 1 to 7 hidden, all else to the nearest 5."""
    return "*" if 0 < count < 8 else 5 * ((count + 2) // 5)


@st.composite
def cubes(draw: st.DrawFn) -> Cube:
    """Two or three dimensions of a few codes, most with a level above, and some margins of them."""
    dimensions = tuple(draw(_dimension(name)) for name in draw(st.sampled_from(["ab", "abc"])))
    parts = [[None, *((each.name, level) for level in each.all_levels)] for each in dimensions]
    margin = st.tuples(*(st.sampled_from(choices) for choices in parts))
    margins = draw(st.lists(margin.map(_margin), min_size=1, max_size=4))
    return Cube("random", dimensions, tuple(margins))


@st.composite
def years(draw: st.DrawFn, most_months: int = 12) -> tuple[Cube, list[Counter[Cell]]]:
    """A cube and some months of counts from April on: small ones, as well as empty and large ones."""
    cube = draw(cubes())
    cell = st.tuples(*(st.sampled_from(sorted(each.listed(CODE))) for each in cube.dimensions))
    number = st.one_of(st.integers(1, 4), st.integers(1, 60))
    month = st.dictionaries(cell, number, max_size=8).map(Counter)
    return cube, draw(st.lists(month, min_size=1, max_size=most_months))


@st.composite
def _dimension(draw: st.DrawFn, name: str) -> Dimension:
    codes = [f"{name}{number}" for number in range(draw(st.integers(1, 4)))]
    groups = {code: draw(st.sampled_from(["odd", "even"])) for code in codes}
    return Dimension(name, {"group": Level(groups)}, {})


def _margin(parts: tuple[tuple[str, str] | None, ...]) -> Margin:
    return tuple(part for part in parts if part)
