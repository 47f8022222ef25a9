"""The tables at the top of a report: headline figures, months, events and areas."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from directory.protection.cube import CODE, Part
from directory.protection.views import View
from directory.reports.figures import Figures, NoFigures, Where
from directory.reports.model import (
    CONFIDENTIAL,
    NOT_APPLICABLE,
    UNAVAILABLE,
    Cell,
    Column,
    Display,
    Event,
    Row,
    Table,
    Unit,
    as_shown,
    change,
    percent_change,
)
from directory.reports.periods import month_name
from directory.reports.rows import keys_of, nested
from directory.reports.specs import TableSpec
from directory.reports.tables import counted, made
from directory.reports.words import load_events

MONTHS_SHOWN = 13
AT_RISK: Where = {("band", "risk"): ("at_risk",)}
REACHED: Where = {("outcome", "code"): ("contacted", "attended")}


@dataclass(frozen=True)
class Counted:
    """One thing that is counted: its words, its cube and which of its records."""

    id: str
    cube: str
    where: Where


HEADLINES = (
    Counted("screens", "screens", {}),
    Counted("at_risk", "screens", AT_RISK),
    Counted("referrals", "referrals", {}),
    Counted("contacted", "outcomes", REACHED),
    Counted("ebi", "ebi", {}),
    Counted("unmet", "unmet", {}),
)
LINES = ("referrals", "screens", "ebi")
AREA_COLUMNS = ("referrals", "screens", "ebi", "unmet")
AREA_LEVELS = ("code", "district", "side")
"""At which the rows of the areas may be, the finest first."""
AREA_WIDER = ("county", "side", "district")
"""One within the other."""
_COUNTED = {each.id: each for each in HEADLINES}


def headline(spec: TableSpec, figures: Figures, display: Display) -> Table:
    """The figures of the period beside those of a year before. Raises NoFigures where there is none at all."""
    say = figures.words.columns
    units: Mapping[str, Unit] = {
        "count": "count", "within": "bound", "year_before": "count", "change": "change", "change_within": "bound",
        "change_percent": "percent_change", "reading": "text",
    }  # fmt: skip
    columns = tuple(Column(id=name, title=say[name], unit=unit) for name, unit in units.items())
    rows = tuple(
        Row(code=each.id, label=say[each.id], cells=_headline_cells(figures, each, display)) for each in HEADLINES
    )
    if not any(isinstance(row.cells[0], int) for row in rows):
        figures.now("referrals", ())  # says why there is none
    return spec.table(columns, rows)


def _headline_cells(figures: Figures, counted_thing: Counted, display: Display) -> tuple[Cell, ...]:
    readings = figures.words.readings
    try:
        now = figures.now(counted_thing.cube, (), counted_thing.where)
    except NoFigures:
        small = any(figures.too_small(counted_thing.cube, month) for month in figures.period.months)
        return CONFIDENTIAL if small else UNAVAILABLE, *[NOT_APPLICABLE] * 5, readings["none"]
    count = as_shown(now.of(), display)
    before = figures.before(counted_thing.cube, (), counted_thing.where)
    if before is None:
        return count, now.bound, UNAVAILABLE, *[NOT_APPLICABLE] * 3, readings["none"]
    then, reach = as_shown(before.of(), display), now.bound + before.bound
    more = now.of() - before.of()
    reading = "unclear" if abs(more) <= reach else "more" if more > 0 else "fewer"
    return count, now.bound, then, change(count, then), reach, percent_change(count, then), readings[reading]


def months(spec: TableSpec, figures: Figures, display: Display) -> Table:
    """Month by month, the last thirteen or all of the period; a month too small to be shown is `[c]`."""
    shown = _months_shown(figures)
    columns, cells = [], []
    for name in LINES:
        views = _each_month(figures, _COUNTED[name].cube, shown)
        found = [as_shown(each.of(), display) if isinstance(each, View) else each for each in views]
        if any(isinstance(cell, int) for cell in found):
            bound = max(each.bound for each in views if isinstance(each, View))
            columns.append(Column(id=name, title=figures.words.columns[name], bound=bound))
            cells.append(found)
    if not columns:
        raise NoFigures(figures.words.refused["small"])
    rows = tuple(
        Row(code=month, label=month_name(month), cells=tuple(each[at] for each in cells))
        for at, month in enumerate(shown)
    )
    return spec.table(tuple(columns), rows, events=_events(figures, shown))


def _months_shown(figures: Figures) -> Sequence[str]:
    closed = set(figures.closed)
    return [month for month in figures.period.leading_up(MONTHS_SHOWN) if month in closed]


def _each_month(figures: Figures, cube: str, shown: Sequence[str]) -> list[View | str]:
    found: list[View | str] = []
    for month in shown:
        if month not in figures.releases.get(cube, {}):
            found.append(UNAVAILABLE)
            continue
        try:
            found.append(figures.of(cube, [month], ()))
        except NoFigures:
            found.append(CONFIDENTIAL if figures.too_small(cube, month) else UNAVAILABLE)
    return found


def _events(figures: Figures, shown: Sequence[str]) -> tuple[Event, ...]:
    """What happened in these months anywhere in the chosen area, or in what it is a part of."""
    area, dimension = figures.selection.area, figures.dimension("area")
    if area is None:
        return load_events().about(shown, None)
    codes = [code for code in {*dimension.listed(CODE), area.value} if dimension.at(area.level, code) == area.value]
    near = {dimension.at(level, code) for level in dimension.all_levels for code in codes}
    return load_events().about(shown, near)


def events(spec: TableSpec, figures: Figures, display: Display) -> Table | None:
    """What happened in the months of the line. None where nothing is known to have."""
    say, found = figures.words.columns, _events(figures, _months_shown(figures))
    columns = [("month", "event_month"), ("what", "what"), ("source", "event_source")]
    rows = tuple(
        Row(code=str(number), label=str(number), cells=(month_name(each.month), each.what, each.source))
        for number, each in enumerate(found, start=1)
    )
    if not rows:
        return None
    return spec.table(tuple(Column(id=name, title=say[words], unit="text") for name, words in columns), rows)


def areas(spec: TableSpec, figures: Figures, display: Display) -> Table | None:
    """Kent with its sides and districts, and Medway apart. None where the choice leaves one area. Raises NoFigures."""
    by = figures.finest("referrals", [[("area", level)] for level in AREA_LEVELS])
    views = {name: view for name in AREA_COLUMNS if (view := _by_area(figures, _COUNTED[name], by)) is not None}
    dimension = figures.dimension("area")
    keys = keys_of(figures.words, [dimension], by, views.values(), every=not figures.selection.area)
    if len(keys) == 1:
        return None
    columns = {
        name: Column(id=name, title=figures.words.columns[name], bound=each.bound) for name, each in views.items()
    }
    measures = [counted(each, columns[name], display) for name, each in views.items()]
    wider, chosen = _wider(figures, by[0][1]), figures.selection.area
    if chosen and chosen.level not in ("county", "side"):
        spec = spec.model_copy(update={"chart": None})  # its parts are not whole districts, so no map shows it
    return made(spec, nested(figures.words, dimension, wider, keys, chosen.value if chosen else None), measures)


def _wider(figures: Figures, level: str) -> Sequence[str]:
    """The levels whose groups stand above their parts: wider than the rows, and narrower than what was chosen."""
    above = AREA_WIDER[: AREA_WIDER.index(level)] if level in AREA_WIDER else AREA_WIDER
    chosen = figures.selection.area
    if chosen is None:
        return above
    return above[AREA_WIDER.index(chosen.level) + 1 :] if chosen.level in AREA_WIDER else ()


def _by_area(figures: Figures, thing: Counted, by: Sequence[Part]) -> View | None:
    try:
        return figures.now(thing.cube, by, thing.where)
    except NoFigures:
        return None


BUILDERS: Mapping[str, Callable[[TableSpec, Figures, Display], Table | None]] = {
    "headline": headline, "months": months, "events": events, "areas": areas,
}  # fmt: skip
