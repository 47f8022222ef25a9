"""Tables of one cube: a split by one dimension, with shares and the year before, and a cross of two.

Every total is the sum of its rows, as the releases add up exactly.
"""

from collections.abc import Sequence

from directory.protection.cube import CODE
from directory.protection.views import View
from directory.reports.figures import Figures
from directory.reports.model import TOTAL, Cell, Column, Display, Table, as_shown, change, percent
from directory.reports.rows import Group, Key, Measure, filled, flat, keys_of, nested
from directory.reports.specs import TableSpec, part, parts

LARGEST_CROSS = 12
"""Columns that a table of two dimensions may have."""


def made(spec: TableSpec, groups: Sequence[Group], measures: Sequence[Measure]) -> Table:
    """The table of a spec with its figures."""
    return spec.table(tuple(measure.column for measure in measures), filled(groups, measures))


def split(spec: TableSpec, figures: Figures, display: Display) -> Table | None:
    """One cube by one dimension. None where it has no such dimension, or one row only. Raises NoFigures."""
    if not _counted(spec, figures):
        return None
    where = {part(written): codes for written, codes in spec.where.items()}
    by = figures.finest(spec.cube, [parts(written) for written in spec.by], where)
    if figures.fixed(by):
        return None
    now, before = figures.now(spec.cube, by, where), figures.before(spec.cube, by, where)
    dimensions = [figures.dimension(name) for name, _ in by]
    keys = keys_of(figures.words, dimensions, by, [now, before], spec.every)
    if len(by) == 1 and by[0][1] == CODE and spec.within:
        groups = nested(figures.words, dimensions[0], [part(written)[1] for written in spec.within], keys)
    else:
        groups = flat(figures.words, by, keys)
    return made(spec, groups, _split_measures(figures, keys, now, before, display))


def cross(spec: TableSpec, figures: Figures, display: Display) -> Table | None:
    """One cube by two dimensions. None where it lacks one, or there is one row or column only. Raises NoFigures."""
    by = tuple(part(written) for written in spec.by)
    if not _counted(spec, figures) or any(figures.fixed([each]) for each in by):
        return None
    now = figures.now(spec.cube, by)
    rows, columns = (
        keys_of(figures.words, [figures.dimension(each[0])], [each], [_along(now, place)], every=True)
        for place, each in enumerate(by)
    )
    name = by[1][0]
    titles = {code: figures.words.label(name, code) for (code,) in columns[:LARGEST_CROSS]}
    measures = [_of_column(now, (code,), code, title, display) for code, title in titles.items()]
    whole = _of_column(now, tuple(code for (code,) in columns), TOTAL, figures.words.whole["total"], display)
    return made(spec, flat(figures.words, by[:1], rows), [*measures, whole])


def counted(view: View, column: Column, display: Display) -> Measure:
    """A column of counts."""
    return Measure(column, lambda members: as_shown(sum(view.of(*key) for key in members), display))


def _counted(spec: TableSpec, figures: Figures) -> bool:
    """Whether the cube has every dimension; services are counted only where cubes.yaml says so."""
    return all(name in figures.cubes[spec.cube].names for written in spec.by for name, _ in parts(written))


def _along(view: View, place: int) -> View:
    """The rows of a view by one of their codes only, for the sake of its values."""
    return View({(key[place],): 1 for key in view.rows}, view.bound)


def _of_column(view: View, codes: Sequence[str], column_id: str, title: str, display: Display) -> Measure:
    column = Column(id=column_id, title=title, bound=view.bound)
    return Measure(
        column, lambda members: as_shown(sum(view.of(*key, code) for key in members for code in codes), display)
    )


def _split_measures(
    figures: Figures, keys: Sequence[Key], now: View, before: View | None, display: Display
) -> list[Measure]:
    """Number and share; and, where there is a year before, its number and the change."""
    say = figures.words.columns
    count = counted(now, Column(id="count", title=say["count"], bound=now.bound), display)

    def share(members: Sequence[Key]) -> Cell:
        return percent(count.figure(members), count.figure(keys))

    found = [count, Measure(Column(id="share", title=say["share"], unit="percent"), share)]
    if before is None:
        return found
    then = counted(before, Column(id="year_before", title=say["year_before"], bound=before.bound), display)

    def more(members: Sequence[Key]) -> Cell:
        return change(count.figure(members), then.figure(members))

    column = Column(id="change", title=say["change"], unit="change", bound=now.bound + before.bound)
    return [*found, then, Measure(column, more)]
