"""Tables made of releases: sums of protected counts, and how far from the true figures they may be."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise, product
from math import prod

from directory.protection.cube import CODE, Cell, Cube, Part
from directory.protection.release import APRIL, FIRST, Release, financial_year

LOW = "[low]"
"""In place of a percentage whose base is too small."""
HIDDEN = "[c]"
"""In place of a small figure, where the display of the NHS is asked for."""
FEWEST_FOR_PERCENTAGE = 50
LARGEST_HIDDEN = 9
MONTHS_IN_QUARTER, MONTHS_IN_YEAR = 3, 12

Where = Mapping[Part, Iterable[str]]
Key = tuple[str, ...]


class RefusedView(ValueError):
    """A table that is not published. Says why, and what to ask for instead."""


@dataclass(frozen=True)
class View:
    """`rows`: protected counts above 0, by their values; what is not there is 0. `bound`: how far off any may be."""

    rows: Mapping[Key, int]
    bound: int

    def of(self, *key: str) -> int:
        """The figure of a row."""
        return self.rows.get(key, 0)


def view(cube: Cube, releases: Sequence[Release], by: Sequence[Part], where: Where | None = None) -> View:
    """The sums of a run of months, one row for each combination of values of `by`, of what `where` lets through.

    Raises RefusedView for a table outside the margins of the cube, and for months that are not published together.
    """
    allowed = {part: frozenset(values) for part, values in (where or {}).items()}
    _check_parts(cube, [*by, *allowed])
    _check_months(cube, releases)
    table = _Table(cube, tuple(by), allowed)
    rows: dict[Key, int] = {}
    for release in releases:
        for cell, count in release.cells.items():
            if table.holds(cell):
                key = table.key(cell)
                rows[key] = rows.get(key, 0) + count
    return View(rows, run_bound(releases) * table.figures())


def too_few(cube: Cube, release: Release) -> bool:
    """Whether a month is given with its whole quarter only. By its protected total, so that it tells nothing more."""
    return sum(release.cells.values()) < cube.fewest


def run_bound(releases: Sequence[Release]) -> int:
    """How far the sum of a published figure over a run of months may be from the true one.

    One month: its bound E. From April on within a financial year: E, else 2 E. Across April: the sum of both years'. E
    does not fall within a year, so the last month's holds for all.
    """
    years: dict[int, list[Release]] = {}
    for release in releases:
        years.setdefault(financial_year(release.month), []).append(release)
    return sum(_year_bound(year) for year in years.values())


def _year_bound(run: Sequence[Release]) -> int:
    bound = max(release.bound for release in run)
    return bound if len(run) == 1 or run[0].month.endswith(APRIL) else 2 * bound


def percentage(part: int, whole: int) -> int | str:
    """Whole per cent of two protected counts; `[low]` where the base is too small to say."""
    return LOW if whole < FEWEST_FOR_PERCENTAGE else (200 * part + whole) // (2 * whole)


def shown(count: int, display: str = "") -> int | str:
    """A protected count as it is printed: as it is, or with `display="nhs"` `[c]` for 1 to 9."""
    return HIDDEN if display == "nhs" and 0 < count <= LARGEST_HIDDEN else count


def _check_parts(cube: Cube, parts: Iterable[Part]) -> None:
    for name, level in parts:
        if name not in cube.names:
            raise RefusedView(f"{cube.name} are not counted by {name}: use {', '.join(cube.names)}.")
        known = cube.dimension(name).all_levels
        if level not in known:
            raise RefusedView(f"{name} has no level {level}: use {', '.join(known)}.")


def _check_months(cube: Cube, releases: Sequence[Release]) -> None:
    if not releases:
        raise RefusedView("No closed month was asked for: choose months that are closed.")
    for release in releases:
        if release.cube != cube.name:
            raise RefusedView(f"The release of {release.month} is of {release.cube}, not of {cube.name}.")
        if release.margins != cube.fingerprint:
            raise RefusedView(f"{release.month} was published with another list of tables: ask for months after it.")
    for before, after in pairwise(releases):
        if _number(after.month) != _number(before.month) + 1:
            raise RefusedView(f"{after.month} does not follow {before.month}: ask for a run of closed months.")
    _check_quarters(cube, releases)


def _check_quarters(cube: Cube, releases: Sequence[Release]) -> None:
    asked = {release.month for release in releases}
    first = next((release.month for release in releases if release.previous == FIRST), "")
    for release in releases:
        quarter = [month for month in _quarter(release.month) if month >= first]
        if too_few(cube, release) and not asked.issuperset(quarter):
            raise RefusedView(
                f"{release.month} has fewer than {cube.fewest} records, so it is given with its whole quarter only: "
                f"ask for {quarter[0]} to {quarter[-1]} once they are closed."
            )


def _number(month: str) -> int:
    return int(month[:4]) * MONTHS_IN_YEAR + int(month[5:]) - 1


def _quarter(month: str) -> Sequence[str]:
    first = _number(month) // MONTHS_IN_QUARTER * MONTHS_IN_QUARTER
    years = (divmod(first + later, MONTHS_IN_YEAR) for later in range(MONTHS_IN_QUARTER))
    return [f"{year}-{month + 1:02}" for year, month in years]


class _Values(dict[str, str]):
    """Code -> its value at a level, each looked up once: a report asks for hundreds of thousands."""

    def __init__(self, cube: Cube, name: str, level: str) -> None:
        super().__init__()
        self._dimension, self._level = cube.dimension(name), level

    def __missing__(self, code: str) -> str:
        self[code] = value = self._dimension.at(self._level, code)
        return value


class _Table:
    """A table that is asked for: which cells count, in which row, and how many published figures make up a row."""

    def __init__(self, cube: Cube, by: tuple[Part, ...], where: Mapping[Part, frozenset[str]]) -> None:
        self._cube, self._by, self._where = cube, by, where
        self._atoms = self._published()
        self._columns = [(cube.names.index(name), _Values(cube, name, level)) for name, level in by]
        self._cuts = [
            (cube.names.index(name), _Values(cube, name, level), allowed) for (name, level), allowed in where.items()
        ]

    def holds(self, cell: Cell) -> bool:
        return all(values[cell[place]] in allowed for place, values, allowed in self._cuts)

    def key(self, cell: Cell) -> Key:
        return tuple([values[cell[place]] for place, values in self._columns])

    def figures(self) -> int:
        """How many published figures a row adds up, at most."""
        return prod(self._figures_of(name, level) for name, level in self._atoms.items())

    def _published(self) -> Mapping[str, str]:
        """The level of each dimension at which every row is a sum of published figures."""
        asked: dict[str, list[str]] = {}
        for name, level in (*self._by, *self._where):
            asked.setdefault(name, []).append(level)
        choices = [self._levels(name, levels) for name, levels in asked.items()]
        for chosen in product(*choices):
            atoms = dict(zip(asked, chosen, strict=True))
            if self._cube.margin(atoms) in self._cube.published:
                return atoms
        raise RefusedView(_outside(self._cube, asked))

    def _levels(self, name: str, levels: Sequence[str]) -> Sequence[str]:
        """The levels fine enough for all of these, the widest first."""
        dimension = self._cube.dimension(name)
        fine = [each for each in dimension.all_levels if all(dimension.finer(each, level) for level in levels)]
        return sorted(fine, key=lambda each: sum(dimension.finer(other, each) for other in fine), reverse=True)

    def _figures_of(self, name: str, level: str) -> int:
        """How many values of a dimension, at this level, a row adds up at most."""
        if (name, level) in self._by:
            return 1
        rows = [part for part in self._by if part[0] == name]
        cuts = {part: values for part, values in self._where.items() if part[0] == name}
        if list(cuts) == [(name, level)]:
            return len(cuts[name, level])
        dimension = self._cube.dimension(name)
        added: dict[Key, set[str]] = {}
        for code in dimension.listed(CODE):
            if all(dimension.at(cut, code) in values for (_, cut), values in cuts.items()):
                added.setdefault(tuple(dimension.at(row, code) for _, row in rows), set()).add(
                    dimension.at(level, code)
                )
        return max(map(len, added.values()), default=1)


def _outside(cube: Cube, asked: Mapping[str, Sequence[str]]) -> str:
    written = " by ".join(f"{name} ({level})" for name, levels in asked.items() for level in levels)
    return f"{cube.name} by {written} is not among the published tables: ask for fewer of these at once."
