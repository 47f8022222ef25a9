"""Makes a report of what was asked for: the period, what it is narrowed to, and every table published for that."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from directory.protection.cubes import load_cubes
from directory.protection.release import Release
from directory.reports import journey, overview, quality
from directory.reports.external import External, external_table
from directory.reports.figures import Figures, NoFigures
from directory.reports.model import Display, Frozen, LeftOut, Note, Report, Table
from directory.reports.periods import Period
from directory.reports.selection import ChoiceError, read_selection
from directory.reports.specs import TableSpec, load_specs
from directory.reports.tables import cross, split
from directory.reports.words import Words, report_words

GENERAL_NOTES = ("base_5", "zero", "shares", "late", "small_month")
"""Belong to every report, whichever tables it has."""


@dataclass(frozen=True)
class Asked:
    """What somebody asked for, in their own words: all checked when the report is made."""

    period: str
    area: str = ""
    audience: str = ""
    substance: str = ""
    display: Display = "rounded"


def needed_months(asked: Asked, closed: Sequence[str], today: date) -> tuple[str, ...]:
    """The closed months that the report is made from: the period's, the year before's, and those of the line.

    Raises PeriodError where the period cannot be reported on.
    """
    period = Period.read(asked.period, closed, today)
    wanted = {*period.months, *period.year_before().months, *period.leading_up(overview.MONTHS_SHOWN)}
    return tuple(month for month in closed if month in wanted)


def build(
    asked: Asked,
    releases: Mapping[str, Sequence[Release]],
    closed: Sequence[str],
    today: date,
    external: Sequence[External] = (),
    watermark: str | None = None,
) -> Report:
    """The report. The same in, the same out.

    `closed`: every closed month, in order. `releases`: of each cube, those of `needed_months` or more.

    Raises PeriodError and ChoiceError, each with the reason and what to ask for instead.
    """
    words, cubes = report_words(), load_cubes()
    by_month = {cube: {release.month: release for release in found} for cube, found in releases.items()}
    period = Period.read(asked.period, closed, today)
    dimensions = {dimension.name: dimension for dimension in cubes["referrals"].dimensions}
    selection = read_selection(dimensions, words, asked.area, asked.audience, asked.substance)
    figures = Figures(cubes, by_month, words, period, selection)
    tables, left_out = _tables(figures, asked.display, external)
    if (
        not tables or tables[0].id != load_specs().tables[0].id
    ):  # the headline figures, without which there is no report
        raise ChoiceError(words.refused["nothing"].format(reason=left_out[0].reason))
    return _report(figures, asked, tables, left_out, watermark)


def _tables(figures: Figures, display: Display, external: Sequence[External]) -> tuple[list[Table], list[LeftOut]]:
    tables, left_out = list[Table](), list[LeftOut]()
    for spec in load_specs().tables:
        try:
            table = (
                external_table(spec, external)
                if spec.kind == "external"
                else _BUILDERS[spec.kind](spec, figures, display)
            )
        except NoFigures as error:
            left_out.append(LeftOut(title=spec.title, reason=str(error)))
        else:
            tables += [table] if table else []
    return tables, left_out


def _report(
    figures: Figures, asked: Asked, tables: Sequence[Table], left_out: Sequence[LeftOut], watermark: str | None
) -> Report:
    words, period, selection = figures.words, figures.period, figures.selection
    chosen = {name: selection.choice(name, words) for name in ("area", "audience", "substance")}
    frozen = _frozen(figures)
    title = words.title.format(area=chosen["area"].label, period=period.title)
    return Report(
        title=title,
        summary=words.summary.format(period=period.title),
        period=period.name,
        months=period.months,
        period_title=period.title,
        **chosen,
        closed_on=max(figures.releases[each.cube][each.month].closed_on for each in frozen),
        display=asked.display,
        watermark=watermark,
        protection=words.protection,
        labels=words.labels,
        tables=tuple(tables),
        notes=_notes(words, tables, asked.display),
        symbols=words.symbols,
        left_out=tuple(left_out),
        releases=frozen,
    )


def _frozen(figures: Figures) -> tuple[Frozen, ...]:
    return tuple(
        Frozen(cube=cube, month=month, digest=months[month].digest, bound=months[month].bound)
        for cube, months in figures.releases.items()
        for month in figures.period.months
        if month in months
    )


def _notes(words: Words, tables: Sequence[Table], display: Display) -> tuple[Note, ...]:
    used = {*GENERAL_NOTES, *(note for table in tables for note in table.notes)}
    used |= {"nhs"} if display == "nhs" else set()
    return tuple(Note(id=name, text=text) for name, text in words.notes.items() if name in used)


_BUILDERS: Mapping[str, Callable[[TableSpec, Figures, Display], Table | None]] = {
    **overview.BUILDERS,
    **journey.BUILDERS,
    **quality.BUILDERS,
    "split": split,
    "cross": cross,
}
