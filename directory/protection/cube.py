"""What the figures are counted by, and which tables of them are published: `data/cubes.yaml`, checked when it is read.

A cube is one count of records by several dimensions. A cell of it is a code for each dimension. A margin is a set of
dimensions, each at a level; what a margin adds up to is published with it.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from itertools import product

Cell = tuple[str, ...]
"""A code for each dimension of a cube, in their order."""
Part = tuple[str, str]
"""A dimension and a level of it."""
Margin = tuple[Part, ...]
"""In the order of the cube's dimensions. `()` is the total."""
MarginCell = str
"""One figure of a margin, as JSON: `[["area","county","kent"]]`. `[]` is the total."""

BASE = 5
"""Every protected count is a multiple of it."""
CODE = "code"
"""The finest level of every dimension."""


@dataclass(frozen=True)
class Level:
    """Groups of codes: `groups` is code -> group. A code in none is in `rest`, or stands apart under its own name."""

    groups: Mapping[str, str]
    rest: str | None = None

    def of(self, code: str) -> str:
        """The group that a code is in."""
        return self.groups.get(code, code if self.rest is None else self.rest)


@dataclass(frozen=True)
class Dimension:
    """`codes`: what a record says -> the code it is counted under. `joined`: several together that differ in code."""

    name: str
    levels: Mapping[str, Level]
    codes: Mapping[str, str]
    joined: str | None = None

    def code(self, said: str) -> str:
        """The code that a record's value is counted under."""
        parts = said.split("+") if self.joined else [said]
        found = {self.codes.get(part, part) for part in parts}
        return found.pop() if len(found) == 1 else str(self.joined)

    def at(self, level: str, code: str) -> str:
        """The value of a code at a level."""
        return code if level == CODE else self.levels[level].of(code)

    @cached_property
    def all_levels(self) -> tuple[str, ...]:
        """The names of its levels, the finest first."""
        return (CODE, *self.levels)

    def listed(self, level: str) -> frozenset[str]:
        """The values of a level that the file names. A record may have others."""
        known = {*self.codes.values(), *(code for each in self.levels.values() for code in each.groups)}
        return frozenset(self.at(level, code) for code in known)

    def finer(self, level: str, other: str) -> bool:
        """Whether all that is together at `level` is together at `other` too."""
        if level in (CODE, other):
            return True
        if other == CODE:
            return False
        seen: dict[str, str] = {}
        codes = [*sorted(self.listed(CODE)), "a code not listed", "another code not listed"]
        return all(
            seen.setdefault(self.at(level, code), self.at(other, code)) == self.at(other, code) for code in codes
        )


@dataclass(frozen=True)
class Cube:
    """`margins` as they are listed; `fewest`: a month with fewer records is given with its whole quarter."""

    name: str
    dimensions: tuple[Dimension, ...]
    margins: tuple[Margin, ...]
    fewest: int = 0

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The names of the dimensions, in the order of a cell."""
        return tuple(dimension.name for dimension in self.dimensions)

    @cached_property
    def published(self) -> frozenset[Margin]:
        """The margins, and all that they add up to."""
        return frozenset(margin for listed in self.margins for margin in self._rolled_up(listed))

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 of everything that decides which figures are published."""
        said = [
            [self.name, sorted(self.margins)],
            [
                [each.name, each.joined, sorted(each.codes.items()), _levels(each)]
                for each in self.dimensions
            ],
        ]  # fmt: skip
        return sha256(canonical(said)).hexdigest()

    def dimension(self, name: str) -> Dimension:
        """Raises KeyError for a name that the cube has not."""
        return self._by_name[name]

    def cell(self, row: Mapping[str, str]) -> Cell:
        """The cell that a record is counted in. `row` has a value for each dimension."""
        return tuple(dimension.code(row[dimension.name]) for dimension in self.dimensions)

    def margin(self, levels: Mapping[str, str]) -> Margin:
        """Dimensions at a level each, in the order of the cube."""
        return tuple((name, levels[name]) for name in self.names if name in levels)

    def values(self, margin: Margin, cell: Cell) -> tuple[str, ...]:
        """What a cell is called in a margin: a value for each part of it."""
        return tuple(self._by_name[name].at(level, cell[self._places[name]]) for name, level in margin)

    def members(self, cells: Iterable[Cell]) -> Mapping[MarginCell, Sequence[int]]:
        """Every published figure that these cells take part in -> their places among the cells."""
        ordered = tuple(cells)
        found: dict[MarginCell, list[int]] = {}
        for margin in sorted(self.published):
            named: dict[tuple[str, ...], list[int]] = {}
            for place, cell in enumerate(ordered):
                named.setdefault(self.values(margin, cell), []).append(place)
            found |= {margin_cell(margin, values): places for values, places in named.items()}
        return found

    @cached_property
    def _by_name(self) -> Mapping[str, Dimension]:
        return {dimension.name: dimension for dimension in self.dimensions}

    @cached_property
    def _places(self) -> Mapping[str, int]:
        return {name: place for place, name in enumerate(self.names)}

    def _rolled_up(self, margin: Margin) -> Iterable[Margin]:
        choices: list[list[Part | None]] = []
        for name, level in margin:
            dimension = self.dimension(name)
            wider = [other for other in dimension.all_levels if dimension.finer(level, other)]
            choices.append([None, *((name, other) for other in wider)])
        return (tuple(part for part in chosen if part) for chosen in product(*choices))


def margin_cell(margin: Margin, values: Sequence[str]) -> MarginCell:
    """The name of one figure of a margin."""
    parts = [[name, level, value] for (name, level), value in zip(margin, values, strict=True)]
    return canonical(parts).decode()


def canonical(document: object) -> bytes:
    """JSON that is the same, to the byte, for the same document."""
    return json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def _levels(dimension: Dimension) -> list[object]:
    return [[name, level.rest, sorted(level.groups.items())] for name, level in sorted(dimension.levels.items())]
