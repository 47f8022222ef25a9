"""The figures of EBI sessions that supervisors see: of the last four closed quarters, from releases alone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from sqlalchemy.ext.asyncio import AsyncEngine

from directory.ebi import EBI_KEYS
from directory.protection import kept
from directory.protection.cube import CODE
from directory.protection.cubes import load_cubes
from directory.protection.release import Release
from directory.protection.views import view
from directory.reports.periods import MONTHS_IN_QUARTER, Period, quarter_of

CUBE = "ebi"
FIDELITY = "fidelity"
QUARTERS_SHOWN = 4


@dataclass(frozen=True)
class Split:
    """Sessions, and how many of them had which value: protected counts, each within `bound` of the true one."""

    sessions: int
    parts: Mapping[str, int]
    bound: int

    def of(self, value: str) -> int:
        """How many had this value."""
        return self.parts.get(value, 0)


@dataclass(frozen=True)
class EbiFigures:
    """By quarter the coverage, the newest first; and for all of them, by each column of the record."""

    quarters: Mapping[str, Split]
    all: Mapping[str, Split]


async def ebi_figures(engine: AsyncEngine) -> EbiFigures:
    """What supervisors may see: nothing before a whole quarter was closed."""
    closed = await kept.closed_months(engine, CUBE)
    quarters = _whole_quarters(closed)[-QUARTERS_SHOWN:]
    found = await kept.releases(engine, CUBE, [month for quarter in quarters for month in quarter.months])
    return figures_of(quarters, found)


def figures_of(quarters: Sequence[Period], releases: Sequence[Release]) -> EbiFigures:
    """The figures of these quarters, of which there is every release."""
    if not quarters:
        return EbiFigures({}, {})
    by_quarter = {
        quarter.title: _split([each for each in releases if each.month in quarter.months], FIDELITY)
        for quarter in reversed(quarters)
    }
    return EbiFigures(by_quarter, {key: _split(releases, key) for key in EBI_KEYS})


def _whole_quarters(closed: Sequence[str]) -> list[Period]:
    """The quarters of which every month is closed, up to the newest and without a gap."""
    named = [(name, list(months)) for name, months in groupby(closed, key=quarter_of)]
    return [Period.named(name) for name, months in named if len(months) == MONTHS_IN_QUARTER]


def _split(releases: Sequence[Release], key: str) -> Split:
    found = view(load_cubes()[CUBE], releases, [(key, CODE)])
    return Split(sum(found.rows.values()), {value: count for (value,), count in found.rows.items()}, found.bound)
