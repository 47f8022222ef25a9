"""A report as the sheets of a workbook, as the Government Analysis Function asks ("Making spreadsheets accessible").

Cover, contents, notes, then one marked-up table a sheet: nothing merged, no empty cell in a table, one row of unique
headings, a meaningful name. XLSX and ODS are written from the same sheets.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from directory.reports.model import NOT_APPLICABLE, Cell, Report, Table

COVER, CONTENTS, NOTES, LEFT_OUT, RELEASES = "Cover", "Contents", "Notes", "Not shown", "Releases"
LONGEST_SHEET_NAME = 31
"""Characters of a sheet's name that Excel allows."""


@dataclass(frozen=True)
class Grid:
    """The one table of a sheet. `name`: of the marked-up table. `links`: the sheet that each row's first cell opens."""

    name: str
    headings: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    links: tuple[str, ...] = ()


@dataclass(frozen=True)
class Sheet:
    """`title` stands in A1, `lines` under it, one a row; then the table, if there is one, with nothing beside it."""

    name: str
    title: str
    lines: tuple[str, ...]
    grid: Grid | None = None

    @property
    def first_row(self) -> int:
        """The row of the headings of the table, counted from 0."""
        return 1 + len(self.lines)


def sheets(report: Report) -> list[Sheet]:
    """Every sheet, in order."""
    tables = [_table_sheet(report, table) for table in report.tables]
    ends = [*_left_out(report), *_releases(report)]
    return [_cover(report), _contents(report, [*tables, *ends]), _notes(report), *tables, *ends]


def cover_lines(report: Report) -> list[str]:
    """What stands on a cover: of what, for whom, how protected, and what each symbol means."""
    say = report.labels
    shown = [f"{symbol} {meaning}" for symbol, meaning in report.symbols.items()]
    lines = [
        report.watermark or "",
        report.summary,
        f"{say['period']}: {report.period_title}",
        f"{say['area']}: {report.area.label}",
        f"{say['audience']}: {report.audience.label}",
        f"{say['substance']}: {report.substance.label}",
        f"{say['closed_on']}: {report.closed_on.day} {report.closed_on:%B %Y}",
        report.protection,
        say["source"],
        *shown,
    ]
    return [line for line in lines if line]


def table_lines(report: Report, table: Table) -> list[str]:
    """What stands above a table: what it is about, how exact it is, which notes belong to it."""
    numbers = report.note_numbers()
    lines = [table.about]
    if table.bound is not None:
        lines.append(report.labels["within"].format(bound=table.bound))
    if table.change_bound is not None:
        lines.append(report.labels["change_within"].format(bound=table.change_bound))
    if table.notes:
        lines.append(f"{report.labels['notes']}: {' '.join(f'[note {numbers[note]}]' for note in table.notes)}")
    return lines


def headings(report: Report, table: Table) -> list[str]:
    """The unique headings of a table in a file: those of its columns, and what its rows are part of."""
    units = {"percent": " (%)", "percent_change": " (%)"}
    parts = [report.labels["part_of"]] if table.has_parts() else []
    titles = [
        column.title if "%" in column.title else column.title + units.get(column.unit, "") for column in table.columns
    ]
    return [table.heading, *parts, *titles]


def _cover(report: Report) -> Sheet:
    return Sheet(COVER, report.title, tuple(cover_lines(report)))


def _contents(report: Report, others: Sequence[Sheet]) -> Sheet:
    rows = [(NOTES, report.labels["notes"]), *((sheet.name, sheet.title) for sheet in others)]
    grid = Grid(
        "contents", (report.labels["sheet"], report.labels["title"]), tuple(rows), tuple(row[0] for row in rows)
    )
    return Sheet(CONTENTS, report.labels["contents"], (report.labels["one_table"],), grid)


def _notes(report: Report) -> Sheet:
    rows = tuple((f"note {number}", note.text) for number, note in enumerate(report.notes, start=1))
    grid = Grid("notes", (report.labels["note"], report.labels["note_text"]), rows)
    return Sheet(NOTES, report.labels["notes"], (report.labels["one_table"],), grid)


def _table_sheet(report: Report, table: Table) -> Sheet:
    marks = (report.watermark,) if report.watermark else ()
    lines = (*marks, report.labels["one_table"], *table_lines(report, table))
    grid = Grid(re.sub(r"\W+", "_", table.id), tuple(headings(report, table)), tuple(_cells(table)))
    title = f"{table.title}, {report.area.label}, {report.period_title}"
    return Sheet(table.sheet[:LONGEST_SHEET_NAME], title, lines, grid)


def _cells(table: Table) -> Iterator[tuple[Cell, ...]]:
    for row in table.rows:
        parent = table.parent(row)
        part = [parent.label if parent else NOT_APPLICABLE] if table.has_parts() else []
        yield (row.label, *part, *row.cells)


def _left_out(report: Report) -> Iterator[Sheet]:
    if report.left_out:
        rows = tuple((each.title, each.reason) for each in report.left_out)
        grid = Grid("not_shown", (report.labels["title"], report.labels["reason"]), rows)
        yield Sheet(LEFT_OUT, report.labels["left_out"], (report.labels["one_table"],), grid)


def _releases(report: Report) -> Iterator[Sheet]:
    if report.releases:
        rows = tuple((each.cube, each.month, each.bound, each.digest) for each in report.releases)
        say = report.labels
        grid = Grid("releases", (say["cube"], say["month"], say["bound"], say["digest"]), rows)
        yield Sheet(RELEASES, say["releases"], (say["one_table"], say["releases_about"]), grid)
