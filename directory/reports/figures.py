"""The protected figures of a report: sums over releases, for what was chosen, or the reason why there are none."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from directory.protection.cube import Cube, Dimension, Part
from directory.protection.release import Release
from directory.protection.views import RefusedView, View, too_few, view
from directory.reports.periods import Period
from directory.reports.selection import Selection
from directory.reports.words import Words

Releases = Mapping[str, Mapping[str, Release]]
"""Cube -> month -> its release."""
Where = Mapping[Part, Sequence[str]]


class NoFigures(Exception):
    """There is no such table for this choice: the reason, in words for the reader."""


@dataclass(frozen=True)
class Figures:
    """What may be read: the cubes, their closed months, the period and what it is narrowed to."""

    cubes: Mapping[str, Cube]
    releases: Releases
    words: Words
    period: Period
    selection: Selection
    _made: dict[object, View] = field(default_factory=dict, repr=False, compare=False)

    def now(self, cube: str, by: Sequence[Part], where: Where | None = None) -> View:
        """The figures of the period. Raises NoFigures."""
        return self.of(cube, self.period.months, by, where)

    def before(self, cube: str, by: Sequence[Part], where: Where | None = None) -> View | None:
        """Those of the same months a year before; None where they are not there."""
        months = self.period.year_before().months
        if any(month not in self.releases.get(cube, {}) for month in months):
            return None
        try:
            return self.of(cube, months, by, where)
        except NoFigures:
            return None

    def of(self, cube: str, months: Sequence[str], by: Sequence[Part], where: Where | None = None) -> View:
        """The figures of these months, narrowed to what is chosen. Raises NoFigures."""
        asked = (cube, tuple(months), tuple(by), tuple((part, tuple(codes)) for part, codes in (where or {}).items()))
        if asked not in self._made:
            self._made[asked] = self._view(cube, months, by, where)
        return self._made[asked]

    def _view(self, cube: str, months: Sequence[str], by: Sequence[Part], where: Where | None) -> View:
        known = self.cubes[cube]
        narrowed = {(each.dimension, each.level): (each.value,) for each in self.selection.narrowed.values()}
        for name, _ in (*narrowed, *by):
            if name not in known.names:
                raise NoFigures(self._say("no_dimension", cube, [name]))
        releases = [self.releases[cube][month] for month in months if month in self.releases.get(cube, {})]
        if len(releases) < len(months):
            raise NoFigures(self._say("no_month", cube, []))
        try:
            return view(known, releases, by, {**narrowed, **(where or {})})
        except RefusedView as error:
            if any(too_few(known, each) or each.margins != known.fingerprint for each in releases):
                raise NoFigures(str(error)) from error
            names = [*self.selection.narrowed, *(name for name, _ in by), *(name for name, _ in where or {})]
            raise NoFigures(self._say("not_together", cube, names)) from error

    def finest(self, cube: str, choices: Sequence[Sequence[Part]], where: Where | None = None) -> Sequence[Part]:
        """The first of these that is published for the choice. Raises NoFigures with the reason of the last."""
        reason = NoFigures("")
        for by in choices:
            try:
                self.now(cube, by, where)
            except NoFigures as error:
                reason = error
            else:
                return by
        raise reason

    def too_small(self, cube: str, month: str) -> bool:
        """Whether a month is given with its whole quarter only."""
        release = self.releases.get(cube, {}).get(month)
        return release is not None and too_few(self.cubes[cube], release)

    def fixed(self, by: Sequence[Part]) -> bool:
        """Whether the choice leaves one value at most of each dimension: a table by them would be one row."""
        return all(
            name in self.selection.narrowed and self.dimension(name).finer(self.selection.narrowed[name].level, level)
            for name, level in by
        )

    @cached_property
    def closed(self) -> Sequence[str]:
        """The months that have figures, in order."""
        return sorted({month for months in self.releases.values() for month in months})

    def _say(self, key: str, cube: str, names: Sequence[str]) -> str:
        called = self.words.cubes[cube]
        *several, last = [self.words.dimensions.get(name, name) for name in dict.fromkeys(names)] or [""]
        dimensions = f"{', '.join(several)} and {last}" if several else last
        sentence = self.words.refused[key].format(cube=called, dimensions=dimensions, dimension=dimensions)
        return sentence[:1].upper() + sentence[1:]

    def dimension(self, name: str) -> Dimension:
        """The dimension of that name, which is the same in every cube."""
        return next(cube.dimension(name) for cube in self.cubes.values() if name in cube.names)
