"""The rows of a table: which categories there are, in which order, and which stand within which."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from directory.protection.cube import CODE, Dimension, Part
from directory.protection.views import View
from directory.reports.model import TOTAL, Cell, Column, Row
from directory.reports.words import Words

Key = tuple[str, ...]
"""The codes of a row of a view."""
JOIN, REST = ".", "-rest"
"""Between the codes of a row of two dimensions; after the code of a part that has its whole's code."""


@dataclass(frozen=True)
class Group:
    """A row before its figures: the rows of a view that it adds up, and the row that it is a part of."""

    code: str
    label: str
    members: tuple[Key, ...]
    within: str | None = None


@dataclass(frozen=True)
class Measure:
    """A column, and what stands in it for some rows of a view together."""

    column: Column
    figure: Callable[[Sequence[Key]], Cell]


def filled(groups: Iterable[Group], measures: Sequence[Measure]) -> tuple[Row, ...]:
    """Rows with their figures."""
    return tuple(
        Row(
            code=group.code,
            label=group.label,
            within=group.within,
            cells=tuple(measure.figure(group.members) for measure in measures),
        )
        for group in groups
    )


def keys_of(words: Words, dimensions: Sequence[Dimension], by: Sequence[Part], views: Iterable[View | None],
            every: bool = False) -> list[Key]:  # fmt: skip
    """The rows that any of the views has, in the order of tables; with those that are empty too where `every`."""
    found = {key for view in views if view is not None for key in view.rows}
    if every and len(by) == 1:
        found |= {(code,) for code in _listed(words, dimensions[0], by[0][1])}
    places = [
        {code: at for at, code in enumerate(words.order(name, sorted({key[place] for key in found})))}
        for place, (name, _) in enumerate(by)
    ]
    return sorted(found, key=lambda key: tuple(places[place][code] for place, code in enumerate(key)))


def flat(words: Words, by: Sequence[Part], keys: Sequence[Key]) -> list[Group]:
    """One row for each key, and the total."""
    rows = [
        Group(
            JOIN.join(key), ": ".join(words.label(name, code) for (name, _), code in zip(by, key, strict=True)), (key,)
        )
        for key in keys
    ]
    return [*rows, total(words, keys)]


def nested(
    words: Words, dimension: Dimension, levels: Sequence[str], keys: Sequence[Key], whole: str | None = None
) -> list[Group]:
    """Rows of one dimension's codes under the wider levels that they are in (widest first), and the total.

    `whole`: what all the rows are parts of, where that has a code of its own.
    """
    rows = _nest(words, dimension, tuple(levels), keys, None, whole)
    return [*rows, total(words, keys)]


def total(words: Words, keys: Sequence[Key]) -> Group:
    """The row of all together."""
    return Group(TOTAL, words.whole["total"], tuple(keys))


def _nest(
    words: Words,
    dimension: Dimension,
    levels: tuple[str, ...],
    keys: Sequence[Key],
    above: str | None,
    whole: str | None,
) -> list[Group]:
    if not levels:
        return [_leaf(words, dimension.name, key, above, whole) for key in keys]
    level, *finer = levels
    groups: dict[str, list[Key]] = {}
    for key in keys:
        groups.setdefault(dimension.at(level, key[0]), []).append(key)
    rows = []
    for value in words.order(dimension.name, list(groups)):
        members = groups[value]
        if members == [(value,)]:
            rows.append(_leaf(words, dimension.name, members[0], above, whole))
        elif value == above:
            rows += _nest(words, dimension, tuple(finer), members, above, whole)
        else:
            rows.append(Group(value, words.label(dimension.name, value), tuple(members), above))
            rows += _nest(words, dimension, tuple(finer), members, value, value)
    return rows


def _leaf(words: Words, name: str, key: Key, above: str | None, whole: str | None) -> Group:
    code = key[0] + REST if key[0] == whole else key[0]
    return Group(code, words.label(name, code), (key,), above)


def _listed(words: Words, dimension: Dimension, level: str) -> list[str]:
    """The values of a level that have a name."""
    named = [code for code in words.codes[dimension.name] if not code.endswith(REST)]
    groups = {group for each in dimension.levels.values() for group in each.groups.values()}
    values = dimension.listed(level) | (set(named) - groups if level == CODE else set())
    return [code for code in named if code in values]
