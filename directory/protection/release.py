"""A closed month of one cube as it is published, for ever: protected counts, and the hash of the release before it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from hashlib import sha256
from itertools import pairwise

from directory.protection.cube import Cell, Cube, MarginCell, canonical
from directory.protection.rounding import VERSION, protect

FIRST = ""
"""What stands for the release before the first."""
APRIL = "04"


class BrokenChain(Exception):
    """Releases that are not what was published, or not all of it. Says which."""


@dataclass(frozen=True)
class Release:
    """`cells` holds the protected counts above 0: a cell that is not there is published as 0, like every empty one.

    `month` as `2026-09`. `bound`: every published figure of the month, and of its financial year up to it, is within so
    much of the true one. `margins`: the fingerprint of the list of margins. `version`: of the method. `previous`: the
    digest of the cube's release before this one.
    """

    cube: str
    month: str
    bound: int
    cells: Mapping[Cell, int]
    margins: str
    version: str
    previous: str
    digest: str
    closed_on: date


@dataclass(frozen=True)
class Closed:
    """A release, and the drift to keep for the next one: true counts can be read off it, so it is never published."""

    release: Release
    drift: Mapping[MarginCell, int]


def close(
    cube: Cube,
    month: str,
    counts: Mapping[Cell, int],
    before: Release | None,
    drift: Mapping[MarginCell, int],
    secret: bytes,
    closed_on: date,
) -> Closed:
    """The release of a month from its true counts. The same in, the same out.

    `before`: the release of the last month closed, and `drift` what was kept with it; a month of another financial year
    begins with none. The bound never falls within a year, so that the largest of a run of months holds for the run.
    Raises ValueError for a month that is not after the last: a second rounding of a month would narrow the first.
    """
    if before is not None and month <= before.month:
        raise ValueError(f"{cube.name}: {month} cannot be closed after {before.month}; closed months stay as they are")
    same_year = before is not None and financial_year(before.month) == financial_year(month)
    least = before.bound if before is not None and same_year else 0
    protected = protect(cube, counts, drift if same_year else {}, secret, month, least)
    release = Release(
        cube=cube.name,
        month=month,
        bound=protected.bound,
        cells=protected.cells,
        margins=cube.fingerprint,
        version=VERSION,
        previous=FIRST if before is None else before.digest,
        digest="",
        closed_on=closed_on,
    )
    return Closed(replace(release, digest=digest_of(release)), protected.drift)


def digest_of(release: Release) -> str:
    """SHA-256, in hexadecimal, of everything in a release but its digest."""
    document = {
        "cube": release.cube,
        "month": release.month,
        "bound": release.bound,
        "cells": sorted([*cell, count] for cell, count in release.cells.items()),
        "margins": release.margins,
        "version": release.version,
        "previous": release.previous,
        "closed_on": release.closed_on.isoformat(),
    }
    return sha256(canonical(document)).hexdigest()


def check_chain(releases: Sequence[Release]) -> None:
    """Raises BrokenChain unless these are all the releases of a cube from its first, in order and unchanged."""
    for release in releases:
        if release.digest != digest_of(release):
            raise BrokenChain(f"{release.cube}, {release.month}: is not what was published; restore it from a backup")
    if releases and releases[0].previous != FIRST:
        raise BrokenChain(f"{releases[0].cube}, {releases[0].month}: the release before it is missing; restore it")
    for before, after in pairwise(releases):
        if after.previous != before.digest:
            raise BrokenChain(f"{after.cube}, {after.month}: does not follow {before.month}; restore what is missing")


def financial_year(month: str) -> int:
    """The year in which the financial year of a month began: 2026 for `2026-04` and for `2027-03`."""
    return int(month[:4]) - (month[5:] < APRIL)
