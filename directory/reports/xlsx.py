"""A report as an XLSX workbook: the same bytes each time, no macros, no pictures, no hidden sheets."""

from datetime import UTC, datetime, time
from io import BytesIO
from typing import TYPE_CHECKING, Any

from directory.reports.model import Report
from directory.reports.sheets import Sheet, sheets

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.worksheet import Worksheet

FONT = {"font_name": "Arial", "font_size": 12}
LABEL_WIDTH, FIGURE_WIDTH, TEXT_WIDTH = 44, 18, 90
"""Widths of columns, in letters."""
LONG = 40
"""Letters from which a cell is read as text that is wrapped in a wide column."""


def as_xlsx(report: Report) -> bytes:
    """The workbook as a file."""
    from xlsxwriter import Workbook  # noqa: PLC0415 - only for who asks for a workbook

    out = BytesIO()
    workbook = Workbook(out, {"in_memory": True, "default_format_properties": dict(FONT)})
    created = datetime.combine(report.closed_on, time(), UTC).replace(tzinfo=None)
    workbook.set_properties(
        {"title": report.title, "subject": report.period_title, "author": report.labels["author"],
         "comments": report.watermark or report.summary, "created": created}
    )  # fmt: skip
    workbook.set_custom_property("Language", "en-GB")
    for sheet in sheets(report):
        _write(workbook, workbook.add_worksheet(sheet.name), sheet)
    workbook.close()
    return out.getvalue()


def _write(workbook: "Workbook", page: "Worksheet", sheet: Sheet) -> None:
    title = workbook.add_format({**FONT, "bold": True, "font_size": 16})
    wrapped = workbook.add_format({**FONT, "text_wrap": True, "valign": "top"})
    page.write_string(0, 0, sheet.title, title)
    for at, line in enumerate(sheet.lines, start=1):
        page.write_string(at, 0, line, wrapped if sheet.grid is None else None)
    page.set_column(0, 0, TEXT_WIDTH if sheet.grid is None else LABEL_WIDTH)
    if sheet.grid is not None:
        _write_grid(workbook, page, sheet)


def _write_grid(workbook: "Workbook", page: "Worksheet", sheet: Sheet) -> None:
    grid = sheet.grid
    assert grid is not None  # noqa: S101 - for the checker of types: only sheets with a table come here
    wrapped = workbook.add_format({**FONT, "text_wrap": True, "valign": "top"})
    heading = workbook.add_format({**FONT, "text_wrap": True, "valign": "top", "bold": True, "bottom": 1})
    figure = workbook.add_format({**FONT, "num_format": "#,##0", "align": "right", "valign": "top"})
    top = sheet.first_row
    columns: list[dict[str, Any]] = [{"header": text, "header_format": heading} for text in grid.headings]
    options = {"name": grid.name, "columns": columns, "autofilter": False, "style": None}
    page.add_table(top, 0, top + len(grid.rows), len(grid.headings) - 1, options)
    for at, row in enumerate(grid.rows):
        for column, cell in enumerate(row):
            place = (top + 1 + at, column)
            if column == 0 and grid.links:
                page.write_url(*place, f"internal:'{grid.links[at]}'!A1", string=str(cell))
            elif isinstance(cell, str):
                page.write_string(*place, cell, figure if cell.startswith("[") else wrapped)
            else:
                page.write_number(*place, cell, figure)
    for column in range(1, len(grid.headings)):
        longest = max(len(str(row[column])) for row in grid.rows)
        page.set_column(column, column, TEXT_WIDTH if longest > LONG else FIGURE_WIDTH)
